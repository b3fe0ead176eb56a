// Undo that takes back only what this editor did.
//
// Model: one Y.UndoManager on the document's fragment follows transactions whose origin is the sync plugin,
// which is to say this editor's own. Remote changes, loads from the server or the device, and whatever sets
// `addToHistory` to false are never followed, so they can never be undone from here.
//
// Invariants:
// - Undo never removes what somebody else wrote. A block made here in which another wrote stays; only one's
//   own words leave it. (An item inside another's writing keeps its container alive, at any depth.)
// - The manager outlives plugin views. ProseMirror destroys and remakes those whenever plugins are
//   reconfigured, so the view here attaches and detaches listeners and nothing else; who made the manager
//   ends it.
// - After undo and redo the selection is where it was before the change, wherever the text has moved since.
//
// Deliberately not done: undo across reloads, and undo of roll-call signatures (they are not in the fragment).
// y-prosemirror's own undo plugin is not used: it destroys the manager with its view, protects paragraphs
// only, and restores the selection one transaction too late. Its plugin key is, because the sync plugin asks
// it for the manager.

import type { EditorState, Transaction } from '@tiptap/pm/state';
import type { EditorView } from '@tiptap/pm/view';
import { AllSelection, NodeSelection, Plugin, TextSelection } from '@tiptap/pm/state';
import {
  getRelativeSelection,
  relativePositionToAbsolutePosition,
  ySyncPluginKey,
  yUndoPluginKey,
} from 'y-prosemirror';
import type { ProsemirrorBinding } from 'y-prosemirror';
import * as Y from 'yjs';
import { UndoManager } from './undo-manager.ts';

type RelativeSelection = ReturnType<typeof getRelativeSelection>;
type StackEvent = Parameters<Parameters<Y.UndoManager['on']>[1]>[0] & {
  stackItem: { meta: Map<unknown, unknown> };
  origin: unknown;
};

interface UndoState {
  undoManager: Y.UndoManager;
  /** Where the selection was before the latest change made here; null before the first. */
  selectionBefore: RelativeSelection | null;
}

/** A pause this long in one's own typing ends what a single undo takes back. */
const groupingPauseMs = 500;

const selectionKey = Symbol('selection before');

/** Follows the changes the sync plugin makes to `fragment`. The caller destroys it. */
export function createUndoManager(fragment: Y.XmlFragment): UndoManager {
  return new UndoManager(fragment, {
    captureTimeout: groupingPauseMs,
    trackedOrigins: new Set([ySyncPluginKey]),
    captureTransaction: (transaction) => transaction.meta.get('addToHistory') !== false,
    deleteFilter: (item) => !(item instanceof Y.Item) || !holdsWritingOfAnother(item, item.id.client),
  });
}

/** Ties `undoManager` to an editor that also has the sync plugin, which must come first in the plugin list. */
export function undoPlugin(undoManager: Y.UndoManager): Plugin<UndoState> {
  return new Plugin<UndoState>({
    key: yUndoPluginKey,
    state: {
      init: () => ({ undoManager, selectionBefore: null }),
      apply(transaction, value, oldState) {
        if (!isOwnChange(transaction)) return value;
        return { undoManager, selectionBefore: getRelativeSelection(bindingOf(oldState), oldState) };
      },
    },
    view(view) {
      const remember = ({ stackItem, origin }: StackEvent) => {
        stackItem.meta.set(selectionKey, selectionBeforeChange(view, origin === undoManager));
      };
      const restore = ({ stackItem }: StackEvent) => {
        const before = stackItem.meta.get(selectionKey) as RelativeSelection | null | undefined;
        if (before) restoreSelection(view, before);
      };
      undoManager.on('stack-item-added', remember);
      undoManager.on('stack-item-popped', restore);
      return {
        destroy() {
          undoManager.off('stack-item-added', remember);
          undoManager.off('stack-item-popped', restore);
        },
      };
    },
  });
}

function holdsWritingOfAnother(item: Y.Item, author: number): boolean {
  if (!(item.content instanceof Y.ContentType)) return false;
  for (let child = item.content.type._start; child !== null; child = child.right) {
    if (child.deleted || !child.countable) continue;
    if (child.id.client !== author || holdsWritingOfAnother(child, author)) return true;
  }
  return false;
}

function isOwnChange(transaction: Transaction): boolean {
  const fromYjs = (transaction.getMeta(ySyncPluginKey) as { isChangeOrigin?: boolean } | undefined)
    ?.isChangeOrigin;
  // What other plugins append comes after the change that caused it, when positions no longer fit the Y tree.
  return transaction.docChanged && !fromYjs && transaction.getMeta('appendedTransaction') === undefined;
}

// While undoing, the binding has noted the selection at the start of the Yjs transaction. While typing, it
// notes the selection after the change, so the one kept by the plugin's state is used.
function selectionBeforeChange(view: EditorView, undoing: boolean): RelativeSelection | null {
  if (undoing) return bindingOf(view.state).beforeTransactionSelection;
  return (yUndoPluginKey.getState(view.state) as UndoState | undefined)?.selectionBefore ?? null;
}

function restoreSelection(view: EditorView, { type, anchor, head }: RelativeSelection): void {
  const { state } = view;
  const binding = bindingOf(state);
  const at = (position: unknown) =>
    position === null
      ? null
      : relativePositionToAbsolutePosition(binding.doc, binding.type, position, binding.mapping);
  const [from, to] = [at(anchor), at(head)];
  if (from === null || to === null || Math.max(from, to) > state.doc.content.size) return;
  view.dispatch(
    state.tr
      .setSelection(selectionOf(state, type as string, from, to))
      .setMeta('addToHistory', false)
      .scrollIntoView(),
  );
}

function selectionOf(state: EditorState, type: string, from: number, to: number) {
  if (type === 'all') return new AllSelection(state.doc);
  const $from = state.doc.resolve(from);
  if (type === 'node' && $from.nodeAfter && NodeSelection.isSelectable($from.nodeAfter)) {
    return new NodeSelection($from);
  }
  return TextSelection.between($from, state.doc.resolve(to));
}

function bindingOf(state: EditorState): ProsemirrorBinding {
  return (ySyncPluginKey.getState(state) as { binding: ProsemirrorBinding }).binding;
}
