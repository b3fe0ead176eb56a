// Marks the written lines of those who signed, instead of naming them a second time among the rows below. Signatures
// are not in the document: whoever shows it brings them.

import type { Node } from '@tiptap/pm/model';
import { Plugin, PluginKey } from '@tiptap/pm/state';
import { Decoration, DecorationSet } from '@tiptap/pm/view';
import { signedLines, type RollEntry } from '../../core/roll-call.ts';
import type { NodeJson } from '../document-json.ts';
import { findLines } from './lines.ts';

export interface SignedLine {
  /** The paragraph of the line, and where it begins in the roll call's content. */
  line: Node;
  offset: number;
  entry: RollEntry;
}

function sizeBefore(parent: Node, index: number): number {
  let size = 0;
  for (let i = 0; i < index; i++) size += parent.child(i).nodeSize;
  return size;
}

/** The lines of a roll call whose people signed. */
export function findSigned(rollCall: Node, entries: readonly RollEntry[]): SignedLine[] {
  const lines = findLines(rollCall.toJSON() as NodeJson);
  const signed = signedLines(
    lines.map(({ text }) => text),
    entries,
  );
  return [...signed].flatMap(([index, entry]): SignedLine[] => {
    const { block, item } = lines[index]!;
    const list = rollCall.child(block);
    const line = item === null ? null : list.child(item).firstChild;
    if (item === null || line?.type.name !== 'paragraph') return [];
    const offset = sizeBefore(rollCall, block) + sizeBefore(list, item) + 2;
    return [{ line, offset, entry }];
  });
}

/** The attributes of a marked line. `time` is the time of day it shows. */
export const signedAttributes = (time: string) => ({ class: 'signed', 'data-signed': time });

export interface SignedOptions {
  /** The signatures of a roll call. */
  entriesOf: (block: string) => readonly RollEntry[];
  /** Calls `changed` whenever they are others; returns how to stop that. */
  follow: (changed: () => void) => () => void;
  formatTime: (at: number) => string;
}

/** Shows who signed in the editor. */
export function showSigned({ entriesOf, follow, formatTime }: SignedOptions): Plugin<DecorationSet> {
  const key = new PluginKey<DecorationSet>('signed');
  /** Whether a block of the document holds a roll call: asked at every change, and most blocks stay the same. */
  const holding = new WeakMap<Node, boolean>();
  const holds = (block: Node): boolean => {
    let found = holding.get(block);
    if (found === undefined) {
      found = block.type.name === 'rollCall';
      if (!found && !block.isTextblock) block.forEach((child) => (found ||= holds(child)));
      holding.set(block, found);
    }
    return found;
  };
  const read = (doc: Node): DecorationSet => {
    const found: Decoration[] = [];
    const visit = (node: Node, pos: number) => {
      if (!holds(node)) return;
      if (node.type.name !== 'rollCall')
        return node.forEach((child, offset) => visit(child, pos + 1 + offset));
      for (const { line, offset, entry } of findSigned(node, entriesOf(String(node.attrs.id)))) {
        const from = pos + 1 + offset;
        found.push(Decoration.node(from, from + line.nodeSize, signedAttributes(formatTime(entry.signedAt))));
      }
    };
    doc.forEach(visit);
    return found.length > 0 ? DecorationSet.create(doc, found) : DecorationSet.empty;
  };
  return new Plugin<DecorationSet>({
    key,
    state: {
      init: (_, { doc }) => read(doc),
      apply: (tr, shown) => (tr.docChanged || tr.getMeta(key) ? read(tr.doc) : shown),
    },
    props: { decorations: (state) => key.getState(state) },
    view: (view) => ({
      destroy: follow(() => view.dispatch(view.state.tr.setMeta(key, true))),
    }),
  });
}
