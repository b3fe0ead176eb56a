import type { Editor } from '@tiptap/core';
import { afterEach, expect, test } from 'vitest';
import { rulesOf } from '../../../src/blocks/attributes.ts';
import type { MarkJson, NodeJson } from '../../../src/blocks/document-json.ts';
import { openPair, type Peer } from '../../support/editors.ts';

const open: Peer[] = [];
afterEach(() => open.splice(0).forEach((peer) => peer.close()));

function edit(markdown: string): Editor {
  const [a, b] = openPair(markdown);
  open.push(a, b);
  return a.editor;
}

/** jsdom has no ClipboardEvent. */
const event = new Event('paste') as ClipboardEvent;

function copyOf(editor: Editor): string {
  const { doc } = editor.state;
  return editor.view.serializeForClipboard(doc.slice(0, doc.content.size)).dom.innerHTML;
}

test('blocks and marks that are pasted are spelled as they were', () => {
  const text = (words: string, ...marks: MarkJson[]): NodeJson => ({ type: 'text', text: words, marks });
  const paragraph = (gap: string | null, ...content: NodeJson[]): NodeJson => ({
    type: 'paragraph',
    attrs: { gap },
    content,
  });
  const editor = edit('x');
  editor.commands.setContent({
    type: 'doc',
    content: [
      { type: 'heading', attrs: { level: 1, setext: '====', src: 'A\n====' }, content: [text('A')] },
      {
        type: 'orderedList',
        attrs: { marker: ')', start: 4, loose: true },
        content: [{ type: 'listItem', attrs: { pad: '  ', step: 3 }, content: [paragraph(null, text('i'))] }],
      },
      paragraph(
        '\n\n',
        text('b', { type: 'bold', attrs: { delimiter: '__' } }),
        { type: 'softBreak' },
        text('c'),
      ),
      { type: 'horizontalRule', attrs: { rule: '* * *' } },
      { type: 'codeBlock', attrs: { fence: '~~~', language: 'js=1' }, content: [text('x')] },
      paragraph(null, text('end')),
    ],
  });
  const other = edit('');
  other.view.pasteHTML(copyOf(editor), event);
  expect(other.getJSON()).toEqual(editor.getJSON());
});

test('what the clipboard says is coerced, and may be nothing readable', () => {
  const editor = edit('');
  const hostile = ['x', '[]', 'null', '{"gap":"<b>","src":7,"href":"javascript:alert(1)"}'];
  for (const value of hostile) {
    const html = document.createElement('p');
    html.setAttribute('data-md', value);
    html.textContent = 'pasted';
    editor.commands.setContent('');
    editor.view.pasteHTML(html.outerHTML, event);
    const defaults = Object.fromEntries(
      Object.entries(rulesOf('paragraph')).map(([key, rule]) => [key, rule.default]),
    );
    expect(editor.state.doc.firstChild!.attrs).toEqual(defaults);
    expect(editor.state.doc.textContent).toBe('pasted');
  }
});
