// Arrow keys at the edges of cells: from one cell to the next, and out of the table to the lines around it. Up and
// down between rows are the browser's, which keeps the column better than we could.

import type { Editor } from '@tiptap/core';
import { Selection, TextSelection } from '@tiptap/pm/state';
import { placeOf } from './table-commands.ts';

type Arrow = 'left' | 'right' | 'up' | 'down';

/** Puts the caret on what stands before or after the table. After it a line is made when there is none. */
function leave(editor: Editor, edge: number, direction: 1 | -1): boolean {
  const { tr, doc, schema } = editor.state;
  const $edge = doc.resolve(edge);
  const isEdgeOfParent = direction === 1 ? !$edge.nodeAfter : !$edge.nodeBefore;
  if (isEdgeOfParent) {
    const paragraph = schema.nodes.paragraph;
    // Above a table that is the first there is the gap cursor: going up must not change the note.
    if (direction === -1 || !paragraph) return false;
    tr.insert(edge, paragraph.create()).setSelection(TextSelection.create(tr.doc, edge + 1));
  } else {
    const found = Selection.findFrom($edge, direction);
    if (!found) return false;
    tr.setSelection(found);
  }
  editor.view.dispatch(tr.scrollIntoView());
  return true;
}

function move(editor: Editor, arrow: Arrow): boolean {
  const { selection } = editor.state;
  const { $head } = selection;
  const place = placeOf($head);
  if (!place || !selection.empty || !editor.view.endOfTextblock(arrow)) return false;
  const direction = arrow === 'right' || arrow === 'down' ? 1 : -1;
  const { table, pos, row } = place;
  const edge = direction === 1 ? pos + table.nodeSize : pos;
  if (arrow === 'up' || arrow === 'down') {
    const isOuterRow = row === (direction === 1 ? table.childCount - 1 : 0);
    return isOuterRow && leave(editor, edge, direction);
  }
  const cellEdge = direction === 1 ? $head.after() : $head.before();
  const next = Selection.findFrom(editor.state.doc.resolve(cellEdge), direction, true);
  if (!next || placeOf(next.$head)?.pos !== pos) return leave(editor, edge, direction);
  editor.view.dispatch(editor.state.tr.setSelection(next).scrollIntoView());
  return true;
}

export const tableArrows = (editor: Editor): Record<string, () => boolean> => ({
  ArrowLeft: () => move(editor, 'left'),
  ArrowRight: () => move(editor, 'right'),
  ArrowUp: () => move(editor, 'up'),
  ArrowDown: () => move(editor, 'down'),
});
