import { Editor } from '@tiptap/core';
import StarterKit from '@tiptap/starter-kit';
import { flushSync } from 'svelte';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { followEditor, placeOfCaret, selectedBlocks } from '../../../src/lib/editor/editor-state.ts';
import type { Aspect } from '../../../src/lib/editor/editor-state.ts';

let editor: Editor;
let stop: () => void = () => undefined;

beforeEach(() => {
  vi.useFakeTimers();
  editor = new Editor({ extensions: [StarterKit], content: '<p>One</p><h2>Two</h2><p><b>Bold</b> end</p>' });
  editor.commands.setTextSelection(2);
});

afterEach(() => {
  stop();
  editor.destroy();
  vi.useRealTimers();
});

/** How often something that looks at `aspect` is drawn. */
function draws(aspect: Aspect) {
  const follow = followEditor(editor, aspect);
  const drawn = vi.fn(() => follow());
  stop = $effect.root(() => {
    $effect(() => drawn());
  });
  flushSync();
  return (act: () => void) => {
    drawn.mockClear();
    act();
    vi.advanceTimersToNextFrame();
    flushSync();
    return drawn.mock.calls.length;
  };
}

const typeAt = (at: number, text: string) => () => editor.view.dispatch(editor.state.tr.insertText(text, at));

test('what is about the selected blocks is drawn for them, once a frame, and not for text elsewhere', () => {
  const drawnAfter = draws(selectedBlocks);
  expect(drawnAfter(typeAt(8, 'x'))).toBe(0);
  expect(drawnAfter(typeAt(2, 'x'))).toBe(1);
  expect(drawnAfter(() => [...'abc'].forEach((letter) => typeAt(2, letter)()))).toBe(1);
  expect(drawnAfter(() => editor.commands.setTextSelection({ from: 2, to: 12 }))).toBe(1);
});

test('what is about the kind of place is not drawn for a letter, but for another kind, and for a lock', () => {
  const drawnAfter = draws(placeOfCaret);
  expect(drawnAfter(typeAt(2, 'x'))).toBe(0);
  expect(drawnAfter(() => editor.commands.setTextSelection(4))).toBe(0);
  expect(drawnAfter(() => editor.commands.toggleBold())).toBe(1);
  expect(drawnAfter(() => editor.commands.setTextSelection(8))).toBe(1);
  expect(drawnAfter(() => editor.commands.setHeading({ level: 3 }))).toBe(1);
  expect(drawnAfter(() => editor.commands.setTextSelection(15))).toBe(1);
  expect(drawnAfter(() => editor.commands.setTextSelection({ from: 15, to: 16 }))).toBe(1);
  editor.setEditable(false, false);
  expect(drawnAfter(typeAt(2, 'x'))).toBe(1);
});
