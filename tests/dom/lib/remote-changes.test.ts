import { Editor, Extension } from '@tiptap/core';
import { Plugin, TextSelection } from '@tiptap/pm/state';
import type { Transaction } from '@tiptap/pm/state';
import StarterKit from '@tiptap/starter-kit';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import * as Y from 'yjs';
import { Collaboration } from '../../../src/lib/collaboration.ts';

let editor: Editor;
let mine: Y.Doc;
let theirs: Y.Doc;
let transactions: Transaction[];

const watching = Extension.create({
  name: 'watching',
  addProseMirrorPlugins: () => [
    new Plugin({ state: { init: () => null, apply: (transaction) => void transactions.push(transaction) } }),
  ],
});

const paragraph = (text: string) => {
  const block = new Y.XmlElement('paragraph');
  block.insert(0, [new Y.XmlText(text)]);
  return block;
};
const fragment = () => theirs.getXmlFragment('default');
const write = (block: number, at: number, text: string) =>
  ((fragment().get(block) as Y.XmlElement).get(0) as Y.XmlText).insert(at, text);
/** What the other did in `act`, arriving as one change. */
function arrive(act: () => void) {
  const before = Y.encodeStateVector(theirs);
  act();
  Y.applyUpdate(mine, Y.encodeStateAsUpdate(theirs, before), 'wire');
}
const texts = () => editor.state.doc.children.map((block) => block.textContent);

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['requestAnimationFrame', 'cancelAnimationFrame'] });
  [mine, theirs, transactions] = [new Y.Doc(), new Y.Doc(), []];
  fragment().insert(0, ['One', 'Two', 'Three', 'Four', 'Five'].map(paragraph));
  Y.applyUpdate(mine, Y.encodeStateAsUpdate(theirs));
  mine.on('update', (update: Uint8Array, origin: unknown) => {
    if (origin !== 'wire') Y.applyUpdate(theirs, update);
  });
  editor = new Editor({
    element: document.body.appendChild(document.createElement('div')),
    editorProps: { attributes: { tabindex: '0' } }, // or jsdom does not focus it
    extensions: [
      StarterKit.configure({ undoRedo: false, trailingNode: false }),
      Collaboration.configure({ fragment: mine.getXmlFragment('default') }),
      watching,
    ],
  });
});

afterEach(() => {
  editor.destroy();
  document.body.replaceChildren();
  vi.restoreAllMocks();
  vi.useRealTimers();
});

test('places in blocks that others did not change are kept, between and around those they did', () => {
  transactions.length = 0;
  arrive(() => {
    write(1, 0, 'x');
    write(3, 4, 'yy');
  });
  expect(texts()).toEqual(['One', 'xTwo', 'Three', 'Fouryy', 'Five']);
  const { mapping } = transactions[0]!;
  expect([2, 12, 26].map((at) => mapping.mapResult(at))).toMatchObject([
    { pos: 2, deleted: false },
    { pos: 13, deleted: false },
    { pos: 29, deleted: false },
  ]);
});

test('blocks that come and go at once leave the text as it is in the note', () => {
  arrive(() => {
    fragment().delete(3, 2);
    fragment().insert(1, [paragraph('New'), paragraph('Newer')]);
  });
  expect(texts()).toEqual(['One', 'New', 'Newer', 'Two', 'Three']);
  arrive(() => fragment().delete(0, 5));
  expect(texts()).toEqual(['']);
});

test('what has no place outermost is shown all the same, and the editor does not fall behind', () => {
  arrive(() => {
    const item = new Y.XmlElement('listItem');
    item.insert(0, [paragraph('Stray')]);
    fragment().insert(1, [item]);
  });
  expect(texts().join(' ')).toContain('Stray');
  arrive(() => write(0, 0, 'x'));
  expect(texts()[0]).toBe('xOne');
});

/** Puts the caret where a key puts it: into the page, without a word to anybody. */
function moveCaret(block: number, at: number) {
  document.getSelection()!.collapse(editor.view.dom.children[block]!.firstChild, at);
}

test('a caret that a key has just moved stays there when another’s change comes before the browser tells', () => {
  vi.spyOn(editor.view, 'coordsAtPos').mockReturnValue({ left: 0, right: 0, top: 100, bottom: 120 });
  editor.view.focus();
  editor.commands.setTextSelection(8);
  moveCaret(1, 1);
  expect(editor.state.selection.head).toBe(8);
  arrive(() => write(0, 0, 'xx'));
  expect(editor.state.selection.head).toBe(9);
  const { focusNode, focusOffset } = document.getSelection()!;
  expect([focusNode?.textContent, focusOffset]).toEqual(['Two', 1]);
  expect(theirs.getXmlFragment('default').toString()).toBe(mine.getXmlFragment('default').toString());
});

test('letters written one after the other stay together, whatever another writes in the same place', () => {
  editor.commands.setTextSelection(4); // behind One
  for (const [n, letter] of [...'now'].entries()) {
    editor.commands.insertContent(letter);
    arrive(() => write(0, 4 + n, '!'));
  }
  expect(texts()[0]).toBe('Onenow!!!');
  expect(editor.state.selection.head).toBe(7);
});

test.each([
  [7, 8],
  [8, 7],
])('what another writes right beside a selection is not selected, made from %d to %d', (anchor, head) => {
  editor.view.dispatch(editor.state.tr.setSelection(TextSelection.create(editor.state.doc, anchor, head)));
  arrive(() => {
    write(1, 2, '>');
    write(1, 1, '<');
  });
  expect(texts()[1]).toBe('T<w>o');
  expect(editor.state.selection).toMatchObject({ anchor: anchor + 1, head: head + 1 });
});

test('two who begin in the same place write one before the other', () => {
  editor.commands.setTextSelection(1);
  for (const [n, letter] of [...'pea'].entries()) arrive(() => write(0, n, letter));
  editor.commands.insertContent('PL');
  arrive(() => write(0, 5, 'r'));
  editor.commands.insertContent('UM');
  expect(texts()[0]).toBe('PLUMpearOne');
});

test('a caret behind what another writes goes along with it', () => {
  arrive(() => write(0, 3, ' GO'));
  editor.commands.setTextSelection(7);
  arrive(() => write(0, 6, 'LD'));
  editor.commands.insertContent('!');
  expect(texts()[0]).toBe('One GOLD!');
});

test('a selection that ends where a line begins does not take in what another writes there', () => {
  editor.view.dispatch(editor.state.tr.setSelection(TextSelection.create(editor.state.doc, 1, 6)));
  arrive(() => write(1, 0, '<'));
  expect(editor.state.selection).toMatchObject({ anchor: 1, head: 6 });
});

test('a caret behind one’s own last letter in a line stays there when another joins the next line to it', () => {
  editor.commands.setTextSelection(4);
  editor.commands.insertContent('!');
  arrive(() => {
    fragment().delete(1, 1);
    write(0, 4, 'Two');
  });
  expect(texts().slice(0, 2)).toEqual(['One!Two', 'Three']);
  expect(editor.state.selection.head).toBe(5);
});

test('a caret that others push off the screen is scrolled to, once a frame; one that was off it is left', () => {
  const scrolls = () => transactions.filter(({ scrolledIntoView }) => scrolledIntoView).length;
  const caret = vi.spyOn(editor.view, 'coordsAtPos');
  const caretIsAt = (top: number) => caret.mockReturnValue({ left: 0, right: 0, top, bottom: top + 20 });
  vi.spyOn(editor.view, 'updateState').mockImplementation(() => undefined); // jsdom cannot scroll
  editor.view.focus();
  caretIsAt(700);
  for (const letter of 'abc') arrive(() => write(0, 0, letter));
  caretIsAt(900);
  vi.advanceTimersToNextFrame();
  expect(scrolls()).toBe(1);
  arrive(() => write(0, 0, 'd'));
  vi.advanceTimersToNextFrame();
  expect(scrolls()).toBe(1);
});
