// How others' changes come into the editor: as small as they are, and without moving the page.
//
// The binding draws the blocks that changed, and then replaces the whole document with old and new blocks alike. Then
// every place in the text is lost as far as ProseMirror can tell, decorations are made anew, and the larger the note
// the longer each letter of somebody else takes. And it scrolls to the caret after each, which lays out the page.
// So two of its members are replaced here, on this one binding, for as long as it lives:
// - what it hands to ProseMirror is cut down to the blocks that differ; all other places hold;
// - when the caret was on the screen before others' changes and is not in the next frame, it is scrolled to, once a
//   frame and not for each change. A browser that anchors scrolling, as most do, has kept it there itself.
// And before it notes where the selection is, the browser's caret is read (browser-caret.ts): a change that came before
// ProseMirror heard of it would put the caret back. What is noted holds on to the letters that are selected, or to the
// one before the caret, whatever others write right beside.

import { Slice } from '@tiptap/pm/model';
import type { Fragment, Node } from '@tiptap/pm/model';
import { Plugin } from '@tiptap/pm/state';
import type { EditorState, Transaction } from '@tiptap/pm/state';
import { ReplaceStep, StepMap } from '@tiptap/pm/transform';
import type { EditorView } from '@tiptap/pm/view';
import { getRelativeSelection, ySyncPluginKey } from 'y-prosemirror';
import type { ProsemirrorBinding } from 'y-prosemirror';
import * as Y from 'yjs';
import { changedBlocks } from '../blocks/changed-blocks.ts';
import type { ChangedBlocks } from '../blocks/changed-blocks.ts';
import { readBrowserCaret } from './browser-caret.ts';

type RelativeSelection = ReturnType<typeof getRelativeSelection>;

/** Whoever has not written for so long has finished their sentence. */
const writingPauseMs = 10_000;

/** Must come right after the sync plugin in the plugin list. `now` is in milliseconds. */
export function remoteChangesPlugin(now: () => number = () => performance.now()): Plugin {
  return new Plugin({
    view(view) {
      const { binding } = ySyncPluginKey.getState(view.state) as { binding: ProsemirrorBinding };
      const sight = keepCaretInSight(view);
      const writers = followWriters(binding.doc, now);
      const readSelection = () => {
        // In here nothing is written to the note, and nothing is read when it is this editor that changes the note.
        binding.mux(() => {
          if (view.hasFocus() && !view.composing) readBrowserCaret(view);
          binding.beforeTransactionSelection = holdSelection(binding, view.state, writers.isWriting);
        });
      };
      Object.defineProperty(binding, '_tr', {
        configurable: true,
        get: () => narrow(view.state.tr.setMeta('addToHistory', false)),
      });
      binding._isLocalCursorInView = () => {
        sight.beforeChange();
        return false;
      };
      binding.doc.on('beforeAllTransactions', readSelection);
      return {
        destroy() {
          binding.doc.off('beforeAllTransactions', readSelection);
          writers.close();
          sight.close();
        },
      };
    },
  });
}

/**
 * The binding holds a selection by the letters behind its ends. What another writes at the end of one would become part
 * of it, and be gone with the next key; and at a caret it would come between one's letters. So both are held by the
 * letter before. But who goes to the end of what another is writing goes along with them, not into their word.
 */
function holdSelection(
  binding: ProsemirrorBinding,
  state: EditorState,
  isWriting: IsWriting,
): RelativeSelection {
  const held = getRelativeSelection(binding, state);
  if (held.type !== 'text') return held;
  const { anchor, head, empty } = state.selection;
  const byLetterBefore = (position: Y.RelativePosition) => {
    const place = Y.createAbsolutePositionFromRelativePosition(position, binding.doc);
    if (!(place?.type instanceof Y.XmlText)) return position;
    const before = Y.createRelativePositionFromTypeIndex(place.type, place.index, -1);
    return empty && before.item && isWriting(before.item) ? position : before;
  };
  if (anchor >= head) held.anchor = byLetterBefore(held.anchor);
  if (head >= anchor) held.head = byLetterBefore(held.head);
  return held;
}

type IsWriting = (letter: Y.ID) => boolean;

/** Whether somebody else wrote a letter since they began to write, without a long pause. */
function followWriters(doc: Y.Doc, now: () => number): { isWriting: IsWriting; close(): void } {
  const writers = new Map<number, { since: number; at: number }>();
  const isAtIt = (at: number) => now() - at < writingPauseMs;
  const remember = ({ local, beforeState, afterState }: Y.Transaction) => {
    if (local || beforeState.size === 0) return; // the note comes
    for (const [client, clock] of afterState) {
      const since = beforeState.get(client) ?? 0;
      if (clock === since) continue;
      const known = writers.get(client);
      if (known && isAtIt(known.at)) known.at = now();
      else writers.set(client, { since, at: now() });
    }
  };
  doc.on('afterTransaction', remember);
  return {
    isWriting({ client, clock }) {
      const writer = writers.get(client);
      return writer !== undefined && isAtIt(writer.at) && clock >= writer.since;
    },
    close: () => doc.off('afterTransaction', remember),
  };
}

/** Has a replacement of the whole document replace no more than the blocks that differ. */
function narrow(tr: Transaction): Transaction {
  const { replace } = tr;
  tr.replace = (from, to = from, slice = Slice.empty) => {
    const { doc } = tr;
    if (from === 0 && to === doc.content.size) {
      const changes = changedBlocks(doc.children, slice.content.content);
      if (changes.length === 0) return tr;
      if (!tr.maybeStep(new ReplaceBlocks(changes, doc, slice.content)).failed) return tr;
    }
    // What does not fit (nothing at all, a list item without its list) ProseMirror makes fit.
    return replace.call(tr, from, to, slice);
  };
  return tr;
}

/** Replaces what lies between the first and the last change in one go, and maps places in between to where they are. */
class ReplaceBlocks extends ReplaceStep {
  readonly #map: StepMap;

  constructor(changes: readonly ChangedBlocks[], before: Node, after: Fragment) {
    const [from, to] = [changes[0]!.from, changes.at(-1)!.to];
    const behind = before.content.size - to;
    super(from, to, new Slice(after.cut(from, after.size - behind), 0, 0));
    this.#map = new StepMap(changes.flatMap(({ from, to, blocks }) => [from, to - from, sizeOf(blocks)]));
  }

  override getMap(): StepMap {
    return this.#map;
  }
}

const sizeOf = (blocks: readonly Node[]) => blocks.reduce((size, { nodeSize }) => size + nodeSize, 0);

function keepCaretInSight(view: EditorView) {
  let frame: number | null = null;
  const isInSight = () => {
    const { top, bottom } = view.coordsAtPos(view.state.selection.head);
    return bottom >= 0 && top <= window.innerHeight;
  };
  return {
    /** Called before each change; looked at before the first of a frame, when the page is still laid out. */
    beforeChange() {
      if (frame !== null || !view.hasFocus() || !isInSight()) return;
      frame = requestAnimationFrame(() => {
        frame = null;
        if (!isInSight()) view.dispatch(view.state.tr.scrollIntoView());
      });
    },
    close() {
      if (frame !== null) cancelAnimationFrame(frame);
    },
  };
}
