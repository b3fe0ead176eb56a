// Backspace after, and Delete before, a block that keeps its content inside (a roll call, a table, code, source) moves
// the caret into it. ProseMirror would select the block, and the same key once more would delete all of it: too much for a
// key that is held down. Whoever wants it gone selects all of it and deletes, or selects the block by another way.

import { Extension } from '@tiptap/core';
import type { Editor } from '@tiptap/core';
import type { Node, ResolvedPos } from '@tiptap/pm/model';
import { Selection } from '@tiptap/pm/state';

const isEnclosing = ({ type }: Node) => type.spec.isolating === true;

/**
 * Position between the line and what comes next in `direction`, whatever both stand in; null at the end of the
 * document or of a block that keeps its content in.
 */
function edgeNext($from: ResolvedPos, direction: 1 | -1): number | null {
  if ($from.parent.type.spec.isolating) return null;
  for (let depth = $from.depth; depth > 0; depth--) {
    const parent = $from.node(depth - 1);
    const isOutermost =
      direction === 1 ? $from.indexAfter(depth - 1) === parent.childCount : $from.index(depth - 1) === 0;
    if (!isOutermost) return direction === 1 ? $from.after(depth) : $from.before(depth);
    // At its start an item is first taken out of its list.
    if (parent.type.spec.isolating || (direction === -1 && parent.type.name === 'listItem')) return null;
  }
  return null;
}

function enter({ state, view }: Editor, direction: 1 | -1): boolean {
  const { $from, empty } = state.selection;
  const offset = direction === 1 ? $from.parent.content.size : 0;
  // An empty line goes away, which ProseMirror does, the caret then in the block.
  if (
    !empty ||
    !$from.parent.isTextblock ||
    $from.parentOffset !== offset ||
    (offset === 0 && $from.parent.content.size === 0)
  )
    return false;
  const edge = edgeNext($from, direction);
  if (edge === null) return false;
  const $edge = state.doc.resolve(edge);
  const block = direction === 1 ? $edge.nodeAfter : $edge.nodeBefore;
  if (!block || !isEnclosing(block)) return false;
  const inside = Selection.findFrom($edge, direction, true);
  const [from, to] = direction === 1 ? [edge, edge + block.nodeSize] : [edge - block.nodeSize, edge];
  // One without a line in it keeps the caret where it is.
  if (inside && inside.from > from && inside.to < to)
    view.dispatch(state.tr.setSelection(inside).scrollIntoView());
  return true;
}

export const BlockEdges = Extension.create({
  name: 'blockEdges',
  addKeyboardShortcuts() {
    const back = () => enter(this.editor, -1);
    const forward = () => enter(this.editor, 1);
    return { Backspace: back, 'Mod-Backspace': back, Delete: forward, 'Mod-Delete': forward };
  },
});
