import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Editor } from '@tiptap/core';
import { Awareness } from 'y-protocols/awareness';
import * as Y from 'yjs';
import { writeDocument } from '../../../src/blocks/document.ts';
import type { NodeJson } from '../../../src/blocks/document-json.ts';
import type { Face, RollRow } from '../../../src/blocks/face.ts';
import { noProfile } from '../../../src/core/person.ts';
import { createEditor } from '../../../src/lib/editor/create-editor.ts';
import { allActions, formatShortcut } from '../../../src/lib/editor/editor-actions.ts';
import { findPeople, toMention } from '../../../src/lib/editor/mention-menu.ts';
import { findActions } from '../../../src/lib/editor/slash-menu.ts';

const open: { editor: Editor; doc: Y.Doc }[] = [];
// jsdom measures nothing, so nothing is ever resized.
beforeEach(() => {
  vi.stubGlobal(
    'ResizeObserver',
    class {
      observe() {}
      disconnect() {}
    },
  );
});
afterEach(() => {
  for (const { editor, doc } of open.splice(0)) {
    editor.destroy();
    doc.destroy();
  }
  document.body.replaceChildren();
  vi.unstubAllGlobals();
});

const face: Face = {
  me: { id: 'ana', profile: { ...noProfile, name: 'Ana' } },
  mayEdit: true,
  hereCount: 1,
  rows: () => [],
  followRows: () => () => {},
  sign: () => Promise.resolve(),
  addSomebody: () => Promise.resolve(),
  correct: () => Promise.resolve(),
  withdraw: () => Promise.resolve(),
  nameMe: () => Promise.resolve('Ana'),
  today: () => '2026-11-23',
};

const edit = (...content: NodeJson[]) => editAs(face, ...content);

function editAs(as: Face, ...content: NodeJson[]) {
  const doc = new Y.Doc();
  writeDocument(doc, { type: 'doc', content });
  const asked: string[] = [];
  const editor = createEditor({
    element: document.body.appendChild(document.createElement('div')),
    fragment: doc.getXmlFragment('default'),
    awareness: new Awareness(doc),
    face: as,
    editable: true,
    isMac: false,
    ask: (what) => asked.push(what),
    tell: (sentence) => asked.push(sentence),
    find: () => asked.push('find'),
    sign: () => asked.push('sign'),
    people: () => [],
  });
  open.push({ editor, doc });
  return { editor, asked };
}

const line = (text: string): NodeJson => ({ type: 'paragraph', content: [{ type: 'text', text }] });

/** Whether the editor takes a key, written as in the table of actions. */
function press(editor: Editor, shortcut: string): boolean {
  const keys = shortcut.split('-');
  const event = new KeyboardEvent('keydown', {
    key: keys.at(-1)!,
    ctrlKey: keys.includes('Mod'),
    altKey: keys.includes('Alt'),
    shiftKey: keys.includes('Shift'),
    cancelable: true,
  });
  return Boolean(editor.view.someProp('handleKeyDown', (handle) => handle(editor.view, event)));
}

describe('the table of actions', () => {
  it.each(allActions.filter(({ shortcut }) => shortcut))('tells the truth about $shortcut', (action) => {
    const { editor, asked } = edit(line('words'));
    editor.commands.selectAll();
    // There must be something to take back, and something to do again.
    editor.commands.insertContent('more');
    if (action.id === 'redo') editor.commands.undo();
    if (action.id === 'text') editor.commands.setHeading({ level: 2 });
    const before = JSON.stringify(editor.getJSON());
    expect(press(editor, action.shortcut!)).toBe(true);
    const didSomething =
      asked.length > 0 ||
      JSON.stringify(editor.getJSON()) !== before ||
      Boolean(editor.state.storedMarks?.length);
    expect(didSomething).toBe(true);
  });

  it('signs, finds and asks by key', () => {
    const { editor, asked } = edit(line('words'));
    for (const key of ['Mod-Alt-s', 'Mod-f', 'Mod-k']) press(editor, key);
    expect(asked).toEqual(['sign', 'find', 'link']);
  });

  it('writes shortcuts as this machine’s people read them', () => {
    expect(formatShortcut('Mod-Alt-d', false)).toBe('Ctrl+Alt+D');
    expect(formatShortcut('Mod-Alt-d', true)).toBe('⌘⌥D');
    expect(formatShortcut('Shift-Tab', false)).toBe('Shift+Tab');
  });
});

describe('faces', () => {
  it('shows a decision around its text and lets go of it again', () => {
    const { editor } = edit(line('Ship it'));
    editor.commands.setTextSelection(3);
    editor.commands.toggleDecision();
    const decision = editor.view.dom.querySelector('.decision')!;
    expect(decision.querySelector('p')!.textContent).toBe('Ship it');
    const state = decision.querySelector('select')!;
    state.value = 'accepted';
    state.dispatchEvent(new Event('change', { bubbles: true }));
    expect(editor.getAttributes('paragraph')).toMatchObject({
      decision: 'accepted',
      decidedBy: 'Ana',
      decidedOn: '2026-11-23',
    });
    editor.commands.toggleDecision();
    expect(editor.view.dom.querySelector('.decision')).toBeNull();
    expect(editor.getText()).toBe('Ship it');
  });

  const decide = (editor: Editor, state: string) => {
    const select = editor.view.dom.querySelector<HTMLSelectElement>('.decision select')!;
    select.value = state;
    select.dispatchEvent(new Event('change', { bubbles: true }));
  };

  it('takes a decision at once and fills in the name when it is given; a proposal is nobody’s', async () => {
    const nameless: Face = { ...face, me: { id: 'ana', profile: noProfile } };
    const { editor } = editAs(nameless, line('Ship it'));
    editor.commands.toggleDecision();
    decide(editor, 'accepted');
    expect(editor.getAttributes('paragraph')).toMatchObject({ decision: 'accepted', decidedBy: null });
    await vi.waitFor(() => expect(editor.getAttributes('paragraph').decidedBy).toBe('Ana'));
    decide(editor, 'proposed');
    expect(editor.getAttributes('paragraph')).toMatchObject({ decidedBy: null, decidedOn: null });
  });

  it('takes a day on Enter or on leaving, and none before 1900', () => {
    const { editor } = edit(line('Ship it'));
    editor.commands.toggleDecision();
    const day = editor.view.dom.querySelector<HTMLInputElement>('input[type=date]')!;
    const type = (text: string) => {
      day.focus();
      day.value = text;
      day.dispatchEvent(new Event('change', { bubbles: true }));
    };
    const decidedOn = () => editor.getAttributes('paragraph').decidedOn as unknown;
    type('0002-12-01');
    expect(decidedOn()).toBeNull();
    day.blur();
    expect([decidedOn(), day.value]).toEqual([null, '']);
    type('2026-12-01');
    expect(decidedOn()).toBeNull();
    day.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', bubbles: true }));
    expect(decidedOn()).toBe('2026-12-01');
  });

  it('gives a copied roll call an id of its own', () => {
    const { editor } = edit({ type: 'rollCall', attrs: { id: 'one' }, content: [line('Roll call:')] });
    editor.commands.insertContentAt(editor.state.doc.content.size, editor.getJSON().content);
    const ids = [...editor.view.dom.querySelectorAll('.roll-call')].map((block) =>
      block.getAttribute('data-id'),
    );
    expect(ids[0]).toBe('one');
    expect(new Set(ids).size).toBe(2);
  });
});

/** A paste as browsers make it. */
async function paste(
  editor: Editor,
  given: { text?: string; html?: string; files?: File[]; isPlain?: boolean },
) {
  await vi.waitFor(() => expect(editor.storage.pasting.read).not.toBeNull());
  const said: Record<string, string> = { 'text/plain': given.text ?? '', 'text/html': given.html ?? '' };
  const clipboardData = { files: given.files ?? [], items: [], getData: (type: string) => said[type] ?? '' };
  if (given.isPlain) {
    editor.view.dom.dispatchEvent(new KeyboardEvent('keydown', { key: 'v', ctrlKey: true, shiftKey: true }));
  }
  const event = new Event('paste', { bubbles: true, cancelable: true });
  editor.view.dom.dispatchEvent(Object.assign(event, { clipboardData }));
}

describe('pasting', () => {
  it.each([
    ['a million characters and one', 'x'.repeat(1_000_001), true],
    ['a million characters all but a line', 'x'.repeat(999_990), false],
    ['20,001 lines', 'a\n'.repeat(20_000) + 'a', true],
    ['200 lines', 'a\n'.repeat(199) + 'a', false],
  ])('puts in what a note takes, all of it or nothing: %s', async (_name, text, isRefused) => {
    const { editor, asked } = edit(line('before'));
    await paste(editor, { text });
    const added = editor.state.doc.textContent.length - 'before'.length;
    expect(added).toBe(isRefused ? 0 : text.replaceAll('\n', '').length);
    expect(asked).toHaveLength(isRefused ? 1 : 0);
  });

  const markdown = '# Agenda\n\n- one\n  - nested\n- **two**\n';
  const types = (editor: Editor) => editor.getJSON().content.map(({ type }) => type);

  it('makes of markdown what it says, nesting included', async () => {
    const { editor } = edit({ type: 'paragraph' });
    await paste(editor, { text: markdown });
    expect(types(editor).slice(0, 2)).toEqual(['heading', 'bulletList']);
    expect(editor.view.dom.querySelector('li li')!.textContent).toBe('nested');
    expect(editor.view.dom.querySelector('strong')!.textContent).toBe('two');
  });

  it('joins lines at its ends to the line it is pasted into', async () => {
    const { editor } = edit(line('AB'));
    editor.commands.setTextSelection(2);
    await paste(editor, { text: 'first\n\n- item\n\nlast' });
    expect(types(editor)).toEqual(['paragraph', 'bulletList', 'paragraph']);
    expect(editor.getText({ blockSeparator: '|' })).toMatch(/^Afirst\|.*item\|+lastB$/);
  });

  it('leaves text without block syntax, plain pasting and code letter for letter', async () => {
    const { editor } = edit(line(''));
    await paste(editor, { text: '2 * 3 > 5, #tag' });
    expect(editor.getText()).toBe('2 * 3 > 5, #tag');
    editor.commands.setContent('');
    await paste(editor, { text: '- item', isPlain: true });
    expect(editor.getText()).toBe('- item');
    const code = edit({ type: 'codeBlock' }).editor;
    await paste(code, { text: markdown });
    expect(code.getText()).toContain('- **two**');
    expect(types(code)[0]).toBe('codeBlock');
  });

  it('stays inside a table’s cell', async () => {
    const { editor } = edit(line('x'));
    editor.commands.insertTable({ rows: 2, columns: 2 });
    await paste(editor, { text: '- item' });
    expect(editor.view.dom.querySelectorAll('table')).toHaveLength(1);
    expect(editor.view.dom.querySelector('td, th')!.textContent).toBe('- item');
  });

  it('says what becomes of images and files, and takes the text that comes with them', async () => {
    const { editor, asked } = edit(line(''));
    const image = new File(['x'], 'x.png', { type: 'image/png' });
    await paste(editor, { files: [image] });
    await paste(editor, { files: [new File(['x'], 'x.pdf', { type: 'application/pdf' })] });
    await paste(editor, { html: '<p>words<img src="data:image/png;base64,AAAA"></p>' });
    expect(asked[0]).toContain('type /image');
    expect(asked[1]).toContain('Only text');
    expect(asked[2]).toBe(asked[0]);
    await paste(editor, { files: [image], text: ' of office' });
    expect(editor.getText()).toBe('words of office');
    expect(asked).toHaveLength(3);
  });
});

describe('the menus', () => {
  it('finds blocks by name first, then by other words', () => {
    expect(findActions('dec')[0]!.id).toBe('decision');
    expect(findActions('todo').map(({ id }) => id)).toEqual(['action', 'check-list']);
    expect(findActions('')).toHaveLength(10);
    expect(findActions('zzz')).toEqual([]);
  });

  it('finds people by any word of their name, once each, and not one who is typed out', () => {
    const carol = { name: 'Carol Willing', affiliation: 'Cal Poly', handle: 'willingc' };
    const jess = { name: 'Jessica Førde', affiliation: '', handle: '' };
    expect(findPeople([carol, carol, jess], 'wil')).toEqual([carol]);
    expect(findPeople([carol, jess], '')).toEqual([carol, jess]);
    expect(findPeople([carol], 'willingc')).toEqual([]);
    expect(toMention(carol)).toBe('willingc');
    expect(toMention(jess)).toMatch(/^[\w-]+$/);
  });
});

it('marks the written line of whoever signs, at once, and names them nowhere else', () => {
  const signed: RollRow[] = [];
  let changed = () => {};
  let isFollowing = true;
  const roll: Face = {
    ...face,
    rows: () => [...signed],
    followRows: (tell) => {
      changed = tell;
      return () => (isFollowing = false);
    },
  };
  const line = (words: string) => ({
    type: 'listItem',
    content: [{ type: 'paragraph', content: [{ type: 'text', text: words }] }],
  });
  const { editor } = editAs(roll, {
    type: 'rollCall',
    attrs: { id: 'r' },
    content: [{ type: 'bulletList', content: [line('Tim / @betatim'), line('Min RK / Simula / @minrk')] }],
  });
  const marked = () => [...editor.view.dom.querySelectorAll('.signed')].map(({ textContent }) => textContent);
  expect(marked()).toEqual([]);
  const entry = { name: 'Benjamin', affiliation: '', handle: 'MinRK', signedAt: 1, addedBy: '' };
  signed.push({ row: 'min' as RollRow['row'], entry });
  changed();
  expect(marked()).toEqual(['Min RK / Simula / @minrk']);
  editor.commands.insertContentAt(4, 'Now ');
  expect(marked()).toEqual(['Min RK / Simula / @minrk']);
  editor.destroy();
  expect(isFollowing).toBe(false);
});
