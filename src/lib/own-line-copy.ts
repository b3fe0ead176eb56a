// Where a line is again that was replaced: the copy that somebody else's change made of it.
//
// A copy is a new block that reads as the line did without what its maker had not seen. Of others' letters that is known
// (incoming-deletes.ts). Of one's own it is those of which that is known, or, while the page catches up, some of those
// that have not reached the server or were typed in the last two seconds: next to each other at the caret, or the latest,
// wherever they stand. The fewer it lacks the better.
// It may stand within a longer line (two lines were joined), and others may have written in it already, or before it was
// made without our having heard of it. The nearest one wins; without one nothing is done.
// It may also lack the markdown at the line's beginning that made it what it is now (`## `): that is not put back.

import type { Node } from '@tiptap/pm/model';
import type { ProsemirrorBinding } from 'y-prosemirror';
import { blockAt, ofEach, readLetters, stretchesOf, textOf, textsOfOthers } from './own-line-noted.ts';
import type { OwnLine, Stretch } from './own-line-noted.ts';

/** What stands before a line when it is made something of by typing, or as much of it as has arrived before. */
const markdown = /^(?:#{1,6}|[-+*>]|\d{1,9}[.)]?|\[[ x]?\]?|(?:`{1,3}|~{1,3})\w*)\s?$/i;
const longestMarkdown = 20;

/** How far behind the caret a letter that others have not seen is looked for. */
const mostBehind = 4;

/** So many letters of a new line at least tell its copy from another line. */
const leastOfNew = 3;

/** Where a line is found again. */
export interface Found {
  pos: number;
  /** One's own letters that the copy lacks, in their order. */
  missing: readonly Stretch[];
  /** Where in the copy is what was at a place in the line, once those before it are back. */
  offsetOf(place: number): number;
}

/** The new block nearest to where the line was that reads as it did; the fewer letters are missing the better. */
export function findCopy(doc: Node, binding: ProsemirrorBinding, line: OwnLine): Found | null {
  const copies = newTexts(doc, binding, line);
  const { text } = line;
  const nobody = line.isOthersPassedOver.map(() => false);
  const find = (match: Match, spentIn: (left: string) => number[]): Found | null => {
    for (const missing of guesses(line)) {
      // The others lack in it, but for those whose line it was: they have put it back.
      for (const lacking of [line.isOthersPassedOver, nobody]) {
        const places = placesBut(missing, lacking);
        const left = places.map((place) => text[place]).join('');
        for (const length of spentIn(left)) {
          const seen = left.slice(length);
          if (line.fresh && seen === '') continue;
          for (const { pos, text: copy, offsets: all } of copies) {
            const offsets = match(copy, seen)?.map((at) => all[at]!);
            if (offsets) return { pos, missing, offsetOf: offsetIn(offsets, places.slice(length), missing) };
          }
        }
      }
    }
    return null;
  };
  const none = () => [0];
  return find(asIs, none) ?? find(asIs, markdownIn) ?? find(within, none) ?? find(amongNew(line), none);
}

/** Where in a copy each letter is that was seen, when the copy reads so. */
type Match = (copy: string, seen: string) => number[] | null;

const asIs: Match = (copy, seen) => (copy === seen ? upTo(copy.length) : null);

const within: Match = (copy, seen) => {
  const first = seen.trim().length > 1 ? copy.indexOf(seen) : -1;
  return first < 0 ? null : upTo(seen.length).map((at) => first + at);
};

/** Among letters that came into the line with the same change, no more than it had, unless it reads as another did. */
function amongNew(line: OwnLine): Match {
  const others = textsOfOthers(line);
  return (copy, seen) => {
    if (seen.trim().length < 2 || copy.length > 2 * seen.length || others.has(copy)) return null;
    const offsets: number[] = [];
    for (const letter of seen.split('')) {
      const at = copy.indexOf(letter, (offsets.at(-1) ?? -1) + 1);
      if (at < 0) return null;
      offsets.push(at);
    }
    return offsets;
  };
}

const upTo = (length: number) => Array.from({ length }, (_, at) => at);

/** `places[n]` of the line is at `offsets[n]` in the copy. */
export const offsetIn =
  (offsets: readonly number[], places: readonly number[], missing: readonly Stretch[]) =>
  (place: number): number => {
    const before = places.filter((at) => at < place).length;
    const offset = before > 0 ? offsets[before - 1]! + 1 : (offsets[0] ?? 0);
    const back = missing.map(({ from, to }) => Math.min(Math.max(place - from, 0), to - from));
    return back.reduce((sum, length) => sum + length, offset);
  };

/** A text in a block that is new. */
interface NewText {
  pos: number;
  text: string;
  /** Where in the block each letter is. */
  offsets: number[];
}

/** The new blocks, nearest first: what they read, and what they read without what others wrote there since. */
function newTexts(doc: Node, binding: ProsemirrorBinding, line: OwnLine): NewText[] {
  const before = new Set<Node>();
  line.doc.descendants((node) => void (node.isTextblock && before.add(node)));
  const texts: NewText[] = [];
  doc.descendants((node, pos) => {
    if (!node.isTextblock || before.has(node)) return;
    const text = textOf(node);
    const places = upTo(text.length);
    texts.push({ pos, text, offsets: places });
    const block = node.content.size > 0 ? blockAt(pos + 1, binding) : null;
    const letters = block && readLetters(block);
    if (!block?._item || letters?.text !== text) return;
    const { client: maker } = block._item.id;
    const clients = ofEach(letters.runs, (client) => client);
    const offsets = places.filter((at) => clients[at] === maker);
    if (offsets.length === text.length) return;
    texts.push({ pos, text: offsets.map((at) => text[at]).join(''), offsets });
  });
  return texts.sort((one, other) => Math.abs(one.pos - line.pos) - Math.abs(other.pos - line.pos));
}

/** How long the markdown at the beginning of a line may be. */
const markdownIn = (text: string) =>
  upTo(longestMarkdown + 1).filter((length) => length > 0 && markdown.test(text.slice(0, length)));

/** The places of a line but for those one's own or others' letters are missing from. */
const placesBut = (missing: readonly Stretch[], isLacking: readonly boolean[]) =>
  upTo(isLacking.length).filter(
    (place) => !isLacking[place] && !missing.some(({ from, to }) => place >= from && place < to),
  );

/** What of one's own the line's copy may lack, and does as far as that is known; the less the sooner. */
export function* guesses(line: OwnLine): Generator<readonly Stretch[]> {
  const isIn = (at: number, stretches: readonly Stretch[]) =>
    stretches.some(({ from, to }) => at >= from && at < to);
  yield stretchesOf(line.isPassedOver);
  for (const guess of freeGuesses(line)) {
    const isMissing = line.isPassedOver.map((isKnown, at) => isKnown || isIn(at, guess));
    if (isMissing.some((is, at) => is && !line.isPassedOver[at])) yield stretchesOf(isMissing);
  }
}

function* freeGuesses(line: OwnLine): Generator<readonly Stretch[]> {
  const { isUnsaved, isUnseen, selection, text, fresh } = line;
  if (selection) {
    const { head } = selection;
    const first = isUnseen.slice(0, head).lastIndexOf(false) + 1;
    // Which of two equal letters in a row is the new one cannot be told: it may be counted behind the caret.
    const behind = isUnseen.indexOf(false, head);
    const last = Math.min(behind === -1 ? text.length : behind, head + mostBehind);
    for (let from = head; from >= first; from--) {
      for (let to = head; to <= last; to++) yield [{ from, to }];
    }
  }
  // What others have of one's letters they have in the order in which those were written.
  const clocks = ofEach(line.runs, (_, clock) => clock);
  const unseen = [...isUnseen.keys()].filter((at) => isUnseen[at]);
  unseen.sort((one, other) => clocks[other]! - clocks[one]!);
  // Without nearly all of its letters a new line would read like any that somebody begins.
  const most = fresh ? text.length - leastOfNew : unseen.length;
  for (let count = 1; count <= Math.min(unseen.length, most); count++) {
    const latest = new Set(unseen.slice(0, count));
    yield stretchesOf(isUnseen.map((_, at) => latest.has(at)));
  }
  // Written before and after the page was loaded again, they are not in one order.
  if (!fresh) yield stretchesOf(isUnsaved);
}
