// Keeps a person in the line they write when somebody else replaces it or cuts it in two, and keeps what they wrote in
// other lines that are replaced before anybody else has it.
//
// Model: wrapping, lifting, nesting or retyping a block deletes it in the note and makes a copy elsewhere. Whoever
// writes in it loses both their place (it names a character that is gone) and the letters the other had not seen yet.
// So before each remote change the line with the caret is noted, letter by letter with who wrote it; if the change
// deleted that block, its copy is looked for among the blocks that are new, the caret is put where it was in it, and
// one's own missing letters are typed again.
//
// The same goes for lines without the caret that hold letters which have not reached the server, written offline, perhaps
// before a reload, or which were saved but not seen by whoever made the change, because their network was away
// (incoming-deletes.ts). Nobody is in them, so only their letters are typed again. A whole such line has no copy when what
// it was written into is replaced or deleted: it is put back behind the line it stood behind.
//
// An Enter or a break within a line leaves one part of it in its place and makes the other anew; so does whoever takes
// away a break, or all that stands between two lines. Who writes in that other part goes along, with the letters the
// other had not seen: those stayed behind, alone where all around them was deleted, or are gone with it. Right at the cut
// one stays in the first part.
//
// Invariants: only one's own letters are ever written, each by the one who typed it, so nothing is doubled however
// many people are in the line; what others deleted on purpose stays deleted, but for what was typed that very moment.
// Deliberately not done: selections across blocks (the binding's own way serves them). Two tabs of one device that both
// hold what was written offline before a reload, and come back in the same moment, may both put it back.
// How a line is noted: own-line-noted.ts. What counts as its copy: own-line-copy.ts. Where a part of it is: own-line-moved.ts.

import { Plugin, TextSelection } from '@tiptap/pm/state';
import type { Transaction } from '@tiptap/pm/state';
import { Mapping } from '@tiptap/pm/transform';
import type { Node } from '@tiptap/pm/model';
import type { EditorView } from '@tiptap/pm/view';
import { ySyncPluginKey } from 'y-prosemirror';
import type { ProsemirrorBinding } from 'y-prosemirror';
import type * as Y from 'yjs';
import { IncomingDeletes } from './incoming-deletes.ts';
import type { Incoming } from './incoming-deletes.ts';
import { findCopy, offsetIn } from './own-line-copy.ts';
import type { Found } from './own-line-copy.ts';
import { findMoved } from './own-line-moved.ts';
import { lineEnd, noteLines, ofEach, readLetters, stretchesOf, textOf } from './own-line-noted.ts';
import type { Fresh, OwnLine, Run, Stretch } from './own-line-noted.ts';
import type { Unsaved } from './unsaved.ts';

/** A saved change takes no longer than this to reach the others; what is older they had seen, */
const unseenMs = 2_000;
/** but on a slow way it takes longer. */
const slowMs = 10_000;

/** What is known of the server's side of the note; a NoteSession tells it. */
export interface Exchange {
  /** What of the note the server may lack. */
  readonly unsaved: Unsaved;
  /** What the note is just taking from the server; null at other times. */
  readonly incoming: Incoming | null;
}

const nothing: Exchange = { unsaved: new Map(), incoming: null };

/** Must come after the sync plugin in the plugin list. `now` is in milliseconds. */
export function ownLinePlugin(
  exchange: () => Exchange = () => nothing,
  now: () => number = () => performance.now(),
): Plugin {
  return new Plugin({
    view(view) {
      const { binding } = ySyncPluginKey.getState(view.state) as { binding: ProsemirrorBinding };
      const { doc } = binding;
      let lines: OwnLine[] | null = null;
      let lately: { clock: number; at: number }[] = [];
      const firstSince = (ms: number) => lately.find(({ at }) => at > now() - ms)?.clock ?? Infinity;
      const remember = ({ local, beforeState }: Y.Transaction) => {
        if (!local) return;
        lately = lately.filter(({ at }) => at > now() - slowMs);
        lately.push({ clock: beforeState.get(doc.clientID) ?? 0, at: now() });
      };
      const note = ({ local, beforeState: clocks }: Y.Transaction) => {
        if (local || lines) return;
        const { unsaved, incoming } = exchange();
        const deletes = new IncomingDeletes(doc, incoming);
        const [lateFrom, slowFrom] = [firstSince(unseenMs), firstSince(slowMs)];
        lines = noteLines(view.state, binding, { clocks, unsaved, lateFrom, slowFrom, deletes });
      };
      const follow = () => {
        const noted = lines ?? [];
        lines = null;
        const lost: OwnLine[] = [];
        for (const line of noted) {
          if (!line.block._item?.deleted) goAlong(view, binding, line);
          else if (moveInto(view, binding, line)) continue;
          else if (line.whole) lost.push(line);
          else goAlong(view, binding, line);
        }
        putBack(view, lost);
      };
      doc.on('afterTransaction', remember);
      doc.on('beforeTransaction', note);
      doc.on('afterAllTransactions', follow);
      return {
        destroy() {
          doc.off('afterTransaction', remember);
          doc.off('beforeTransaction', note);
          doc.off('afterAllTransactions', follow);
        },
      };
    },
  });
}

/** False when there is no copy. */
function moveInto(view: EditorView, binding: ProsemirrorBinding, line: OwnLine): boolean {
  const found = findCopy(view.state.doc, binding, line);
  if (!found) return false;
  fill(view, line, found.pos + 1, found);
  return true;
}

/** Puts the missing letters, and the caret, into the block whose content begins at `start`. */
function fill(
  view: EditorView,
  line: OwnLine,
  start: number,
  { missing, offsetOf }: Pick<Found, 'missing' | 'offsetOf'>,
): void {
  // One change each: what lies between two changes made at once, the binding would write anew, and letters of others in
  // it would come apart.
  for (const stretch of missing) view.dispatch(written(view, line, stretch, start + offsetOf(stretch.from)));
  if (!line.selection) return;
  const { anchor, head } = line.selection;
  select(view, start, { anchor: offsetOf(anchor), head: offsetOf(head) });
}

/** Letters of the line at `pos`, breaks among them as they are in the block there. */
function written(view: EditorView, line: OwnLine, { from, to }: Stretch, pos: number): Transaction {
  const { tr, schema } = view.state;
  const start = line.pos + 1;
  const { content } = line.doc.slice(start + from, start + to);
  const wasCode = line.doc.resolve(start).parent.type.spec.code;
  const isCode = tr.doc.resolve(pos).parent.type.spec.code;
  const text = content.textBetween(0, content.size, undefined, lineEnd);
  if (isCode) return tr.insertText(text, pos);
  if (!wasCode) return tr.insert(pos, content);
  const lines = text.split(lineEnd).map((words) => (words ? [schema.text(words)] : []));
  const broken = lines.flatMap((nodes, n) => (n === 0 ? nodes : [schema.node('softBreak'), ...nodes]));
  return tr.insert(pos, broken);
}

function select(view: EditorView, start: number, { anchor, head }: NonNullable<OwnLine['selection']>): void {
  const { tr } = view.state;
  view.dispatch(tr.setSelection(TextSelection.create(tr.doc, start + anchor, start + head)));
}

/** New lines went with what they were written into: puts each behind the line it stood behind. */
function putBack(view: EditorView, lost: readonly OwnLine[]): void {
  const wholes = new Map<number, { fresh: Fresh; lines: OwnLine[] }>();
  for (const line of lost) {
    if (!line.whole) continue;
    const { lines } = wholes.get(line.whole.pos) ?? { lines: [] };
    wholes.set(line.whole.pos, { fresh: line.whole, lines: [...lines, line] });
  }
  // The last first: each comes right behind the line that stood before all of them.
  for (const { fresh, lines } of [...wholes.values()].sort((one, other) => other.fresh.pos - one.fresh.pos)) {
    const { tr } = view.state;
    const { at, isWhole } = placeFor(fresh, tr.doc, lines[0]!.doc);
    view.dispatch(tr.insert(at, isWhole ? fresh.node : fresh.node.content));
    const own = lines.find(({ selection }) => selection);
    if (!own?.selection) continue;
    // A line that is put back alone is so without what others wrote in it.
    const isOthers = own.pos === fresh.pos ? own.isOthersPassedOver : [];
    const offsetOf = (place: number) => place - isOthers.slice(0, place).filter(Boolean).length;
    const { anchor, head } = own.selection;
    const start = at + own.pos + 1 - fresh.pos - (isWhole ? 0 : 1);
    select(view, start, { anchor: offsetOf(anchor), head: offsetOf(head) });
  }
}

/** Where it goes, and whether as it was or only what is in it: an item of a list that is none any more becomes text. */
function placeFor(fresh: Fresh, now: Node, before: Node): { at: number; isWhole: boolean } {
  const behind = findLineBefore(now, before, fresh.pos);
  if (behind === null) return { at: 0, isWhole: fresh.parent === now.type };
  const $behind = now.resolve(behind + 1);
  const depths = Array.from({ length: $behind.depth }, (_, n) => $behind.depth - n);
  const takes = (depth: number) => {
    const index = $behind.indexAfter(depth - 1);
    return $behind.node(depth - 1).canReplaceWith(index, index, fresh.node.type);
  };
  const isLikeBefore = (depth: number) => $behind.node(depth - 1).type === fresh.parent && takes(depth);
  const depth = depths.find(isLikeBefore) ?? depths.find(takes);
  return { at: $behind.after(depth ?? 1), isWhole: depth !== undefined };
}

/** Where the last line now is that stood before `pos`, or its copy; null when none of them is left. */
function findLineBefore(now: Node, before: Node, pos: number): number | null {
  const olds: Node[] = [];
  before.nodesBetween(0, pos, (node, at) => void (node.isTextblock && at < pos && olds.unshift(node)));
  const known = new Set(olds);
  const places = new Map<Node | string, number>();
  now.descendants((node, at) => {
    if (!node.isTextblock) return;
    places.set(known.has(node) ? node : textOf(node), at);
  });
  for (const old of olds) {
    const place = places.get(old) ?? (old.content.size > 0 ? places.get(textOf(old)) : undefined);
    if (place !== undefined) return place;
  }
  return null;
}

/**
 * Goes along with the part of a line that went elsewhere, with one's own letters in it that the other had not seen: those
 * stayed behind, or are gone with what was around them. Right at the cut one stays.
 */
function goAlong(view: EditorView, binding: ProsemirrorBinding, line: OwnLine): void {
  const isGone = line.block._item?.deleted === true;
  const now = isGone ? { text: '', runs: [] } : readLetters(line.block);
  if (now.text === line.text) return;
  const places = placesIn(now.runs, line.runs);
  if (!places.includes(null)) return;
  const moved = findMoved(view.state.doc, binding, line, places);
  if (!moved) {
    if (!isGone) putBackInto(view, binding, line, places);
    return;
  }
  const { isSeen } = moved;
  const stays = (at: number) => isSeen[at] === true && places[at] !== null && !moved.places.includes(at);
  const hasStayed = places.some((_, at) => stays(at));
  const lastSeenBefore = (at: number) => isSeen.slice(0, at).lastIndexOf(true);
  /** Where what stands behind the first `at` letters of the line goes; null when it stays. */
  const target = (at: number): number | null => {
    const last = lastSeenBefore(at);
    return (last >= 0 ? stays(last) : hasStayed)
      ? null
      : moved.pos + moved.places.filter((place) => place < at).length;
  };

  const { doc, selection } = view.state;
  const here = startOf(doc, (node) => node === binding.mapping.get(line.block));
  const goes = stretchesOf(isSeen.map((isIn, at) => !isIn && !line.isOthersPassedOver[at])).filter(
    ({ from }) => target(from) !== null,
  );

  const mapping = new Mapping();
  const dispatch = (tr: Transaction) => {
    view.dispatch(tr);
    mapping.appendMapping(tr.mapping);
  };
  for (const { from, to } of goes) {
    // One change each, see moveInto.
    for (let at = to - 1; at >= from; at--) {
      const place = places[at];
      if (here === null || place === null || place === undefined) continue;
      const pos = mapping.map(here + place);
      dispatch(view.state.tr.delete(pos, pos + 1));
    }
    dispatch(written(view, line, { from, to }, mapping.map(target(from)!)));
  }
  if (!line.selection) return;
  const follow = (offset: number, stay: number) => {
    const there = target(offset);
    return there === null ? mapping.map(stay) : mapping.map(there, -1) + offset - 1 - lastSeenBefore(offset);
  };
  const [anchor, head] = [
    follow(line.selection.anchor, selection.anchor),
    follow(line.selection.head, selection.head),
  ];
  const { tr } = view.state;
  view.dispatch(tr.setSelection(TextSelection.create(tr.doc, anchor, head)));
}

/** A text that was empty for the other was replaced within its line: puts the letters of it behind what stood before them. */
function putBackInto(
  view: EditorView,
  binding: ProsemirrorBinding,
  line: OwnLine,
  places: readonly (number | null)[],
): void {
  const missing = stretchesOf(line.isPassedOver);
  const start = startOf(view.state.doc, (node) => node === binding.mapping.get(line.block));
  if (start === null || missing.length === 0) return;
  const left = [...places.keys()].filter((at) => places[at] !== null);
  const offsets = left.map((at) => places[at]!);
  fill(view, line, start, { missing, offsetOf: offsetIn(offsets, left, missing) });
}

/** Where each letter that was there is now; null when it is gone. */
function placesIn(now: readonly Run[], before: readonly Run[]): (number | null)[] {
  const name = (client: number, clock: number) => `${client} ${clock}`;
  const places = new Map(ofEach(now, name).map((letter, place) => [letter, place]));
  return ofEach(before, (client, clock) => places.get(name(client, clock)) ?? null);
}

/** Where the content of the first such block begins. */
function startOf(doc: Node, isIt: (node: Node, pos: number) => boolean): number | null {
  let start: number | null = null;
  doc.descendants((node, pos) => {
    if (start === null && isIt(node, pos)) start = pos + 1;
    return start === null;
  });
  return start;
}
