// Where a part of a line went whose other part stayed, or was deleted: behind an Enter or a break, into the line or the
// text before it.
//
// The other's editor deletes such a part and writes it anew. So what is gone from the line is looked for where something
// is new: the longest end of it, or beginning. What else is gone was deleted on purpose. Not all letters of a part need
// be new: where equal ones stood in the line it was joined to, those were left.
// Only where a block or what is in it came or went: else whoever takes their letters along (own-line.ts) would be followed
// by those whose letters stand behind them.

import type { Node } from '@tiptap/pm/model';
import type { ProsemirrorBinding } from 'y-prosemirror';
import type * as Y from 'yjs';
import { guesses } from './own-line-copy.ts';
import { blockAt, ofEach, readLetters, textOf, textsOfOthers } from './own-line-noted.ts';
import type { OwnLine } from './own-line-noted.ts';

/** So many letters at least tell what went from what somebody happens to write, if it is not all that is gone. */
const leastOfPart = 3;

export interface Moved {
  /** Where its first letter is now. */
  pos: number;
  /** Where its letters were in the line, in their order. */
  places: readonly number[];
  /** Of each place in the line, whether the other had seen the letter there. */
  isSeen: readonly boolean[];
}

/** `places`: where each letter of the line is now in its block, null when it is gone. Null when no part of it is found. */
export function findMoved(
  doc: Node,
  binding: ProsemirrorBinding,
  line: OwnLine,
  places: readonly (number | null)[],
): Moved | null {
  const blocks = changedBlocks(doc, binding, line);
  let best: Moved | null = null;
  if (blocks.length === 0) return best;
  for (const missing of guesses(line)) {
    const isSeen = places.map(
      (place, at) =>
        !line.isOthersPassedOver[at] &&
        !(place !== null && line.isUnseen[at]) &&
        !missing.some(({ from, to }) => at >= from && at < to),
    );
    const gone = [...isSeen.keys()].filter((at) => isSeen[at] && places[at] === null);
    if (gone.length <= (best?.places.length ?? 0)) continue;
    const text = gone.map((at) => line.text[at]).join('');
    for (const block of blocks) {
      for (const [from, to] of longestIn(block, text)) {
        const length = to - from;
        if (length <= (best?.places.length ?? 0)) continue;
        if (length < text.length && text.slice(from, to).trim().length < leastOfPart) continue;
        const places = gone.slice(from, to);
        best = extended({ start: placeIn(block, text.slice(from, to)), places, isSeen }, block, line);
      }
    }
  }
  return best;
}

/** With the letters beside it that are new there as well: the other's editor may have left equal ones in their place. */
function extended(
  { start, places, isSeen }: Omit<Moved, 'pos'> & { start: number },
  block: ChangedBlock,
  line: OwnLine,
): Moved {
  const part = [...places];
  const isSame = (at: number, place: number) =>
    block.isNew[at] === true && block.text[at] === line.text[place];
  for (let at = start + part.length; ; at++) {
    const next = isSeen.indexOf(true, part.at(-1)! + 1);
    if (next < 0 || !isSame(at, next)) break;
    part.push(next);
  }
  for (let at = start - 1; ; at--) {
    const before = isSeen.slice(0, part[0]).lastIndexOf(true);
    if (before < 0 || !isSame(at, before)) break;
    part.unshift(before);
    start--;
  }
  return { pos: block.start + start, places: part, isSeen };
}

/** A line in which others wrote since the own one was noted. */
interface ChangedBlock {
  /** Where its content begins. */
  start: number;
  text: string;
  isNew: boolean[];
}

/** The longest end and the longest beginning of `text` that are in `block`, as offsets into `text`. */
function longestIn(block: ChangedBlock, text: string): [from: number, to: number][] {
  // Most blocks have neither.
  let from = block.text.includes(text.slice(-leastOfPart)) ? 0 : text.length;
  let to = block.text.includes(text.slice(0, leastOfPart)) ? text.length : 0;
  while (from < text.length && placeIn(block, text.slice(from)) < 0) from++;
  while (to > 0 && placeIn(block, text.slice(0, to)) < 0) to--;
  return [
    [from, text.length],
    [0, to],
  ];
}

/** Where in the block `part` stands with at least one letter of it new; -1 when it does not. */
function placeIn({ text, isNew }: ChangedBlock, part: string): number {
  let at = text.indexOf(part);
  while (at >= 0 && !isNew.slice(at, at + part.length).includes(true)) at = text.indexOf(part, at + 1);
  return at;
}

function changedBlocks(doc: Node, binding: ProsemirrorBinding, line: OwnLine): ChangedBlock[] {
  const before = new Set<Node>();
  line.doc.descendants((node) => void (node.isTextblock && before.add(node)));
  const isNews = (client: number, clock: number) =>
    client !== binding.doc.clientID && clock >= (line.clocks.get(client) ?? 0);
  const isNewBlock = ({ _item: item }: Y.XmlElement) =>
    item !== null && isNews(item.id.client, item.id.clock);
  const isRebuilt = line.block._item?.deleted === true || line.block.length !== line.parts;
  const others = textsOfOthers(line);
  const blocks: ChangedBlock[] = [];
  doc.descendants((node, pos) => {
    if (!node.isTextblock) return true;
    const block = before.has(node) || node.content.size === 0 ? null : blockAt(pos + 1, binding);
    if (!block || !(isRebuilt || isNewBlock(block))) return false;
    const { text, runs } = readLetters(block);
    const isNew = ofEach(runs, isNews);
    // What reads as another line did is that line, or its copy.
    if (text === textOf(node) && !others.has(text) && isNew.includes(true))
      blocks.push({ start: pos + 1, text, isNew });
    return false;
  });
  return blocks;
}
