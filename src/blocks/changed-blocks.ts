// Which blocks of a document another version of it has changed. Blocks are compared as objects: ProseMirror and the Yjs
// binding share those that did not change. No more than the outermost blocks are looked at.
import type { Node } from '@tiptap/pm/model';

/** Blocks side by side that changed: where they stood, and what stands there now. */
export interface ChangedBlocks {
  from: number;
  to: number;
  blocks: readonly Node[];
}

/** In the order of the text. When blocks came or went, all from the first to the last change are one. */
export function changedBlocks(before: readonly Node[], after: readonly Node[]): ChangedBlocks[] {
  const most = Math.min(before.length, after.length);
  let [at, shared] = [0, 0];
  let from = 0;
  const pass = (end: number) => {
    for (; at < end && before[at] === after[at]; at++) from += before[at]!.nodeSize;
  };
  pass(most);
  while (shared < most - at && before.at(-1 - shared) === after.at(-1 - shared)) shared++;
  const [endBefore, endAfter] = [before.length - shared, after.length - shared];
  const found: ChangedBlocks[] = [];
  while (at < endBefore || at < endAfter) {
    let end = at + 1;
    // Which block belongs to which is only known when there are as many as before.
    if (endBefore !== endAfter) end = Math.max(endBefore, endAfter);
    else while (end < endBefore && before[end] !== after[end]) end++;
    const to = before.slice(at, Math.min(end, endBefore)).reduce((sum, { nodeSize }) => sum + nodeSize, from);
    found.push({ from, to, blocks: after.slice(at, Math.min(end, endAfter)) });
    [at, from] = [end, to];
    pass(endBefore);
  }
  return found;
}
