// Real editors on real Y.Docs, tied without a network.
import { Editor } from '@tiptap/core';
import * as Y from 'yjs';
import { writeDocument } from '../../src/blocks/document.ts';
import { fromMarkdown } from '../../src/blocks/markdown.ts';
import { RollCall } from '../../src/blocks/roll-call/roll-call.ts';
import { extensions } from '../../src/blocks/schema.ts';
import type { BlockId } from '../../src/core/ids.ts';
import { Collaboration } from '../../src/lib/collaboration.ts';

export interface Peer {
  doc: Y.Doc;
  editor: Editor;
  close(): void;
}

/** jsdom lays nothing out: everything is at the top left, and in sight. */
function measureNothing(): void {
  const box = new DOMRect();
  Object.assign(Range.prototype, { getClientRects: () => [box], getBoundingClientRect: () => box });
}

/** An editor on `doc`. Ids of roll calls it makes begin with `name`. */
export function openPeer(doc: Y.Doc, name: string): Peer {
  measureNothing();
  let made = 0;
  const editor = new Editor({
    element: document.body.appendChild(document.createElement('div')),
    injectCSS: false,
    editorProps: { handleScrollToSelection: () => true },
    extensions: [
      ...extensions.map((extension) =>
        extension.name === RollCall.name
          ? RollCall.configure({ createId: () => `${name}${made++}` as BlockId })
          : extension,
      ),
      Collaboration.configure({ fragment: doc.getXmlFragment('default') }),
    ],
  });
  return {
    doc,
    editor,
    close() {
      editor.destroy();
      doc.destroy();
    },
  };
}

/** The update that makes a Y.Doc hold an imported text. */
export function importedUpdate(markdown: string): Uint8Array {
  const doc = new Y.Doc();
  doc.clientID = 1;
  let made = 0;
  writeDocument(doc, fromMarkdown(markdown, { createId: () => `import${made++}` as BlockId }));
  return Y.encodeStateAsUpdate(doc);
}

/** Two editors on an imported text: what one does, the other has at once. */
export function openPair(markdown: string): [Peer, Peer] {
  const update = importedUpdate(markdown);
  const docs = [new Y.Doc(), new Y.Doc()] as const;
  for (const [i, doc] of docs.entries()) {
    Y.applyUpdate(doc, update);
    const other = docs[1 - i]!;
    doc.on('update', (change: Uint8Array, origin: unknown) => {
      if (origin !== 'tie') Y.applyUpdate(other, change, 'tie');
    });
  }
  return [openPeer(docs[0], 'a'), openPeer(docs[1], 'b')];
}
