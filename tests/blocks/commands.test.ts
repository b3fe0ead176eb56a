// @vitest-environment jsdom
import { Editor } from '@tiptap/core';
import { afterEach, expect, test } from 'vitest';
import { decisionOf } from '../../src/blocks/decision/decision.ts';
import { isActionItem } from '../../src/blocks/action-item/list-item.ts';
import { extensions } from '../../src/blocks/schema.ts';
import { toMarkdown } from '../../src/blocks/markdown.ts';
import { toHtml } from '../../src/blocks/html.ts';
import { fromMarkdown } from '../../src/blocks/markdown.ts';
import type { BlockId } from '../../src/core/ids.ts';

const open: Editor[] = [];
afterEach(() => open.splice(0).forEach((editor) => editor.destroy()));

/** An editor on a text, the caret at the first `^` in it. */
function edit(markdown: string): Editor {
  const ids = ['new-1', 'new-2', 'new-3'];
  const withIds = extensions.map((extension) =>
    extension.name === 'rollCall' ? extension.configure({ createId: () => ids.shift() }) : extension,
  );
  const content = fromMarkdown(markdown, { createId: () => 'roll' as BlockId });
  const editor = new Editor({ extensions: withIds, content, element: document.body });
  open.push(editor);
  let caret = 0;
  editor.state.doc.descendants((node, pos) => {
    if (node.text?.includes('^') && !caret) caret = pos + node.text.indexOf('^');
  });
  if (caret) editor.view.dispatch(editor.state.tr.delete(caret, caret + 1));
  editor.commands.setTextSelection(caret || 1);
  return editor;
}

const markdownOf = (editor: Editor) => toMarkdown(editor.getJSON()).trimEnd();
const press = (editor: Editor, key: string, modifiers: KeyboardEventInit = {}) => {
  const event = new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true, ...modifiers });
  return editor.view.someProp('handleKeyDown', (handle) => handle(editor.view, event)) ?? false;
};

test.each([
  ['te^xt', '**Decision:** text', 'text'],
  ['## he^ading', '**Decision:** heading', 'heading'],
  ['- it^em', '- **Decision:** item', '- item'],
])('%s becomes a decision and back, keeping its text', (source, decided, plain) => {
  const editor = edit(source);
  expect(editor.commands.toggleDecision()).toBe(true);
  expect(markdownOf(editor)).toBe(decided);
  editor.commands.toggleDecision();
  expect(markdownOf(editor)).toBe(plain);
});

test('a decision is changed in part, and only where there is one', () => {
  const editor = edit('**Decision:** g^o');
  editor.commands.setDecision({ state: 'accepted', decidedBy: 'Min' });
  editor.commands.setDecision({ decidedOn: '2026-11-23' });
  expect(markdownOf(editor)).toBe('**Decision:** go (accepted by Min on 2026-11-23)');
  expect(edit('te^xt').commands.setDecision({ state: 'accepted' })).toBe(false);
});

test('Enter at the end of a decision gives a plain paragraph', () => {
  const editor = edit('**Decision:** go^');
  press(editor, 'Enter');
  expect(editor.state.doc.children.map((node) => decisionOf(node)?.state ?? null)).toEqual([
    'proposed',
    null,
  ]);
});

test.each([
  ['te^xt', '- [ ] **Action:** text', 'text'],
  ['- one\n- t^wo', '- one\n- [ ] **Action:** two', '- one\n- two'],
  ['1. [x] d^one', '1. [x] **Action:** done', '1. done'],
  ['- above\n\nbe^low', '- above\n- [ ] **Action:** below', '- above\n- below'],
  ['> qu^ote', '> - [ ] **Action:** quote', '> quote'],
  ['- one\n  - in^ner', '- one\n    - [ ] **Action:** inner', '- one\n    - inner'],
])('%s becomes an action item and back, keeping its text', (source, action, plain) => {
  const editor = edit(source);
  expect(editor.commands.toggleAction()).toBe(true);
  expect(markdownOf(editor)).toBe(action);
  editor.commands.toggleAction();
  expect(markdownOf(editor)).toBe(plain);
});

test('Enter in a done action gives an open one', () => {
  const editor = edit('- [x] @minrk write it^');
  press(editor, 'Enter');
  const items = editor.state.doc.firstChild!.children;
  expect(items.map((item) => [item.attrs.checked, isActionItem(item)])).toEqual([
    [true, true],
    [false, true],
  ]);
});

test('the due date and the assignees are words of the item', () => {
  const editor = edit('- [ ] @tim **wri^te** it');
  editor.commands.setDue('2026-12-01');
  editor.commands.addAssignee('minrk');
  editor.commands.addAssignee('@TIM');
  expect(markdownOf(editor)).toBe('- [ ] @minrk @tim **write** it (by 2026-12-01)');
  editor.commands.setDue('2027-01-02');
  expect(markdownOf(editor)).toBe('- [ ] @minrk @tim **write** it (by 2027-01-02)');
  editor.commands.setDue(null);
  expect(markdownOf(editor)).toBe('- [ ] @minrk @tim **write** it');
  expect(editor.commands.setDue('soon')).toBe(false);
});

test.each([
  ['- [ ] @tim write^', '- [ ] @tim write soon (by 2026-12-01)'],
  ['- [ ] @tim write (by 2026-11-30)^', '- [ ] @tim write soon (by 2026-12-01)'],
  ['- [ ] @tim (by 2026-11-30) wri^te', '- [ ] @tim (by 2026-12-01) wri soonte'],
  ['- [ ] @ti^m write', '- [ ] @ti soonm write (by 2026-12-01)'],
])('after a due date in %s one goes on with the sentence', (source, expected) => {
  const editor = edit(source);
  editor.commands.setDue('2026-12-01');
  editor.commands.insertContent(' soon');
  expect(markdownOf(editor)).toBe(expected);
});

test('words after a due date leave it one, in markdown, on the page and when it is taken out', () => {
  const source = '- [ ] x (by 2026-12-01) with^ care, @who';
  const editor = edit(source);
  expect(markdownOf(editor)).toBe(source.replace('^', ''));
  expect(editor.view.dom.querySelector('.due')?.textContent).toBe('(by 2026-12-01)');
  expect(toHtml(editor.getJSON())).toContain(
    'x <span class="due">(by 2026-12-01)</span> with care, <span class="assignee" data-handle="who">@who</span>',
  );
  editor.commands.setDue(null);
  expect(markdownOf(editor)).toBe('- [ ] x with care, @who');
  expect(editor.commands.setDue('0202-12-01')).toBe(false);
});

test('a line is a decision or an action, whichever it became last', () => {
  const editor = edit('**Decision:** g^o (accepted by Min)');
  editor.commands.toggleAction();
  expect(markdownOf(editor)).toBe('- [ ] **Action:** go');
  editor.commands.toggleDecision();
  expect(markdownOf(editor)).toBe('- **Decision:** go');
  editor.commands.toggleAction();
  expect(markdownOf(editor)).toBe('- [ ] **Action:** go');
});

test.each([
  ['**Decision:** ^go on', '\n\n**Decision:** go on', 'go on'],
  ['**Decision:** go^ on', '**Decision:** go\n\n on', ' on'],
  ['- **Decision:** go^ on', '- **Decision:** go\n- on', ' on'],
  ['- **Decision:** ^go on', '-\n- **Decision:** go on', 'go on'],
])('Enter in %s leaves one decision', (source, expected, caretLine) => {
  const editor = edit(source);
  press(editor, 'Enter');
  const plain = (text: string) =>
    text
      .replaceAll('&nbsp;', '')
      .replace(/[ \n]+/g, ' ')
      .trim();
  expect(plain(markdownOf(editor))).toBe(plain(expected));
  expect(editor.state.selection.$from.parent.textContent).toBe(caretLine);
  expect(editor.state.selection.$from.parentOffset).toBe(0);
});

test.each(['Backspace', 'text style'])('%s takes a decision off its line', (way) => {
  const editor = edit('above\n\n**Decision:** ^go (accepted by Min)');
  if (way === 'Backspace') press(editor, way);
  else editor.commands.setParagraph();
  expect(markdownOf(editor)).toBe('above\n\ngo');
});

test('each box says what it is for, in the editor and on the page', () => {
  const editor = edit('- [ ] write **it**^\n- [x]');
  const labels = () =>
    [...editor.view.dom.querySelectorAll('input')].map((box) => box.getAttribute('aria-label'));
  expect(labels()).toEqual(['Done: write it', 'Done']);
  editor.commands.insertContent(' all');
  expect(labels()[0]).toBe('Done: write it all');
});

test('Tab in an item that cannot go deeper stays in the editor', () => {
  const editor = edit('- o^ne\n- two');
  expect(press(editor, 'Tab')).toBe(true);
  expect(markdownOf(editor)).toBe('- one\n- two');
  expect(press(edit('te^xt'), 'Tab')).toBe(false);
});

test('a click on the box ticks the item', () => {
  const editor = edit('- [ ] one');
  const box = editor.view.dom.querySelector('input')!;
  box.click();
  expect(markdownOf(editor)).toBe('- [x] one');
  expect(editor.view.dom.querySelector('li')!.dataset.checked).toBe('true');
});

test('the words of an action item are marked while they are there', () => {
  const editor = edit('- [ ] @minrk write^');
  expect(editor.view.dom.querySelector('.assignee')?.textContent).toBe('@minrk');
  editor.commands.toggleAction();
  expect(editor.view.dom.querySelector('.assignee')).toBe(null);
});

test('a copy of a roll call gets an id of its own, the first keeps its', () => {
  const editor = edit('Roll call:\n\n- Min / @minrk\n\ntext');
  editor.commands.insertContentAt(editor.state.doc.content.size, editor.getJSON().content![0]!);
  const ids = editor.state.doc.children
    .filter(({ type }) => type.name === 'rollCall')
    .map(({ attrs }) => attrs.id as string);
  expect(ids).toEqual(['roll', 'new-1']);
});

test('Mod-Enter leaves a roll call; Backspace after it does not eat it', () => {
  const editor = edit('Roll call:\n\n- Min^ / @minrk\n\ntext');
  expect(editor.commands.leaveRollCall()).toBe(true);
  expect(editor.state.doc.children.map(({ type }) => type.name)).toEqual([
    'rollCall',
    'paragraph',
    'paragraph',
  ]);
  press(editor, 'Backspace');
  expect(editor.state.doc.textContent).toBe('Roll call:Min / @minrktext');
});

test("a roll call is put in after the caret's block, and Enter on its empty last line leaves it", () => {
  const editor = edit('- it^em\n\ntext');
  expect(editor.commands.insertRollCall()).toBe(true);
  expect(editor.commands.insertRollCall()).toBe(false);
  press(editor, 'Enter');
  press(editor, 'Enter');
  expect(editor.state.doc.children.map(({ type, childCount }) => [type.name, childCount])).toEqual([
    ['bulletList', 1],
    ['rollCall', 1],
    ['paragraph', 0],
    ['paragraph', 1],
  ]);
  expect(editor.state.selection.$from.index(0)).toBe(2);
});

const table = '| a | b |\n| --- | --- |\n| c | d^ |';

test.each([
  ['addRowAfter', '| a | b |\n| --- | --- |\n| c | d |\n| | |'],
  ['addRowBefore', '| a | b |\n| --- | --- |\n| | |\n| c | d |'],
  ['addColumnAfter', '| a | b | |\n| --- | --- | --- |\n| c | d | |'],
  ['addColumnBefore', '| a | | b |\n| --- | --- | --- |\n| c | | d |'],
  ['deleteRow', '| a | b |\n| --- | --- |'],
  ['deleteColumn', '| a |\n| --- |\n| c |'],
  ['deleteTable', ''],
] as const)('%s changes the table at the caret', (command, expected) => {
  const editor = edit(table);
  expect(editor.commands[command]()).toBe(true);
  expect(markdownOf(editor)).toBe(expected);
});

test('Tab goes from cell to cell and adds a row at the end; Enter goes down and out', () => {
  const editor = edit(table);
  press(editor, 'Tab');
  expect(editor.state.doc.firstChild!.childCount).toBe(3);
  press(editor, 'Enter');
  expect(editor.state.selection.$from.parent.type.name).toBe('paragraph');
});

test('a table is inserted with a header, and its column aligned', () => {
  const editor = edit('te^xt');
  editor.commands.insertTable({ rows: 2, columns: 2 });
  editor.commands.setColumnAlign('right');
  expect(markdownOf(editor)).toBe('text\n\n| | |\n| ---: | --- |\n| | |');
});

test('deleting a selection over cells empties them and keeps the table', () => {
  const editor = edit(table);
  editor.commands.setTextSelection({ from: 3, to: editor.state.selection.from });
  press(editor, 'Backspace');
  expect(markdownOf(editor)).toBe('| | |\n| --- | --- |\n| | |');
});
