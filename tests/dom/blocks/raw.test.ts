import type { Editor } from '@tiptap/core';
import { NodeSelection, TextSelection } from '@tiptap/pm/state';
import { afterEach, describe, expect, it, test, vi } from 'vitest';
import { rawBlockKinds } from '../../../src/blocks/attributes.ts';
import { toHtml } from '../../../src/blocks/html.ts';
import { toMarkdown } from '../../../src/blocks/markdown.ts';
import { openPair, type Peer } from '../../support/editors.ts';

const open: Peer[] = [];
afterEach(() => {
  open.splice(0).forEach((peer) => peer.close());
  vi.restoreAllMocks();
});

/** Two people in a note, the first with the caret at the `‸` in it. */
function pair(markdown: string): [Editor, Editor] {
  const [a, b] = openPair(markdown);
  open.push(a, b);
  const { editor } = a;
  editor.state.doc.descendants((node, pos) => {
    const at = node.text?.indexOf('‸') ?? -1;
    if (at < 0) return;
    editor.view.dispatch(editor.state.tr.delete(pos + at, pos + at + 1));
    editor.commands.setTextSelection(pos + at);
  });
  return [editor, b.editor];
}

const edit = (markdown: string) => pair(markdown)[0];
const markdownOf = (editor: Editor) => toMarkdown(editor.getJSON()).trimEnd();
/** The document as one line, the caret as `|`. */
function shape({ state }: Editor): string {
  const { doc, selection } = state;
  const text = (from: number, to: number) => doc.textBetween(from, to, '¶', '◆');
  const name = selection.$head.parent.type.name;
  return `${text(0, selection.head)}|${text(selection.head, doc.content.size)} in ${name}`;
}
const press = (editor: Editor, key: string, modifiers: KeyboardEventInit = {}) => {
  const event = new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true, ...modifiers });
  return editor.view.someProp('handleKeyDown', (handle) => handle(editor.view, event)) ?? false;
};

test.each([...rawBlockKinds, null, 'constructor'])(
  'a block of %s looks the same on the page and in the editor, and says what it is',
  (kind) => {
    const content = [{ type: 'text', text: '<b>\n&amp;\n' }];
    const json = { type: 'doc', content: [{ type: 'rawBlock', attrs: { kind }, content }] };
    const editor = edit('x');
    editor.commands.setContent(json);
    const page = Object.assign(document.createElement('div'), { innerHTML: toHtml(json) });
    editor.view.dom.querySelector('br')!.removeAttribute('class');
    expect(editor.view.dom.querySelector('pre')!.outerHTML).toBe(page.querySelector('pre')!.outerHTML);
    expect(page.querySelector('pre')!.getAttribute('aria-label')).toMatch(/^[A-Z].+ source$/);
  },
);

test('nothing in raw nodes loads or runs', () => {
  const source = '<img src="https://a.b/x.png" onerror="alert(1)">\n\nline <img src="https://a.b/y.png">';
  const editor = edit(source);
  expect(editor.view.dom.querySelector('[src], [onerror]')).toBeNull();
  expect(editor.view.dom.textContent).toContain('onerror="alert(1)"');
  expect(markdownOf(editor)).toBe(source);
});

describe('keys in a raw block', () => {
  test.each([
    ['Enter is a newline', '<div>‸\nx', 'Enter', '<div>\n|\nx in rawBlock'],
    ['Enter in an item is one too', '- a\n\n  <div>‸', 'Enter', 'a¶<div>\n| in rawBlock'],
    ['Escape goes on below', '<div>‸\nx\n\nnext', 'Escape', '<div>\nx¶|next in paragraph'],
    ['Escape makes a line when there is none', '<div>‸', 'Escape', '<div>¶| in paragraph'],
    ['Backspace after it goes into it', '<div>\n\n‸one', 'Backspace', '<div>|¶one in rawBlock'],
    ['Delete before it goes into it', 'one‸\n\n<div>', 'Delete', 'one¶|<div> in rawBlock'],
    ['Delete at its end stays in it', '<div>‸\n\none', 'Delete', '<div>|¶one in rawBlock'],
  ])('%s', (_, markdown, key, expected) => {
    const editor = edit(markdown);
    press(editor, key);
    expect(shape(editor)).toBe(expected);
  });

  it('Backspace at its start stays in it', () => {
    const editor = edit('one\n\n<div>');
    editor.commands.setTextSelection(6);
    press(editor, 'Backspace');
    expect(shape(editor)).toBe('one¶|<div> in rawBlock');
  });

  it('Mod-Enter leaves it by a new line', () => {
    const editor = edit('<div>‸\n\nend');
    press(editor, 'Enter', { ctrlKey: true });
    expect(shape(editor)).toBe('<div>¶|¶end in paragraph');
  });

  it.each(['ArrowDown', 'ArrowRight'])('%s at the end of the last one makes a line to go on in', (key) => {
    const editor = edit('<div>‸');
    vi.spyOn(editor.view, 'endOfTextblock').mockReturnValue(true);
    expect(press(editor, key)).toBe(true);
    expect(shape(editor)).toBe('<div>¶| in paragraph');
    const before = edit('<div>‸\n\nend');
    vi.spyOn(before.view, 'endOfTextblock').mockReturnValue(true);
    press(before, key);
    expect(before.state.doc.childCount).toBe(2);
  });

  it('Backspace in an empty one makes it a line', () => {
    const editor = edit('x\n\n<div>‸');
    const { $head } = editor.state.selection;
    editor.commands.deleteRange({ from: $head.start(), to: $head.end() });
    press(editor, 'Backspace');
    expect(editor.state.selection.$head.parent.type.name).toBe('paragraph');
    expect(markdownOf(editor)).toBe('x');
  });

  it('one can get above one that comes first', () => {
    const editor = edit('<div>‸');
    vi.spyOn(editor.view, 'endOfTextblock').mockReturnValue(true);
    expect(press(editor, 'ArrowUp')).toBe(true);
    expect(editor.state.selection.constructor.name).toBe('GapCursor');
  });
});

/** jsdom has no ClipboardEvent. */
const event = new Event('paste') as ClipboardEvent;
const some = '<div>\n  <b>x</b>\n</div>';

describe('raw blocks survive', () => {
  it.each([
    ['a list', (editor: Editor) => editor.commands.toggleBulletList()],
    ['a numbered list', (editor: Editor) => editor.commands.toggleOrderedList()],
    ['a check list', (editor: Editor) => editor.commands.toggleTask()],
    ['a quote', (editor: Editor) => editor.commands.toggleBlockquote()],
  ])('being put into %s and taken out, and undo', (_, toggle) => {
    const [editor, other] = pair(`one\n\n${some}\n\ntwo`);
    editor.commands.selectAll();
    toggle(editor);
    const sources = (doc: Editor) =>
      [...doc.view.dom.querySelectorAll('pre.raw code')].map(({ textContent }) => textContent);
    expect(sources(other)).toEqual([some]);
    toggle(editor);
    expect(sources(other)).toEqual([some]);
    editor.commands.undo();
    expect(markdownOf(other)).toContain('<b>x</b>');
    expect(other.getJSON()).toEqual(editor.getJSON());
  });

  it('copying by HTML, within a note and to another', () => {
    const source = `---\na: b\n---\n\none <kbd>\\n</kbd>\n\n${some}\n\n[^1]: note\n\n[r]: https://a.b\n\n:::info\nx\n:::\n\n<!--\n\n  c\n-->`;
    const editor = edit(source);
    expect(markdownOf(editor)).toBe(source);
    const { dom } = editor.view.serializeForClipboard(
      editor.state.doc.slice(0, editor.state.doc.content.size),
    );
    const [other] = pair('');
    other.view.pasteHTML(dom.innerHTML, event);
    expect(other.getJSON()).toEqual(editor.getJSON());
  });

  it('copying by plain text, which is the source', () => {
    const editor = edit(`one <kbd>\n\n${some}`);
    editor.commands.selectAll();
    const { text } = editor.view.serializeForClipboard(
      editor.state.doc.slice(0, editor.state.doc.content.size),
    );
    expect(text).toBe(`one <kbd>\n\n${some}`);
  });

  it('text pasted into them, letter for letter', () => {
    const editor = edit('<div>‸</div>');
    editor.view.pasteText('# no *heading*\n- no item\n', event);
    expect(editor.state.doc.textContent).toBe('<div># no *heading*\n- no item\n</div>');
    expect(editor.state.doc.childCount).toBe(1);
  });

  it('HTML pasted into them as its text', () => {
    const editor = edit('<div>‸</div>');
    editor.view.pasteHTML('<b>bold</b><ul><li>item</li></ul>', event);
    expect(editor.state.doc.firstChild!.type.name).toBe('rawBlock');
    expect(editor.state.doc.textContent).toMatch(/<div>bold\s*item<\/div>/);
  });

  it('moving as a whole', () => {
    const [editor, other] = pair(`one\n\n${some}\n\ntwo`);
    const raw = editor.state.doc.child(1);
    const { tr } = editor.state;
    tr.delete(5, 5 + raw.nodeSize).insert(tr.doc.content.size, raw);
    editor.view.dispatch(tr);
    expect(markdownOf(other)).toBe(`one\n\ntwo\n\n${some}`);
  });

  it('a deletion that reaches into them, the rest kept apart', () => {
    const editor = edit(`**bold** ‸one\n\n<div>`);
    const { from } = editor.state.selection;
    editor.view.dispatch(
      editor.state.tr.setSelection(TextSelection.create(editor.state.doc, from, from + 6)),
    );
    editor.commands.deleteSelection();
    expect(editor.state.doc.textContent).toBe('bold div>');
  });
});

describe('inline source', () => {
  const chipOf = (editor: Editor) => editor.view.dom.querySelector<HTMLElement>('code.raw')!;
  const fieldOf = (editor: Editor) => editor.view.dom.querySelector('textarea')!;
  const write = (editor: Editor, value: string, key?: string) => {
    fieldOf(editor).value = value;
    fieldOf(editor).dispatchEvent(new Event('input'));
    if (key) fieldOf(editor).dispatchEvent(new KeyboardEvent('keydown', { key, cancelable: true }));
  };

  it('says what it is', () => {
    const chip = chipOf(edit('press <kbd>'));
    expect(chip.textContent).toBe('<kbd>');
    expect(chip.getAttribute('role')).toBe('button');
    expect(chip.getAttribute('aria-label')).toBe('Source: <kbd>');
  });

  it('is changed by a click and Enter, for everybody, and the caret goes on after it', () => {
    const [editor, other] = pair('press <kbd> now');
    chipOf(editor).click();
    expect(document.activeElement).toBe(fieldOf(editor));
    write(editor, '<b>', 'Enter');
    expect(markdownOf(other)).toBe('press <b> now');
    expect(chipOf(editor).textContent).toBe('<b>');
    expect(editor.state.selection.head).toBe(8);
    editor.commands.undo();
    expect(markdownOf(other)).toBe('press <kbd> now');
  });

  it('opens by Enter while it is selected', () => {
    const editor = edit('press <kbd>');
    editor.view.dispatch(editor.state.tr.setSelection(NodeSelection.create(editor.state.doc, 7)));
    expect(press(editor, 'Enter')).toBe(true);
    expect(fieldOf(editor).value).toBe('<kbd>');
  });

  it('stays as it was after Escape, though another changed it meanwhile', () => {
    const [editor, other] = pair('press <kbd>');
    chipOf(editor).click();
    write(editor, '<b>');
    other.view.dispatch(other.state.tr.setNodeAttribute(7, 'md', '<i>'));
    expect(fieldOf(editor).value).toBe('<b>');
    write(editor, '<b>', 'Escape');
    expect(chipOf(editor).textContent).toBe('<i>');
    expect(markdownOf(other)).toBe('press <i>');
  });

  it('keeps what was written when one goes elsewhere', () => {
    const editor = edit('press <kbd>');
    chipOf(editor).click();
    write(editor, '<b>');
    // As another window comes to the front.
    fieldOf(editor).dispatchEvent(new FocusEvent('blur'));
    expect(fieldOf(editor).value).toBe('<b>');
    fieldOf(editor).blur();
    expect(markdownOf(editor)).toBe('press <b>');
  });

  it('goes when nothing is left of it', () => {
    const [editor, other] = pair('press <kbd>now');
    chipOf(editor).click();
    write(editor, '', 'Enter');
    expect(markdownOf(other)).toBe('press now');
  });

  it('is only shown to readers', () => {
    const editor = edit('press <kbd>');
    editor.setEditable(false);
    chipOf(editor).click();
    expect(fieldOf(editor)).toBeNull();
  });
});
