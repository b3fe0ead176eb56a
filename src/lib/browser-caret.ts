// The caret is the browser's. A key, a click or an input method moves it at once, but ProseMirror hears of it in a later
// task, and until then takes the caret to be where it was. People type faster than that when a page is busy: Home and
// Backspace in one frame then reach ProseMirror as a Backspace at the end of the line, which it leaves to the browser,
// which joins the line with whatever stands before it, past every rule of the blocks.
// So before anything is done that depends on the caret, ProseMirror is told where it is.
//
// Not while an input method composes: what it writes belongs to it until it ends.

import { Extension } from '@tiptap/core';
import { Plugin } from '@tiptap/pm/state';
import type { EditorView } from '@tiptap/pm/view';

/** Has the editor's selection be where the browser has put the caret. */
export function readBrowserCaret(view: EditorView): void {
  if (view.hasFocus() && !view.composing) view.dom.ownerDocument.dispatchEvent(new Event('selectionchange'));
}

/** Reads the caret before each key. */
export const BrowserCaret = Extension.create({
  name: 'browserCaret',
  addProseMirrorPlugins: () => [
    new Plugin({
      props: {
        handleDOMEvents: {
          keydown(view) {
            readBrowserCaret(view);
            return false;
          },
        },
      },
    }),
  ],
});
