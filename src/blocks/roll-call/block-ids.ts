// Keeps the ids of roll calls apart. The block that had an id before a change keeps it, wherever a copy is put: found
// again by following its position through the change, not by standing first. Where it cannot be followed (cut and
// pasted, or come by others' changes), the first of an id keeps it, which is the same one in every browser.
// Copies that others' changes leave (two people move one roll call) are named apart with the next change made here.
// Walks the document only after a change that could have brought a roll call, and then only its blocks.

import type { Fragment, Node, NodeType } from '@tiptap/pm/model';
import type { EditorState, Transaction } from '@tiptap/pm/state';
import { Plugin, PluginKey } from '@tiptap/pm/state';
import { AttrStep, Mapping, ReplaceAroundStep, ReplaceStep } from '@tiptap/pm/transform';
import type { Step } from '@tiptap/pm/transform';
import { coerceAttributes } from '../attributes.ts';
import { isFromNote } from '../from-note.ts';

function holds(content: Fragment, type: NodeType): boolean {
  for (const node of content.content)
    if (node.type === type || (!node.isTextblock && holds(node.content, type))) return true;
  return false;
}

function couldAdd(step: Step, type: NodeType): boolean {
  if (step instanceof ReplaceStep || step instanceof ReplaceAroundStep)
    return holds(step.slice.content, type);
  return step instanceof AttrStep && step.attr === 'id';
}

/** Where the roll calls of each id stand, in the order of the document. */
function positionsById(doc: Node, type: NodeType): Map<unknown, number[]> {
  const found = new Map<unknown, number[]>();
  doc.descendants((node, pos) => {
    if (node.type === type) found.set(node.attrs.id, [...(found.get(node.attrs.id) ?? []), pos]);
    return !node.isTextblock;
  });
  return found;
}

/** Where the roll call that stood at `pos` is now; null when it was taken away or replaced. */
function follow(mapping: Mapping, pos: number | undefined): number | null {
  if (pos === undefined) return null;
  const result = mapping.mapResult(pos, 1);
  return result.deletedAfter ? null : result.pos;
}

function renameCopies(
  transactions: readonly Transaction[],
  before: EditorState,
  state: EditorState,
  type: NodeType,
  createId: () => string,
): Transaction | null {
  const known = positionsById(before.doc, type);
  const mapping = new Mapping(transactions.flatMap((transaction) => transaction.mapping.maps));
  const { tr } = state;
  for (const [id, positions] of positionsById(state.doc, type)) {
    const isUsable = coerceAttributes('rollCall', { id }).id !== null;
    const followed = positions.length > 1 ? follow(mapping, known.get(id)?.[0]) : null;
    const owner = followed !== null && positions.includes(followed) ? followed : positions[0];
    for (const pos of positions) if (!isUsable || pos !== owner) tr.setNodeAttribute(pos, 'id', createId());
  }
  return tr.docChanged ? tr : null;
}

/** Whether the document may hold copies that came from the note, to be named apart with the next change made here. */
type Pending = boolean;

/** Gives copies of a roll call, and any without an id, a fresh one. */
export function uniqueIds(type: NodeType, createId: () => string): Plugin {
  const key = new PluginKey<Pending>('rollCallIds');
  const bringsOne = ({ steps }: Transaction) => steps.some((step) => couldAdd(step, type));
  return new Plugin<Pending>({
    key,
    state: {
      init: () => false,
      apply(transaction, pending) {
        if (isFromNote(transaction)) return pending || bringsOne(transaction);
        return pending && !transaction.docChanged;
      },
    },
    appendTransaction(transactions, before, state) {
      if (transactions.some(isFromNote) || !transactions.some(({ docChanged }) => docChanged)) return null;
      const isDue = key.getState(before) || transactions.some(bringsOne);
      return isDue ? renameCopies(transactions, before, state, type, createId) : null;
    },
  });
}
