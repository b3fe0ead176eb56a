// The editor's tie to the note: a Tiptap extension over y-prosemirror's sync plugin and our own undo.
//
// Model: the Y.XmlFragment is the truth; ProseMirror's document is a picture of it. A remote change replaces the
// blocks it touched (remote-changes.ts) and keeps the node objects of all others. The picture is drawn once, before the editor exists, and handed over with its mapping:
// neither mounting nor reconfiguring plugins then draws it again.
//
// Traps of the binding, for whoever touches this:
// - Drawing DELETES from the note what the schema rejects. An editor may only open a note whose schema it knows.
// - A remote change replaces each block it touched as a whole, as far as ProseMirror's position mapping can tell:
//   decorations mapped by position do not survive in it. Anchor things with Y.RelativePosition.
// - Marks on inline nodes that are no text are not kept by it: blocks/leaf-marks.ts lets them have none.
// - Changing a block's type, or wrapping or lifting it, replaces the block with a copy: own-line.ts keeps the one who
//   writes in it, and their letters, with it.
//
// Deliberately not done: seeding content (the server makes it), carets of others (remote-carets.ts), history
// other than undo.

import type { Content } from '@tiptap/core';
import { Extension } from '@tiptap/core';
import { Plugin } from '@tiptap/pm/state';
import { initProseMirrorDoc, ySyncPlugin, ySyncPluginKey } from 'y-prosemirror';
import type { UndoManager, XmlFragment } from 'yjs';
import { markFromNote } from '$blocks/from-note.ts';
import { lineTextsPlugin } from './line-texts.ts';
import { ownLinePlugin } from './own-line.ts';
import type { Exchange } from './own-line.ts';
import { createUndoManager, undoPlugin } from './own-undo.ts';
import { remoteChangesPlugin } from './remote-changes.ts';
import { selectedNodePlugin } from './selected-node.ts';

export interface CollaborationOptions {
  /** The note's text. Required. */
  fragment: XmlFragment;
  /** Without it nothing is known of what others have seen. */
  exchange?: () => Exchange;
}

interface CollaborationStorage {
  undoManager: UndoManager;
  /** What the editor opened with; null when the fragment was empty and the editor made its own first block. */
  opened: ReturnType<typeof initProseMirrorDoc> | null;
}

declare module '@tiptap/core' {
  interface Commands<ReturnType> {
    collaboration: {
      /** Takes back this person's latest change here and puts the caret where it was. False when there is none. */
      undo: () => ReturnType;
      /** Does again what undo took back. False when there is nothing. */
      redo: () => ReturnType;
    };
  }
  interface Storage {
    collaboration: CollaborationStorage;
  }
}

/** Says of each change from the note that it is one. Whoever writes an address makes a link of it, and nobody else. */
const keepAsWritten = () =>
  new Plugin({
    filterTransaction(transaction) {
      const sync = transaction.getMeta(ySyncPluginKey) as { isChangeOrigin?: boolean } | undefined;
      if (sync?.isChangeOrigin) markFromNote(transaction.setMeta('preventAutolink', true));
      return true;
    },
  });

/**
 * Binds the editor to `fragment`. Whatever `content` the editor was given is replaced by the fragment's.
 * Use it without StarterKit's undoRedo.
 */
export const Collaboration = Extension.create<CollaborationOptions, CollaborationStorage>({
  name: 'collaboration',
  priority: 1000,

  addOptions() {
    return { fragment: null as unknown as XmlFragment };
  },

  addStorage() {
    const { fragment } = this.options;
    if (!fragment?.doc) throw new RangeError('Collaboration needs the fragment of a Y.Doc.');
    return { undoManager: createUndoManager(fragment), opened: null };
  },

  onBeforeCreate() {
    const { fragment } = this.options;
    if (fragment.length === 0) return;
    this.storage.opened = initProseMirrorDoc(fragment, this.editor.schema);
    // Tiptap takes a ProseMirror node as it is; its type for `content` does not say so.
    this.editor.options.content = this.storage.opened.doc as unknown as Content;
  },

  addProseMirrorPlugins() {
    const { opened, undoManager } = this.storage;
    // An editor mounted a second time shows an older picture than the mapping knows: then it is drawn anew.
    const mapping = opened?.doc === this.editor.state.doc ? opened.mapping : undefined;
    return [
      ySyncPlugin(this.options.fragment, { mapping }),
      remoteChangesPlugin(),
      lineTextsPlugin(),
      keepAsWritten(),
      selectedNodePlugin(),
      ownLinePlugin(this.options.exchange),
      undoPlugin(undoManager),
    ];
  },

  addCommands() {
    const { undoManager } = this.storage;
    const travel =
      (direction: 'undo' | 'redo') =>
      () =>
      ({ tr, dispatch }: { tr: { setMeta(key: string, value: boolean): unknown }; dispatch?: unknown }) => {
        // The change arrives through the fragment, as a transaction of its own.
        tr.setMeta('preventDispatch', true);
        const stack = direction === 'undo' ? undoManager.undoStack : undoManager.redoStack;
        if (!dispatch || stack.length === 0) return stack.length > 0;
        return undoManager[direction]() !== null;
      };
    return { undo: travel('undo'), redo: travel('redo') };
  },

  addKeyboardShortcuts() {
    // Taken also when there is nothing to do: a key with Shift that nobody takes is tried without it, and Mod-z undoes.
    const undo = () => this.editor.commands.undo() || true;
    const redo = () => this.editor.commands.redo() || true;
    return { 'Mod-z': undo, 'Mod-y': redo, 'Mod-Shift-z': redo };
  },

  onDestroy() {
    this.storage.undoManager.destroy();
  },
});
