// Keeps a person in the line they write when somebody else replaces it or cuts it in two, and keeps what they wrote in
// other lines that are replaced before anybody else has it.
//
// Model: wrapping, lifting, nesting or retyping a block deletes it in the note and makes a copy elsewhere. Whoever
// writes in it loses both their place (it names a character that is gone) and the letters the other had not seen yet.
// So before each remote change the line with the caret is noted, letter by letter with who wrote it; if the change
// deleted that block, its copy is looked for among the blocks that are new, the caret is put where it was in it, and
// one's own missing letters are typed again.
//
// A copy is a new block that reads as the line did without the letters that have not reached the server, which nobody
// can have seen; or without some typed at the caret in the last two seconds, which others may not have seen (older ones
// they have). It may stand within a longer line (two lines were joined). The nearest one wins; without one nothing is done.
//
// The same goes for lines without the caret that hold letters which have not reached the server: written offline, perhaps
// before a reload. Nobody is in them, so only their letters are typed again. A whole line that has not reached the server
// has no copy when what it was written into is replaced or deleted: it is put back behind the line it stood behind.
//
// An Enter within a line leaves one part of it in its block and makes a new block of the other. Who writes in that other
// part goes along, with the letters the other had not seen: those stayed behind, alone where all around them was deleted.
// Right at the cut one stays in the first part.
//
// Invariants: only one's own letters are ever written, each by the one who typed it, so nothing is doubled however
// many people are in the line; what others deleted on purpose stays deleted, but for what was typed that very moment.
// Deliberately not done: selections across blocks (the binding's own way serves them). Two tabs of one device that both
// hold what was written offline before a reload, and come back in the same moment, may both put it back.

import { Plugin, TextSelection } from '@tiptap/pm/state';
import type { EditorState } from '@tiptap/pm/state';
import type { Node, NodeType, ResolvedPos } from '@tiptap/pm/model';
import type { EditorView } from '@tiptap/pm/view';
import {
  absolutePositionToRelativePosition,
  relativePositionToAbsolutePosition,
  ySyncPluginKey,
} from 'y-prosemirror';
import type { ProsemirrorBinding } from 'y-prosemirror';
import * as Y from 'yjs';
import type { Unsaved } from './unsaved.ts';

/** What an inline node (a break, an image) is in the text of a line. */
const leaf = '\ufffc';

/** A saved change takes no longer than this to reach the others; what is older they had seen. */
const unseenMs = 2_000;
const mostBehind = 4;

/** Letters in a row that one person wrote one after the other. */
interface Run {
  client: number;
  clock: number;
  length: number;
}

interface OwnLine {
  block: Y.XmlElement;
  /** Up to where the note knew whom: what is newer came with the change. */
  clocks: ReadonlyMap<number, number>;
  doc: Node;
  /** Where the block stood. */
  pos: number;
  text: string;
  runs: Run[];
  /** Of each place in `text`, whether the server may lack it, */
  isUnsaved: boolean[];
  /** and whether others may not have seen it: it is unsaved, or was written here a moment ago. */
  isUnseen: boolean[];
  /** As offsets into `text`; null when the selection is elsewhere. */
  selection: { anchor: number; head: number } | null;
  /** What is new of the blocks around it, the largest, when the server may lack the whole line. */
  fresh: Fresh | null;
}

interface Fresh {
  node: Node;
  pos: number;
  /** What it stood in. */
  parent: NodeType;
}

/** Letters of the line, from one place to before another. */
interface Stretch {
  from: number;
  to: number;
}

/** Where a line is found again: `from` is the offset in the copy at which the line begins. */
interface Found {
  pos: number;
  from: number;
  /** One's own letters that the copy lacks, in their order. */
  missing: readonly Stretch[];
}

/** What has left the line: from where to where, what the copy reads, and one's own letters the copy lacks. */
interface Part {
  from: number;
  to: number;
  text: string;
  isBehind: boolean[];
}

const nothing: Unsaved = new Map();

/** Must come after the sync plugin in the plugin list. `now` is in milliseconds. */
export function ownLinePlugin(
  unsaved: () => Unsaved = () => nothing,
  now: () => number = () => performance.now(),
): Plugin {
  return new Plugin({
    view(view) {
      const { binding } = ySyncPluginKey.getState(view.state) as { binding: ProsemirrorBinding };
      const { doc } = binding;
      let lines: OwnLine[] | null = null;
      let lately: { clock: number; at: number }[] = [];
      /** The first of one's own letters of the last moments, as a Yjs clock. */
      const lateFrom = () => {
        lately = lately.filter(({ at }) => at > now() - unseenMs);
        return lately[0]?.clock ?? Infinity;
      };
      const remember = ({ local, beforeState }: Y.Transaction) => {
        if (local) lately.push({ clock: beforeState.get(doc.clientID) ?? 0, at: now() });
      };
      const note = (transaction: Y.Transaction) => {
        if (!transaction.local)
          lines ??= noteLines(view.state, binding, transaction.beforeState, unsaved(), lateFrom());
      };
      const follow = () => {
        const noted = lines ?? [];
        lines = null;
        const lost: OwnLine[] = [];
        for (const line of noted) {
          if (line.block._item?.deleted) {
            if (!moveInto(view, line)) lost.push(line);
          } else if (line.selection) moveAcross(view, binding, line, line.selection);
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

/** The line with the caret, and those with letters that the server may lack. */
function noteLines(
  state: EditorState,
  binding: ProsemirrorBinding,
  clocks: ReadonlyMap<number, number>,
  unsaved: Unsaved,
  lateFrom: number,
): OwnLine[] {
  const { doc } = binding;
  const isUnsaved = (client: number, clock: number) => clock >= (unsaved.get(client) ?? Infinity);
  const isUnseen = (client: number, clock: number) =>
    isUnsaved(client, clock) || (client === doc.clientID && clock >= lateFrom);
  const lines: OwnLine[] = [];
  const note = (block: Y.XmlElement, node: Node, pos: number, selection: OwnLine['selection']) => {
    const { text, runs } = readLetters(block);
    // The binding's picture may be a moment behind the note; then there is no telling which letter is which.
    if (text !== textOf(node)) return;
    const told = { isUnsaved: ofEach(runs, isUnsaved), isUnseen: ofEach(runs, isUnseen) };
    const fresh = freshAround(block, state.doc.resolve(pos + 1), isUnsaved);
    lines.push({ block, clocks, doc: state.doc, pos, text, runs, ...told, selection, fresh });
  };

  const { type, mapping } = binding;
  const { $anchor, $head } = state.selection;
  const isInLine = state.selection instanceof TextSelection && $head.sameParent($anchor);
  const own = isInLine && $head.parent.content.size > 0 ? blockAt($head.pos, binding) : null;
  if (own) {
    note(own, $head.parent, $head.before(), { anchor: $anchor.parentOffset, head: $head.parentOffset });
  }
  for (const [block, text] of blocksWith(doc, unsaved)) {
    if (block === own) continue;
    const start = Y.createRelativePositionFromTypeIndex(text, 0);
    const pos = relativePositionToAbsolutePosition(doc, type, start, mapping);
    const $pos = pos === null ? null : state.doc.resolve(pos);
    if ($pos?.parent.isTextblock) note(block, $pos.parent, $pos.before(), null);
  }
  return lines;
}

function freshAround(
  block: Y.XmlElement,
  $pos: ResolvedPos,
  isUnsaved: (client: number, clock: number) => boolean,
): Fresh | null {
  const isNew = (type: unknown) =>
    type instanceof Y.XmlElement && !!type._item && isUnsaved(type._item.id.client, type._item.id.clock);
  if (!isNew(block)) return null;
  let depth = $pos.depth;
  for (let around = block.parent; depth > 1 && isNew(around); around = around!.parent) depth--;
  return { node: $pos.node(depth), pos: $pos.before(depth), parent: $pos.node(depth - 1).type };
}

/** The lines that hold letters which the server may lack, and a text of each. */
function blocksWith(doc: Y.Doc, unsaved: Unsaved): Map<Y.XmlElement, Y.XmlText> {
  const blocks = new Map<Y.XmlElement, Y.XmlText>();
  for (const [client, from] of unsaved) {
    const structs = doc.store.clients.get(client);
    if (!structs || from >= Y.getState(doc.store, client)) continue;
    for (let n = Y.findIndexSS(structs, from); n < structs.length; n++) {
      const item = structs[n];
      if (!(item instanceof Y.Item) || item.deleted || !(item.content instanceof Y.ContentString)) continue;
      const text = item.parent;
      if (text instanceof Y.XmlText && text.parent instanceof Y.XmlElement) blocks.set(text.parent, text);
    }
  }
  return blocks;
}

/** The block element around a position; null for what is no line. */
function blockAt(pos: number, { type: root, mapping, doc }: ProsemirrorBinding): Y.XmlElement | null {
  const { item, type } = absolutePositionToRelativePosition(pos, root, mapping) as Y.RelativePosition;
  const within = item ? Y.getItem(doc.store, item) : type ? Y.getItem(doc.store, type) : null;
  if (!(within instanceof Y.Item)) return null;
  const shared = item ? within.parent : within.content instanceof Y.ContentType ? within.content.type : null;
  const parent = shared instanceof Y.XmlText ? shared.parent : shared;
  return parent instanceof Y.XmlElement ? parent : null;
}

function readLetters(block: Y.XmlElement): { text: string; runs: Run[] } {
  let text = '';
  const runs: Run[] = [];
  const add = ({ id: { client, clock } }: Y.Item, letters: string) => {
    text += letters;
    runs.push({ client, clock, length: letters.length });
  };
  for (let child = block._start; child; child = child.right) {
    if (child.deleted || !(child.content instanceof Y.ContentType)) continue;
    if (!(child.content.type instanceof Y.XmlText)) {
      add(child, leaf);
      continue;
    }
    for (let item = child.content.type._start; item; item = item.right) {
      if (!item.deleted && item.content instanceof Y.ContentString) add(item, item.content.str);
    }
  }
  return { text, runs };
}

const ofEach = <T>(runs: readonly Run[], tell: (client: number, clock: number) => T): T[] =>
  runs.flatMap(({ client, clock, length }) => Array.from({ length }, (_, i) => tell(client, clock + i)));

const textOf = (block: Node) => block.textBetween(0, block.content.size, undefined, leaf);

/** False when there is no copy. */
function moveInto(view: EditorView, line: OwnLine): boolean {
  const found = findCopy(view.state.doc, line);
  if (!found) return false;
  const start = found.pos + 1 + found.from;
  // With the missing letters back, the copy reads as the line did: its offsets hold. One change each: what lies between
  // two changes made at once, the binding would write anew, and letters of others in it would come apart.
  for (const { from, to } of found.missing) {
    view.dispatch(view.state.tr.insertText(line.text.slice(from, to), start + from));
  }
  if (line.selection) select(view, start, line.selection);
  return true;
}

function select(view: EditorView, start: number, { anchor, head }: NonNullable<OwnLine['selection']>): void {
  const { tr } = view.state;
  view.dispatch(tr.setSelection(TextSelection.create(tr.doc, start + anchor, start + head)));
}

/** New lines went with what they were written into: puts each behind the line it stood behind. */
function putBack(view: EditorView, lost: readonly OwnLine[]): void {
  const wholes = new Map<number, { fresh: Fresh; lines: OwnLine[] }>();
  for (const line of lost) {
    if (!line.fresh) continue;
    const { lines } = wholes.get(line.fresh.pos) ?? { lines: [] };
    wholes.set(line.fresh.pos, { fresh: line.fresh, lines: [...lines, line] });
  }
  // The last first: each comes right behind the line that stood before all of them.
  for (const { fresh, lines } of [...wholes.values()].sort((one, other) => other.fresh.pos - one.fresh.pos)) {
    const { tr } = view.state;
    const { at, isWhole } = placeFor(fresh, tr.doc, lines[0]!.doc);
    view.dispatch(tr.insert(at, isWhole ? fresh.node : fresh.node.content));
    const own = lines.find(({ selection }) => selection);
    if (own?.selection) select(view, at + own.pos + 1 - fresh.pos - (isWhole ? 0 : 1), own.selection);
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

/** Goes along with the part of a line that was made a block of its own, and fetches the letters left behind. */
function moveAcross(
  view: EditorView,
  binding: ProsemirrorBinding,
  line: OwnLine,
  offsets: NonNullable<OwnLine['selection']>,
): void {
  const { text, runs } = readLetters(line.block);
  if (text === line.text) return;
  const places = placesIn(runs, line.runs);
  const part = findPart(line, places);
  if (!part) return;
  const isNew = (pos: number) => {
    const id = blockAt(pos + 1, binding)?._item?.id;
    return id !== undefined && id.clock >= (line.clocks.get(id.client) ?? 0);
  };
  const { doc, selection, tr } = view.state;
  const here = startOf(doc, (node) => node === binding.mapping.get(line.block));
  const there = startOf(doc, (node, pos) => node.isTextblock && textOf(node) === part.text && isNew(pos));
  if (here === null || there === null) return;

  let copied = 0;
  for (let at = part.from; at < part.to; at++) {
    const place = places[at]!;
    if (!part.isBehind[at]) {
      copied++;
      continue;
    }
    const pos = tr.mapping.map(here + place);
    const { content } = tr.doc.slice(pos, pos + 1);
    tr.delete(pos, pos + 1);
    tr.insert(tr.mapping.map(there + copied), content);
  }
  const start = tr.mapping.map(there, -1);
  const follow = (offset: number, stay: number) =>
    (part.from === 0 ? offset <= part.to : offset > part.from)
      ? start + offset - part.from
      : tr.mapping.map(stay);
  const [anchor, head] = [follow(offsets.anchor, selection.anchor), follow(offsets.head, selection.head)];
  view.dispatch(tr.setSelection(TextSelection.create(tr.doc, anchor, head)));
}

/** Where each letter that was there is now; null when it is gone. */
function placesIn(now: readonly Run[], before: readonly Run[]): (number | null)[] {
  const name = (client: number, clock: number) => `${client} ${clock}`;
  const places = new Map(ofEach(now, name).map((letter, place) => [letter, place]));
  return ofEach(before, (client, clock) => places.get(name(client, clock)) ?? null);
}

/** The end or the start of the line, if that is what is gone from it but for letters its deleter had not seen. */
function findPart({ text, isUnseen }: OwnLine, places: readonly (number | null)[]): Part | null {
  const isBehind = places.map((place, at) => place !== null && isUnseen[at]!);
  const seen = isBehind.flatMap((behind, at) => (behind ? [] : [at]));
  const read = (letters: number[]) => letters.map((at) => text[at]).join('');
  const kept = read(seen.filter((at) => places[at] !== null));
  const gone = places.filter((place) => place === null).length;
  if (gone === 0) return null;
  const cut = seen.length - gone;
  if (read(seen.slice(0, cut)) === kept) {
    return { from: seen[cut]!, to: text.length, text: read(seen.slice(cut)), isBehind };
  }
  // Which of equal letters are gone is the other's choice: only what is left to read counts.
  if (read(seen.slice(gone)) !== kept) return null;
  return { from: 0, to: seen[gone - 1]! + 1, text: read(seen.slice(0, gone)), isBehind };
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

/** The new block nearest to where the line was that reads as it did; the fewer letters are missing the better. */
function findCopy(doc: Node, line: OwnLine): Found | null {
  const before = new Set<Node>();
  line.doc.descendants((node) => void (node.isTextblock && before.add(node)));
  const copies: { pos: number; text: string }[] = [];
  doc.descendants((node, pos) => {
    if (node.isTextblock && !before.has(node)) copies.push({ pos, text: textOf(node) });
  });
  copies.sort((one, other) => Math.abs(one.pos - line.pos) - Math.abs(other.pos - line.pos));
  const { text } = line;
  const isCopy = [
    (copy: string, seen: string) => copy === seen,
    (copy: string, seen: string) => seen.trim().length > 1 && copy.includes(seen),
  ];
  for (const isIt of isCopy) {
    for (const missing of guesses(line)) {
      const seen = without(text, missing);
      if (line.fresh && seen === '') continue;
      const copy = copies.find((candidate) => isIt(candidate.text, seen));
      if (copy) return { pos: copy.pos, from: copy.text.indexOf(seen), missing };
    }
  }
  return null;
}

/** What of the line its copy may lack. */
function* guesses({ isUnsaved, isUnseen, selection, text, fresh }: OwnLine): Generator<readonly Stretch[]> {
  // Who has seen a new line has seen its letters; without them it would read like any empty one.
  yield fresh ? [] : stretchesOf(isUnsaved);
  if (!selection) return;
  const { head } = selection;
  const first = isUnseen.slice(0, head).lastIndexOf(false) + 1;
  // Which of two equal letters in a row is the new one cannot be told: it may be counted behind the caret.
  const behind = isUnseen.indexOf(false, head);
  const last = Math.min(behind === -1 ? text.length : behind, head + mostBehind);
  for (let from = head; from >= first; from--) {
    for (let to = head; to <= last; to++) yield [{ from, to }];
  }
}

function stretchesOf(isIn: readonly boolean[]): Stretch[] {
  const stretches: Stretch[] = [];
  for (let at = 0; at < isIn.length; at++) {
    const last = stretches.at(-1);
    if (!isIn[at]) continue;
    if (last?.to === at) last.to++;
    else stretches.push({ from: at, to: at + 1 });
  }
  return stretches;
}

const without = (text: string, missing: readonly Stretch[]) =>
  [...missing].reverse().reduce((rest, { from, to }) => rest.slice(0, from) + rest.slice(to), text);
