// Keeps a selected block (an image, a rule) selected while others change the note, and lets go of it when they
// remove it.
//
// Model: the sync plugin replaces the document on a remote change and puts the selection back from its relative
// position. For a selected node it does so without looking: when the node is gone it selects whatever now
// stands there, which the next key press would overwrite, or throws inside the Yjs transaction when nothing
// does, which leaves the editor behind the note. So the sync plugin is told of a text selection only, which it
// restores safely, and the node is selected again here if it is still alive.

import { NodeSelection, Plugin } from '@tiptap/pm/state';
import type { EditorState } from '@tiptap/pm/state';
import { relativePositionToAbsolutePosition, ySyncPluginKey } from 'y-prosemirror';
import type { ProsemirrorBinding } from 'y-prosemirror';
import * as Y from 'yjs';

interface SyncState {
  binding: ProsemirrorBinding;
  isChangeOrigin: boolean;
}

/** Must come after the sync plugin in the plugin list. */
export function selectedNodePlugin(): Plugin {
  return new Plugin({
    appendTransaction(_transactions, oldState, state) {
      const sync = ySyncPluginKey.getState(state) as SyncState;
      if (!sync.isChangeOrigin || !(oldState.selection instanceof NodeSelection)) return null;
      const selection = selectionOfLivingNode(sync.binding, state);
      return selection && state.tr.setSelection(selection).setMeta('addToHistory', false);
    },
    view(view) {
      const { binding } = ySyncPluginKey.getState(view.state) as SyncState;
      const tellOfText = () => {
        const selection = binding.beforeTransactionSelection;
        if (selection?.type === 'node') selection.type = 'text';
      };
      // The binding's own listener was added first, so its note of the selection is there by now.
      binding.doc.on('beforeAllTransactions', tellOfText);
      return { destroy: () => binding.doc.off('beforeAllTransactions', tellOfText) };
    },
  });
}

function selectionOfLivingNode(binding: ProsemirrorBinding, state: EditorState): NodeSelection | null {
  const position = binding.beforeTransactionSelection?.anchor as Y.RelativePosition | null | undefined;
  if (!position?.item || Y.getItem(binding.doc.store, position.item).deleted) return null;
  const at = relativePositionToAbsolutePosition(binding.doc, binding.type, position, binding.mapping);
  if (at === null) return null;
  const $at = state.doc.resolve(at);
  return $at.nodeAfter && NodeSelection.isSelectable($at.nodeAfter) ? new NodeSelection($at) : null;
}
