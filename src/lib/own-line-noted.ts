// A line as it is noted before others' changes: its letters, who wrote each, and which of them others may lack.

import { TextSelection } from '@tiptap/pm/state';
import type { EditorState } from '@tiptap/pm/state';
import { Fragment } from '@tiptap/pm/model';
import type { Node, NodeType, ResolvedPos } from '@tiptap/pm/model';
import { absolutePositionToRelativePosition, relativePositionToAbsolutePosition } from 'y-prosemirror';
import type { ProsemirrorBinding } from 'y-prosemirror';
import * as Y from 'yjs';
import type { IncomingDeletes } from './incoming-deletes.ts';
import type { Unsaved } from './unsaved.ts';

/** What an inline node (a break, an image) is in the text of a line, and a line end in code: one may become the other. */
const leaf = '\ufffc';
export const lineEnd = '\n';

/** Letters in a row that one person wrote one after the other. */
export interface Run {
  client: number;
  clock: number;
  length: number;
  /** The text they are in; of an inline node the block. */
  within: Y.XmlText | Y.XmlElement;
}

type Tell<T> = (client: number, clock: number, within: unknown) => T;

export interface OwnLine {
  block: Y.XmlElement;
  /** Up to where the note knew whom: what is newer came with the change. */
  clocks: ReadonlyMap<number, number>;
  doc: Node;
  /** Where the block stood. */
  pos: number;
  text: string;
  runs: Run[];
  /** How many texts and inline nodes it is made of. */
  parts: number;
  /** Of each place in `text`, whether the server may lack it, */
  isUnsaved: boolean[];
  /** whether others may not have seen it: it is unsaved, was written here a moment ago, or is passed over, */
  isUnseen: boolean[];
  /** whether it is one's own and certainly not seen: it goes with the change, unnamed, */
  isPassedOver: boolean[];
  /** and whether that is so of another's letter. */
  isOthersPassedOver: boolean[];
  /** As offsets into `text`; null when the selection is elsewhere. */
  selection: { anchor: number; head: number } | null;
  /** What is new of the blocks around it, the largest, when the server may lack the whole line. */
  fresh: Fresh | null;
  /** What is one's own of it when it goes: what is fresh, or a line that was empty for whoever deletes it. */
  whole: Fresh | null;
}

/** Letters of the line, from one place to before another. */
export interface Stretch {
  from: number;
  to: number;
}

export interface Fresh {
  node: Node;
  pos: number;
  /** What it stood in. */
  parent: NodeType;
}

/** What is known of what others have, before a change of theirs. */
export interface Known {
  /** Up to where the note knows whom. */
  clocks: ReadonlyMap<number, number>;
  unsaved: Unsaved;
  /** The first of one's own letters which others may not have seen, as a Yjs clock, */
  lateFrom: number;
  /** and on a slow way. */
  slowFrom: number;
  deletes: IncomingDeletes;
}

/** The line with the caret, those with letters that the server may lack, and those that go with letters in them unseen. */
export function noteLines(state: EditorState, binding: ProsemirrorBinding, known: Known): OwnLine[] {
  const { doc } = binding;
  const { clocks, unsaved, lateFrom, slowFrom, deletes } = known;
  const wasSeen: Tell<boolean> = (client, clock) => deletes.wasSeen(client, clock);
  const isUnsaved: Tell<boolean> = (client, clock, within) =>
    clock >= (unsaved.get(client) ?? Infinity) && !wasSeen(client, clock, within);
  const isSlow: Tell<boolean> = (client, clock) => client === doc.clientID && clock >= slowFrom;
  const isLate: Tell<boolean> = (client, clock, within) =>
    client === doc.clientID && clock >= lateFrom && !wasSeen(client, clock, within);
  const isPassedOver: Tell<boolean> = (client, clock, within) =>
    client === doc.clientID && deletes.passesOver(client, clock, within);
  const isOthersPassedOver: Tell<boolean> = (client, clock, within) =>
    client !== doc.clientID && !isUnsaved(client, clock, within) && deletes.passesOver(client, clock, within);
  const isNew: Tell<boolean> = (...it) => isUnsaved(...it) || isPassedOver(...it);
  const isUnseen: Tell<boolean> = (...it) => isNew(...it) || isLate(...it);
  const lines: OwnLine[] = [];
  const note = (block: Y.XmlElement, node: Node, pos: number, selection: OwnLine['selection']) => {
    const { text, runs } = readLetters(block);
    // The binding's picture may be a moment behind the note; then there is no telling which letter is which.
    if (text !== textOf(node)) return;
    const told = {
      isUnsaved: ofEach(runs, isUnsaved),
      isUnseen: either(ofEach(runs, isUnseen), behindCut(ofEach(runs, wasSeen), ofEach(runs, isSlow))),
      isPassedOver: ofEach(runs, isPassedOver),
      isOthersPassedOver: ofEach(runs, isOthersPassedOver),
    };
    const $pos = state.doc.resolve(pos + 1);
    const fresh = freshAround(block, $pos, isNew);
    const { isPassedOver: isOwn, isOthersPassedOver: isOthers } = told;
    const wasEmpty = isOwn.includes(true) && isOwn.every((is, at) => is || isOthers[at]);
    const isLine = fresh ? fresh.node === node : wasEmpty;
    const whole = isLine ? { node: withoutOthers(node, isOthers), pos, parent: $pos.node(-1).type } : fresh;
    const { length: parts } = block;
    lines.push({ block, clocks, doc: state.doc, pos, text, runs, parts, ...told, selection, fresh, whole });
  };

  const { type, mapping } = binding;
  const { $anchor, $head } = state.selection;
  const isInLine = state.selection instanceof TextSelection && $head.sameParent($anchor);
  const own = isInLine && $head.parent.content.size > 0 ? blockAt($head.pos, binding) : null;
  if (own) {
    note(own, $head.parent, $head.before(), { anchor: $anchor.parentOffset, head: $head.parentOffset });
  }
  const going = [...deletes.lines()].filter(([block]) =>
    ofEach(readLetters(block).runs, isPassedOver).includes(true),
  );
  for (const [block, text] of [...blocksWith(doc, unsaved), ...going]) {
    if (lines.some((line) => line.block === block)) continue;
    const start = Y.createRelativePositionFromTypeIndex(text, 0);
    const pos = relativePositionToAbsolutePosition(doc, type, start, mapping);
    const $pos = pos === null ? null : state.doc.resolve(pos);
    if ($pos?.parent.isTextblock) note(block, $pos.parent, $pos.before(), null);
  }
  return lines;
}

/** Whoever cuts a line deletes all they see behind the cut: of each place, whether it stays there, all that does being new. */
function behindCut(wasSeen: readonly boolean[], isSlow: readonly boolean[]): boolean[] {
  const cut = wasSeen.indexOf(true);
  const stays = wasSeen.map((was, at) => cut >= 0 && at > cut && !was);
  return stays.map((is) => is && !stays.some((stay, at) => stay && !isSlow[at]));
}

const either = (one: readonly boolean[], other: readonly boolean[]) => one.map((is, at) => is || other[at]!);

/** Of a line that goes whole, and was not seen or empty for whoever deletes it, each puts back what is not another's. */
function withoutOthers(node: Node, isOthers: readonly boolean[]): Node {
  const own = stretchesOf(isOthers.map((is) => !is));
  return node.copy(
    own.reduce((content, { from, to }) => content.append(node.content.cut(from, to)), Fragment.empty),
  );
}

function freshAround(block: Y.XmlElement, $pos: ResolvedPos, isNew: Tell<boolean>): Fresh | null {
  const isNewBlock = (type: unknown) =>
    type instanceof Y.XmlElement &&
    !!type._item &&
    isNew(type._item.id.client, type._item.id.clock, type.parent);
  if (!isNewBlock(block)) return null;
  let depth = $pos.depth;
  for (let around = block.parent; depth > 1 && isNewBlock(around); around = around!.parent) depth--;
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
export function blockAt(pos: number, { type: root, mapping, doc }: ProsemirrorBinding): Y.XmlElement | null {
  const { item, type } = absolutePositionToRelativePosition(pos, root, mapping) as Y.RelativePosition;
  const within = item ? Y.getItem(doc.store, item) : type ? Y.getItem(doc.store, type) : null;
  if (!(within instanceof Y.Item)) return null;
  const shared = item ? within.parent : within.content instanceof Y.ContentType ? within.content.type : null;
  const parent = shared instanceof Y.XmlText ? shared.parent : shared;
  return parent instanceof Y.XmlElement ? parent : null;
}

export function readLetters(block: Y.XmlElement): { text: string; runs: Run[] } {
  let text = '';
  const runs: Run[] = [];
  const add = ({ id: { client, clock } }: Y.Item, letters: string, within: Run['within']) => {
    text += letters.replaceAll(lineEnd, leaf);
    runs.push({ client, clock, length: letters.length, within });
  };
  for (let child = block._start; child; child = child.right) {
    if (child.deleted || !(child.content instanceof Y.ContentType)) continue;
    if (!(child.content.type instanceof Y.XmlText)) {
      add(child, leaf, block);
      continue;
    }
    const { type } = child.content;
    for (let item = type._start; item; item = item.right) {
      if (!item.deleted && item.content instanceof Y.ContentString) add(item, item.content.str, type);
    }
  }
  return { text, runs };
}

export const ofEach = <T>(runs: readonly Run[], tell: Tell<T>): T[] =>
  runs.flatMap(({ client, clock, length, within }) =>
    Array.from({ length }, (_, i) => tell(client, clock + i, within)),
  );

export const textOf = (block: Node) =>
  block.textBetween(0, block.content.size, undefined, leaf).replaceAll(lineEnd, leaf);

/** What the other lines of the note read. */
export function textsOfOthers(line: OwnLine): Set<string> {
  const texts = new Set<string>();
  line.doc.descendants((node, pos) => {
    if (node.isTextblock && pos !== line.pos) texts.add(textOf(node));
  });
  return texts;
}

export function stretchesOf(isIn: readonly boolean[]): Stretch[] {
  const stretches: Stretch[] = [];
  for (let at = 0; at < isIn.length; at++) {
    const last = stretches.at(-1);
    if (!isIn[at]) continue;
    if (last?.to === at) last.to++;
    else stretches.push({ from: at, to: at + 1 });
  }
  return stretches;
}
