// Lets Svelte follow a Tiptap editor: reading `follow()` in a template redraws it after the editor's changes, at most
// once per frame, however many people type, and only when what it looks at has changed.
import { createSubscriber } from 'svelte/reactivity';
import type { Editor } from '@tiptap/core';
import { TextSelection } from '@tiptap/pm/state';

/** What something on the page looks at, compared one by one, as objects. */
export type Aspect = (editor: Editor) => readonly unknown[];

export const everything: Aspect = ({ state }) => [state];

/** The selection and the blocks at its ends, but not the text elsewhere. */
export const selectedBlocks: Aspect = ({ state }) => {
  const { $from, $to } = state.selection;
  const [first, last] = [$from.node(Math.min(1, $from.depth)), $to.node(Math.min(1, $to.depth))];
  const start = $from.depth > 0 ? $from.before(1) : 0;
  return [first, last, $from.pos - start, $to.pos - $from.pos];
};

/** What kind of place the caret is in, which one letter more does not change. */
export const placeOfCaret: Aspect = (editor) => {
  const { selection, storedMarks } = editor.state;
  const { $from, empty } = selection;
  if (!empty || !(selection instanceof TextSelection)) return selectedBlocks(editor);
  const around = Array.from({ length: $from.depth + 1 }, (_, depth) => $from.node(depth));
  return [...around.flatMap(({ type, attrs }) => [type, attrs]), ...(storedMarks ?? $from.marks())];
};

/** Whether there is something to undo, and to redo. */
export const waysBack: Aspect = ({ storage }) => {
  const { undoStack, redoStack } = storage.collaboration.undoManager;
  return [undoStack.length > 0, redoStack.length > 0];
};

/** Returns the function to call before looking at these aspects of the editor, or at whether it can be edited. */
export const followEditor = (editor: Editor, ...aspects: Aspect[]): (() => void) =>
  createSubscriber((update) => {
    const look = () => [editor.isEditable, ...aspects.flatMap((aspect) => aspect(editor))];
    let seen = look();
    let frame = 0;
    const changed = () => {
      frame ||= requestAnimationFrame(() => {
        frame = 0;
        const before = seen;
        seen = look();
        if (seen.length !== before.length || seen.some((value, n) => value !== before[n])) update();
      });
    };
    editor.on('transaction', changed);
    return () => {
      cancelAnimationFrame(frame);
      editor.off('transaction', changed);
    };
  });
