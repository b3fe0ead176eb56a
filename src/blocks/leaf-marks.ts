// Images, breaks and inline source carry no marks: the Yjs binding keeps those of text only, and the editor would show
// what the note has not. Where one stands in bold is said by the text around it; where an image links to, by its
// attribute `href`. What marks a selection marks these too, so after each change made here the link of an image becomes
// its attribute, and other marks go.

import { Extension } from '@tiptap/core';
import { Plugin } from '@tiptap/pm/state';
import type { EditorState, Transaction } from '@tiptap/pm/state';
import { coerceAttributes } from './attributes.ts';
import { isFromNote } from './from-note.ts';

/** Null when no such node that changed has marks. */
function bare(before: EditorState, { doc, tr, storedMarks }: EditorState): Transaction | null {
  const from = before.doc.content.findDiffStart(doc.content);
  const end = before.doc.content.findDiffEnd(doc.content);
  if (from === null || end === null) return null;
  doc.nodesBetween(from, Math.max(from, end.b), (node, pos) => {
    if (!node.isInline || node.isText || node.marks.length === 0) return;
    const link = node.marks.find(({ type }) => type.name === 'link');
    if (link && node.type.name === 'image')
      tr.setNodeAttribute(pos, 'href', coerceAttributes('link', link.attrs).href);
    tr.removeMark(pos, pos + node.nodeSize);
  });
  // What is typed next is marked as it would have been.
  return tr.docChanged ? tr.setStoredMarks(storedMarks) : null;
}

export const LeafMarks = Extension.create({
  name: 'leafMarks',
  addProseMirrorPlugins: () => [
    new Plugin({
      appendTransaction: (transactions, before, state) =>
        transactions.some(isFromNote) || !transactions.some(({ docChanged }) => docChanged)
          ? null
          : bare(before, state),
    }),
  ],
});
