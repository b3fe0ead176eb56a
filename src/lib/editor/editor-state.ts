// Lets Svelte follow a Tiptap editor: reading `follow()` in a template redraws it after the editor's changes,
// at most once per frame, however many people type.
import { createSubscriber } from 'svelte/reactivity';
import type { Editor } from '@tiptap/core';

/** Returns the function to call before looking at the editor. */
export const followEditor = (editor: Editor): (() => void) =>
  createSubscriber((update) => {
    let frame = 0;
    const changed = () => {
      frame ||= requestAnimationFrame(() => {
        frame = 0;
        update();
      });
    };
    editor.on('transaction', changed);
    return () => {
      cancelAnimationFrame(frame);
      editor.off('transaction', changed);
    };
  });
