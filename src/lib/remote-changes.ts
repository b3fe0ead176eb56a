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
// ProseMirror heard of it would put the caret back.

import { Slice } from '@tiptap/pm/model';
import type { Fragment, Node } from '@tiptap/pm/model';
import { Plugin } from '@tiptap/pm/state';
import type { Transaction } from '@tiptap/pm/state';
import { ReplaceStep, StepMap } from '@tiptap/pm/transform';
import type { EditorView } from '@tiptap/pm/view';
import { getRelativeSelection, ySyncPluginKey } from 'y-prosemirror';
import type { ProsemirrorBinding } from 'y-prosemirror';
import { changedBlocks } from '../blocks/changed-blocks.ts';
import type { ChangedBlocks } from '../blocks/changed-blocks.ts';
import { readBrowserCaret } from './browser-caret.ts';

/** Must come right after the sync plugin in the plugin list. */
export function remoteChangesPlugin(): Plugin {
  return new Plugin({
    view(view) {
      const { binding } = ySyncPluginKey.getState(view.state) as { binding: ProsemirrorBinding };
      const sight = keepCaretInSight(view);
      const readSelection = () => {
        // In here nothing is written to the note, and nothing is read when it is this editor that changes the note.
        binding.mux(() => {
          if (!view.hasFocus() || view.composing) return;
          readBrowserCaret(view);
          binding.beforeTransactionSelection = getRelativeSelection(binding, view.state);
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
          sight.close();
        },
      };
    },
  });
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
