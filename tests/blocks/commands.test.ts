// @vitest-environment jsdom
import { Editor } from '@tiptap/core';
import type { ChainedCommands, SingleCommands } from '@tiptap/core';
import { GapCursor } from '@tiptap/pm/gapcursor';
import type { ResolvedPos } from '@tiptap/pm/model';
import { afterEach, expect, test, vi } from 'vitest';
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
  ['- one\n  - in^ner', '- one\n  - [ ] **Action:** inner', '- one\n  - inner'],
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

test('a copy put above the original leaves the original its id', () => {
  const editor = edit('text\n\nRoll call:\n\n- Min / @minrk');
  const copy = editor.getJSON().content![1]!;
  for (const pos of [6, 0]) editor.commands.insertContentAt(pos, copy);
  const ids = editor.state.doc.children
    .filter(({ type }) => type.name === 'rollCall')
    .map(({ attrs }) => attrs.id as string);
  expect(ids).toEqual(['new-2', 'new-1', 'roll']);
});

test('a roll call that is moved keeps its id', () => {
  const editor = edit('text\n\nRoll call:\n\n- Min / @minrk');
  const moved = editor.state.doc.child(1);
  const { tr } = editor.state;
  editor.view.dispatch(tr.delete(6, 6 + moved.nodeSize).insert(0, moved));
  expect(editor.state.doc.child(0).attrs.id).toBe('roll');
});

test.each([
  ['- one\n-^\n- three', ['bulletList', 'rollCall', 'bulletList']],
  ['-^', ['rollCall']],
  ['- one\n  - two\n  -^\n- three', ['bulletList', 'rollCall', 'bulletList']],
  ['- one\n  - two\n    - three\n    -^\n- four', ['bulletList', 'rollCall', 'bulletList']],
])('a roll call takes the place of an empty list item in %j', (source, expected) => {
  const editor = edit(source.replace('-^', '- ^'));
  editor.commands.insertRollCall();
  expect(editor.state.doc.children.map(({ type }) => type.name)).toEqual(expected);
});

test.each([
  ['Roll call:\n\n- Min / @minrk\n\n^text', 'Backspace', 'Min / @minrk', 12],
  ['^text\n\nRoll call:\n\n- Min', 'Delete', 'Roll call:', 0],
  ['| a | b |\n| --- | --- |\n| c | dd |\n\n^text', 'Backspace', 'dd', 2],
  ['- ^text\n\n| a | b |\n| --- | --- |', 'Delete', 'a', 0],
  ['> | a | b |\n> | --- | --- |\n>\n> ^text', 'Backspace', 'b', 1],
])('next to the block in %j, %s moves the caret into it', (source, key, line, offset) => {
  const editor = edit(source);
  const { doc } = editor.state;
  const $caret = editor.state.selection.$from;
  if (key === 'Delete') editor.commands.setTextSelection($caret.end());
  expect(press(editor, key)).toBe(true);
  expect(editor.state.doc.eq(doc)).toBe(true);
  expect(editor.state.selection.empty).toBe(true);
  expect(editor.state.selection.$from.parent.textContent).toBe(line);
  expect(editor.state.selection.$from.parentOffset).toBe(offset);
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

test.each(['ArrowRight', 'ArrowDown'])(
  '%s out of the last cell leads to a line below, made when missing',
  (key) => {
    const editor = edit(table);
    vi.spyOn(editor.view, 'endOfTextblock').mockReturnValue(true);
    press(editor, key);
    const { $from } = editor.state.selection;
    expect($from.parent.type.name).toBe('paragraph');
    expect([$from.depth, $from.index(0), editor.state.doc.childCount]).toEqual([1, 1, 2]);
    expect(editor.state.doc.firstChild!.textContent).toBe('abcd');
  },
);

test('arrows go from cell to cell, and out to the lines there are', () => {
  const editor = edit('above\n\n| a^ | b |\n| --- | --- |\n| c | d |\n\nbelow');
  vi.spyOn(editor.view, 'endOfTextblock').mockReturnValue(true);
  const walk = (...keys: string[]) =>
    keys.map((key) => (press(editor, key), editor.state.selection.$from.parent.textContent));
  expect(walk('ArrowRight', 'ArrowRight', 'ArrowRight', 'ArrowRight')).toEqual(['b', 'c', 'd', 'below']);
  editor.commands.setTextSelection(10);
  expect(walk('ArrowUp')).toEqual(['above']);
  expect(editor.state.doc.childCount).toBe(3);
});

test('a gap cursor stands at no place within a table', () => {
  const editor = edit(table);
  const { valid } = GapCursor as unknown as { valid: ($pos: ResolvedPos) => boolean };
  const places = Array.from({ length: editor.state.doc.firstChild!.nodeSize - 1 }, (_, i) => i + 1);
  expect(places.filter((pos) => valid(editor.state.doc.resolve(pos)))).toEqual([]);
  expect(valid(editor.state.doc.resolve(0))).toBe(true);
});

test.each([
  ['<p>one</p><p>two</p>', 'c | done<br>two'],
  ['<ul><li>one</li><li><p>two <b>bold</b></p></li></ul>', 'c | done<br>two **bold**'],
  ['<table><tr><td>one</td><td>two</td></tr></table>', 'c | done two'],
  ['<pre><code>one\ntwo</code></pre>', 'c | done<br>two'],
])('%s pasted into a cell becomes its line', (html, expected) => {
  const editor = edit(table);
  editor.view.pasteHTML(html, new Event('paste') as ClipboardEvent);
  expect(markdownOf(editor)).toBe(`| a | b |\n| --- | --- |\n| ${expected} |`);
});

test('a pasted table with paragraphs and lists in its cells stays one table', () => {
  const editor = edit('te^xt');
  editor.commands.selectAll();
  editor.view.pasteHTML(
    '<table><tr><th><p>a</p></th><th>b</th></tr><tr><td><p>c</p><p>d</p></td><td>e<ul><li>f</li></ul></td></tr></table>',
    new Event('paste') as ClipboardEvent,
  );
  expect(markdownOf(editor)).toBe('| a | b |\n| --- | --- |\n| c<br>d | e<br>f |');
});

test.each<[string, (commands: ChainedCommands | SingleCommands) => unknown]>([
  ['a decision', (commands) => commands.toggleDecision()],
  ['an action', (commands) => commands.toggleAction()],
  ['a task', (commands) => commands.toggleTask()],
  ['a bullet list', (commands) => commands.toggleBulletList()],
  ['a numbered list', (commands) => commands.toggleOrderedList()],
  ['a quote', (commands) => commands.toggleBlockquote()],
  ['a heading', (commands) => commands.setHeading({ level: 2 })],
  ['plain text', (commands) => commands.setParagraph()],
  ['code', (commands) => commands.toggleCodeBlock()],
  ['a rule', (commands) => commands.setHorizontalRule()],
  ['a table', (commands) => commands.insertTable()],
  ['a roll call', (commands) => commands.insertRollCall()],
])('a cell cannot become or hold %s', (_, run) => {
  const editor = edit(table);
  const before = editor.state.doc;
  expect(run(editor.can())).toBe(false);
  expect(run(editor.commands)).toBe(false);
  const chain = editor.chain();
  run(chain);
  chain.run();
  expect(editor.state.doc.eq(before)).toBe(true);
  // From the first cell to the last.
  editor.commands.setTextSelection({ from: 3, to: before.content.size - 3 });
  expect(run(editor.commands)).toBe(false);
  expect(editor.state.doc.eq(before)).toBe(true);
});

test('Shift-Enter in code is a newline in it, elsewhere a break', () => {
  const code = edit('```\none^\n```');
  press(code, 'Enter', { shiftKey: true });
  expect(code.state.doc.childCount).toBe(1);
  expect(code.state.doc.textContent).toBe('one\n');
  const text = edit('one^');
  press(text, 'Enter', { shiftKey: true });
  expect(text.state.doc.firstChild!.lastChild!.type.name).toBe('hardBreak');
});

test.each([
  [
    'a [li^nk](https://a.b "t") ![i](https://c.d/e.png)\\\nx <kbd>',
    'a [link](https://a.b "t") ![i](https://c.d/e.png)\nx <kbd>',
  ],
  ['^https://a.b stays, **bold [*link*](/x)**', 'https://a.b stays, bold [link](/x)'],
  ['^one\n[![i](/i.png)](/l)', 'one\n[![i](/i.png)](/l)'],
])('%j as code spells out what code cannot hold', (markdown, code) => {
  const editor = edit(markdown);
  editor.commands.toggleCodeBlock();
  expect(editor.state.doc.firstChild!.type.name).toBe('codeBlock');
  expect(editor.state.doc.textContent).toBe(code);
});

test('asking whether a line can become code changes nothing', () => {
  const editor = edit('a [li^nk](https://a.b)');
  expect(editor.can().chain().toggleCodeBlock().run()).toBe(true);
  expect(markdownOf(editor)).toBe('a [link](https://a.b)');
});

test('keys at the edges of code join nothing with it; at its start it becomes text', () => {
  const after = edit('```\ncode\n```\n\n^![i](/i.png)');
  press(after, 'Backspace');
  expect(after.state.selection.$head.parent.type.name).toBe('codeBlock');
  press(after, 'Delete');
  expect(markdownOf(after)).toBe('```\ncode\n```\n\n![i](/i.png)');
  const within = edit('one\n\n```\n^a\nb\n```');
  press(within, 'Backspace');
  expect(markdownOf(within)).toBe('one\n\na\nb');
});

test('Enter in code within an item is a newline', () => {
  const editor = edit('- a\n\n  ```\n  co^de\n  ```');
  press(editor, 'Enter');
  expect(markdownOf(editor)).toBe('- a\n\n  ```\n  co\n  de\n  ```');
});

test.each([
  [
    'in the middle',
    4,
    [
      { gap: '\n\n', src: 'one two' },
      { gap: null, src: null },
    ],
  ],
  [
    'at the start',
    1,
    [
      { gap: null, src: null },
      { gap: '\n\n', src: 'one two' },
    ],
  ],
  [
    'at the end',
    8,
    [
      { gap: '\n\n', src: 'one two' },
      { gap: null, src: null },
    ],
  ],
])('Enter %s of a line leaves its spelling with its text', (_, caret, expected) => {
  const style = { gap: '\n\n', src: 'one two' };
  const paragraph = { type: 'paragraph', attrs: style, content: [{ type: 'text', text: 'one two' }] };
  const editor = edit('x');
  editor
    .chain()
    .setContent({ type: 'doc', content: [paragraph] })
    .setTextSelection(caret)
    .run();
  press(editor, 'Enter');
  expect(editor.state.doc.children.map(({ attrs }) => ({ gap: attrs.gap, src: attrs.src }))).toEqual(
    expected,
  );
});

test.each([
  [6, ['one two', null]],
  [3, [null, 'one two']],
])(
  'Enter in an item, caret at %i: the new item is spelled as the other, its line is not',
  (caret, sources) => {
    const editor = edit('x');
    const paragraph = {
      type: 'paragraph',
      attrs: { src: 'one two' },
      content: [{ type: 'text', text: 'one two' }],
    };
    const item = { type: 'listItem', attrs: { pad: '   ', gap: '\n' }, content: [paragraph] };
    const list = { type: 'bulletList', attrs: { marker: '*' }, content: [item] };
    editor
      .chain()
      .setContent({ type: 'doc', content: [list] })
      .setTextSelection(caret)
      .run();
    press(editor, 'Enter');
    const items = editor.state.doc.firstChild!.children;
    expect(items.map(({ attrs }) => attrs.pad)).toEqual(['   ', '   ']);
    expect(items.map(({ firstChild }) => firstChild!.attrs.src)).toEqual(sources);
    expect(markdownOf(editor)).toMatch(/^\* .*\n\* /s);
  },
);

test('Enter over a selection that begins in a line and ends elsewhere splits what is left', () => {
  const editor = edit('# one\n\n- two\n- three');
  editor.commands.setTextSelection({ from: 1, to: 11 });
  expect(press(editor, 'Enter')).toBe(true);
  expect(editor.state.doc.textContent).toBe('three');
});

test.each([
  ['a paragraph', 'One^\n\nTwo', 'One\n\n---\n\nnew\n\nTwo'],
  ['a list', 'One^\n\n- Two\n- Three', 'One\n\n---\n\nnew\n\n- Two\n- Three'],
  ['a quote', 'One^\n\n> Two\n>\n> Three', 'One\n\n---\n\nnew\n\n> Two\n>\n> Three'],
  ['a rule', 'One^\n\n---\n\nTwo', 'One\n\n---\n\nnew\n\n---\n\nTwo'],
  ['nothing', 'One^', 'One\n\n---\n\nnew'],
  ['a sublist', '- One^\n  - Two', '- One\n  ***\n  new\n  - Two'],
  ['the rest of its line', 'One^ two', 'One\n\n---\n\nnew two'],
])('after a new rule one writes in a line of one’s own: before %s', (_, source, expected) => {
  const editor = edit(source);
  expect(editor.commands.setHorizontalRule()).toBe(true);
  editor.view.dispatch(editor.state.tr.insertText('new'));
  expect(markdownOf(editor)).toBe(expected);
});
