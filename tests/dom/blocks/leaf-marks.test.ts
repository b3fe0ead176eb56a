import { NodeSelection } from '@tiptap/pm/state';
import { afterEach, describe, expect, it } from 'vitest';
import * as Y from 'yjs';
import { readDocument } from '../../../src/blocks/document.ts';
import { toMarkdown } from '../../../src/blocks/markdown.ts';
import { openPair, type Peer } from '../../support/editors.ts';

const open: Peer[] = [];
afterEach(() => open.splice(0).forEach((peer) => peer.close()));

function pair(markdown: string): [Peer, Peer] {
  const peers = openPair(markdown);
  open.push(...peers);
  return peers;
}

const markdownOf = ({ doc }: Peer) => toMarkdown(readDocument(doc)).trimEnd();
const linked = '[![x](https://a.b/x.png)](https://c.d/)';

describe('nodes that are no text', () => {
  it('are in their link from the first moment, without writing to the note', () => {
    const [a] = pair(`${linked} and **bold\nover two lines**`);
    const before = Y.encodeStateVector(a.doc);
    const image = a.editor.view.dom.querySelector('a > img');
    expect(image?.parentElement?.getAttribute('href')).toBe('https://c.d/');
    a.editor.commands.focus('end');
    expect(Y.encodeStateVector(a.doc)).toEqual(before);
  });

  it('are within what is marked around them, for everybody', () => {
    const [a, b] = pair('one ![x](https://a.b/x.png) two <kbd> end');
    a.editor.chain().selectAll().setBold().run();
    expect(markdownOf(b)).toBe('**one ![x](https://a.b/x.png) two <kbd> end**');
    expect(b.editor.getJSON()).toEqual(a.editor.getJSON());
    b.editor.chain().selectAll().unsetBold().run();
    expect(markdownOf(a)).toBe('one ![x](https://a.b/x.png) two <kbd> end');
  });

  it('get a link and lose it, selected all the while', () => {
    const [a, b] = pair('![x](https://a.b/x.png)');
    a.editor.view.dispatch(a.editor.state.tr.setSelection(NodeSelection.create(a.editor.state.doc, 1)));
    a.editor.commands.setLink({ href: 'https://c.d/' });
    expect(a.editor.state.selection).toBeInstanceOf(NodeSelection);
    expect(markdownOf(b)).toBe(linked);
    expect(b.editor.getJSON()).toEqual(a.editor.getJSON());
    a.editor.commands.unsetLink();
    expect(markdownOf(b)).toBe('![x](https://a.b/x.png)');
    a.editor.commands.undo();
    a.editor.commands.undo();
    expect(b.editor.getJSON()).toEqual(a.editor.getJSON());
  });

  it('take their link along when they are copied', () => {
    const [a, b] = pair(`${linked}\n\nend`);
    a.editor.view.dispatch(a.editor.state.tr.replace(4, 4, a.editor.state.doc.slice(1, 2)));
    expect(markdownOf(b)).toBe(`${linked}\n\n${linked}end`);
    a.editor.commands.undo();
    expect(markdownOf(b)).toBe(`${linked}\n\nend`);
  });

  it('leave what is typed after them marked as it was to be', () => {
    const [a] = pair('**bold**');
    a.editor.commands.setTextSelection(5);
    a.editor.commands.setHardBreak();
    a.editor.view.dispatch(a.editor.state.tr.insertText('more'));
    expect(markdownOf(a)).toBe('**bold\\\nmore**');
  });
});
