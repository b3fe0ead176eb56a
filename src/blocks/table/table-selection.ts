// Deleting or typing over a selection that spans cells empties the cells and leaves the table standing. Without
// this ProseMirror would join the first cell with the last and drop those between.

import type { EditorState, Transaction } from '@tiptap/pm/state';
import { Plugin, PluginKey } from '@tiptap/pm/state';
import { placeOf } from './table-commands.ts';

/** Empties what is selected in each cell; null when the selection does not span cells of one table. */
export function emptyCells(state: EditorState): Transaction | null {
  const { $from, $to, from, to } = state.selection;
  const first = placeOf($from);
  const last = placeOf($to);
  if (!first || !last || first.pos !== last.pos || $from.sameParent($to)) return null;
  const spans: [number, number][] = [];
  state.doc.nodesBetween(from, to, (node, pos) => {
    if (!node.isTextblock) return;
    spans.push([Math.max(from, pos + 1), Math.min(to, pos + 1 + node.content.size)]);
  });
  const { tr } = state;
  for (const [start, end] of spans.reverse()) if (end > start) tr.delete(start, end);
  return tr;
}

export const keepTableShape = () =>
  new Plugin({
    key: new PluginKey('tableShape'),
    props: {
      handleKeyDown(view, event) {
        if (event.key !== 'Backspace' && event.key !== 'Delete') return false;
        const tr = emptyCells(view.state);
        if (tr) view.dispatch(tr.scrollIntoView());
        return tr !== null;
      },
      handleTextInput(view, _from, _to, text) {
        const tr = emptyCells(view.state);
        if (tr)
          view.dispatch(tr.insertText(text, tr.mapping.map(view.state.selection.from, -1)).scrollIntoView());
        return tr !== null;
      },
    },
  });
