// How others' changes come into the editor: as small as they are, and without moving the page.
//
// The binding draws the blocks that changed, and then replaces the whole document with old and new blocks alike. Then
// every place in the text is lost as far as ProseMirror can tell, decorations are made anew, and the larger the note
// the longer each letter of somebody else takes. And it scrolls to the caret after each, which lays out the page.
// So two of its members are replaced here, on this one binding, for as long as it lives:
// - what it hands to ProseMirror is cut down to the blocks that differ; all other places hold;
// - when the caret was on the screen before others' changes and is not in the next frame, it is scrolled to, once a
//   frame and not for each change. A browser that anchors scrolling, as most do, has kept it there itself.
// And before it notes where the selection is, it is told where the browser has put it: a key moves the caret at once,
// but ProseMirror hears of it in a later task, and a change that came between would put the caret back.

import { Fragment, Slice } from '@tiptap/pm/model';
import { Plugin } from '@tiptap/pm/state';
import type { Transaction } from '@tiptap/pm/state';
import type { EditorView } from '@tiptap/pm/view';
import { getRelativeSelection, ySyncPluginKey } from 'y-prosemirror';
import type { ProsemirrorBinding } from 'y-prosemirror';
import { changedBlocks } from '../blocks/changed-blocks.ts';

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
          document.dispatchEvent(new Event('selectionchange'));
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
    if (from !== 0 || to !== tr.doc.content.size) return replace.call(tr, from, to, slice);
    for (const changed of changedBlocks(tr.doc.children, slice.content.content).reverse())
      replace.call(tr, changed.from, changed.to, new Slice(Fragment.from(changed.blocks), 0, 0));
    return tr;
  };
  return tr;
}

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
