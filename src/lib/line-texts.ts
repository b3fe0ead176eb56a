// What the editor writes into the note gets a text in each new line (blocks/line-text.ts), in the same transaction.
import { Plugin } from '@tiptap/pm/state';
import { ySyncPluginKey } from 'y-prosemirror';
import type { ProsemirrorBinding } from 'y-prosemirror';
import * as Y from 'yjs';
import { giveText } from '../blocks/line-text.ts';

/** Must come after the sync plugin in the plugin list. */
export function lineTextsPlugin(): Plugin {
  return new Plugin({
    view({ state }) {
      const { binding } = ySyncPluginKey.getState(state) as { binding: ProsemirrorBinding };
      const { doc, _prosemirrorChanged: write } = binding;
      binding._prosemirrorChanged = (changed) =>
        doc.transact((transaction) => {
          write.call(binding, changed);
          for (const element of newElements(transaction)) giveText(element, state.schema);
        }, ySyncPluginKey);
      return {};
    },
  });
}

function newElements({ doc, beforeState }: Y.Transaction): Y.XmlElement[] {
  const structs = doc.store.clients.get(doc.clientID);
  const from = beforeState.get(doc.clientID) ?? 0;
  if (!structs || from >= Y.getState(doc.store, doc.clientID)) return [];
  return structs.slice(Y.findIndexSS(structs, from)).flatMap((item) => {
    const type =
      item instanceof Y.Item && !item.deleted && item.content instanceof Y.ContentType && item.content.type;
    return type instanceof Y.XmlElement ? [type] : [];
  });
}
