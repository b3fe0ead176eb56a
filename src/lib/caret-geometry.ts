// Where things of the document are on the screen: boxes of carets and selections. Reads layout, writes nothing.
// All boxes are in client coordinates (CSS pixels from the viewport's corner).

import type { EditorView } from '@tiptap/pm/view';

export interface Box {
  left: number;
  top: number;
  width: number;
  height: number;
}

/** Positions of the top-level blocks that are on the screen or within `margin` pixels of it; null when none is. */
export function visibleRange(view: EditorView, margin: number): { from: number; to: number } | null {
  const blocks = view.dom.children;
  const boxOf = (index: number) => blocks[index]!.getBoundingClientRect();
  const first = firstIndex(blocks.length, (index) => boxOf(index).bottom >= -margin);
  const last = firstIndex(blocks.length, (index) => boxOf(index).top > window.innerHeight + margin) - 1;
  if (first > last) return null;
  return {
    from: view.posAtDOM(blocks[first]!, 0) - 1,
    to: view.posAtDOM(blocks[last]!, blocks[last]!.childNodes.length) + 1,
  };
}

/** A caret's box; its width is 0. Null when its block has scrolled it out of sight. */
export function caretBox(view: EditorView, position: number): Box | null {
  const { left, top, bottom } = view.coordsAtPos(position);
  const box = { left, top, width: 0, height: bottom - top };
  return isSeen(box, scrollBox(view, position)) ? box : null;
}

/** Code and source may scroll within their block; no other text does. */
function scrollBox(view: EditorView, position: number): DOMRect | null {
  const { node } = view.domAtPos(position);
  const element = node instanceof Element ? node : node.parentElement;
  return element?.closest('pre')?.getBoundingClientRect() ?? null;
}

const isSeen = ({ left, top, width, height }: Box, within: DOMRect | null) =>
  !within ||
  (left + width >= within.left && left <= within.right && top >= within.top && top + height <= within.bottom);

/** One box per line of text that is seen between the positions, and one per block without text (an image, a rule). */
export function selectionBoxes(view: EditorView, from: number, to: number): Box[] {
  const boxes: Box[] = [];
  view.state.doc.nodesBetween(from, to, (node, start) => {
    if (node.isTextblock) {
      const [begin, end] = [Math.max(from, start + 1), Math.min(to, start + node.nodeSize - 1)];
      if (begin < end) boxes.push(...lineBoxes(view, begin, end));
      return false;
    }
    if (!node.isAtom) return true;
    const element = view.nodeDOM(start);
    if (element instanceof Element) boxes.push(element.getBoundingClientRect());
    return false;
  });
  return boxes;
}

function lineBoxes(view: EditorView, from: number, to: number): Box[] {
  const range = document.createRange();
  const [start, end] = [view.domAtPos(from), view.domAtPos(to)];
  range.setStart(start.node, start.offset);
  range.setEnd(end.node, end.offset);
  const within = scrollBox(view, from);
  return joinLines(Array.from(range.getClientRects()).filter((box) => isSeen(box, within)));
}

// A range reports a box for bold text and one for the element that makes it bold. Laid over each other they
// would show darker, so boxes that stand on the same line become one.
export function joinLines(boxes: readonly Box[]): Box[] {
  const lines: Box[] = [];
  for (const box of [...boxes].sort((a, b) => a.top - b.top)) {
    const line = lines.at(-1);
    if (!line || !sameLine(line, box)) {
      lines.push({ left: box.left, top: box.top, width: box.width, height: box.height });
      continue;
    }
    const right = Math.max(line.left + line.width, box.left + box.width);
    const bottom = Math.max(line.top + line.height, box.top + box.height);
    line.left = Math.min(line.left, box.left);
    line.width = right - line.left;
    line.height = bottom - line.top;
  }
  return lines;
}

function sameLine(a: Box, b: Box): boolean {
  const shared = Math.min(a.top + a.height, b.top + b.height) - Math.max(a.top, b.top);
  return shared > Math.min(a.height, b.height) / 2;
}

/** The first index at which `holds`, which must not become false again; `length` when there is none. */
function firstIndex(length: number, holds: (index: number) => boolean): number {
  let [low, high] = [0, length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (holds(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}
