import { Editor } from '@tiptap/core';
import { Node } from '@tiptap/pm/model';
import { TextSelection } from '@tiptap/pm/state';
import { afterEach, expect, test } from 'vitest';
import { yXmlFragmentToProsemirrorJSON } from 'y-prosemirror';
import * as Y from 'yjs';
import { extensions } from '../../../src/blocks/schema.ts';
import { Collaboration } from '../../../src/lib/collaboration.ts';
import { createRandom } from '../../support/random.ts';
import type { Random } from '../../support/random.ts';

// Real editors that hear of each other late, several changes at once: whatever comes in block by block must leave each
// of them showing what its note holds, and all of them the same in the end.
const seeds = Math.min(Number(process.env.FUZZ_SEEDS ?? 12), 200);
const rounds = 60;

const editors: Editor[] = [];
afterEach(() => editors.splice(0).forEach((editor) => editor.destroy()));

interface Page {
  doc: Y.Doc;
  editor: Editor;
  /** What the others did and this one has not heard of. */
  waiting: Uint8Array[];
  /** What it is just hearing. */
  incoming: Uint8Array | null;
}

function openPages(count: number): Page[] {
  const first = new Y.Doc();
  const blocks = ['Title', 'One line', 'Another line', 'The last'].map((text) => {
    const block = new Y.XmlElement('paragraph');
    block.insert(0, [new Y.XmlText(text)]);
    return block;
  });
  first.getXmlFragment('default').insert(0, blocks);
  const pages = Array.from({ length: count }, (): Page => {
    const doc = new Y.Doc();
    Y.applyUpdate(doc, Y.encodeStateAsUpdate(first));
    const element = document.createElement('div');
    const fragment = doc.getXmlFragment('default');
    const exchange = () => ({
      unsaved: new Map(),
      incoming: page.incoming && { update: page.incoming, isLive: true },
    });
    const editor = new Editor({
      element,
      extensions: [...extensions, Collaboration.configure({ fragment, exchange })],
    });
    editors.push(editor);
    const page: Page = { doc, editor, waiting: [], incoming: null };
    return page;
  });
  for (const page of pages) {
    page.doc.on('update', (update: Uint8Array, origin: unknown) => {
      if (origin !== 'wire') for (const other of pages) if (other !== page) other.waiting.push(update);
    });
  }
  return pages;
}

type Below = Random['below'];

function act({ editor }: Page, below: Below): void {
  const { doc } = editor.state;
  const from = below(doc.content.size + 1);
  const to = Math.min(doc.content.size, from + below(6));
  const selection = TextSelection.between(doc.resolve(from), doc.resolve(to));
  editor.view.dispatch(editor.state.tr.setSelection(selection));
  const chain = editor.chain();
  const acts = [
    () => chain.insertContent('abc '.slice(0, 1 + below(4))),
    () => chain.insertContent('xyz'),
    () => chain.deleteSelection(),
    () => chain.splitBlock(),
    () => chain.joinBackward(),
    () => chain.toggleBold(),
    () => chain.toggleHeading({ level: 2 }),
    () => chain.toggleBulletList(),
    () => chain.toggleDecision(),
    () => chain.toggleBlockquote(),
    () => chain.undo(),
  ];
  acts[below(acts.length)]!().run();
}

function hear(page: Page, count: number): void {
  const heard = page.waiting.splice(0, count);
  if (heard.length === 0) return;
  page.incoming = Y.mergeUpdates(heard);
  Y.applyUpdate(page.doc, page.incoming, 'wire');
  page.incoming = null;
}

function expectToShowItsNote({ doc, editor }: Page): void {
  const held = Node.fromJSON(editor.schema, yXmlFragmentToProsemirrorJSON(doc.getXmlFragment('default')));
  expect(editor.state.doc.toJSON()).toEqual(held.toJSON());
}

test.each(Array.from({ length: seeds }, (_, n) => n + 1))(
  'editors show what the note holds (seed %i)',
  (seed) => {
    const { below } = createRandom(seed);
    const pages = openPages(3);
    for (let round = 0; round < rounds; round++) {
      const page = pages[below(pages.length)]!;
      if (below(3) > 0) act(page, below);
      else hear(page, 1 + below(5));
      expectToShowItsNote(page);
    }
    while (pages.some(({ waiting }) => waiting.length > 0)) for (const page of pages) hear(page, 100);
    for (const page of pages) {
      expectToShowItsNote(page);
      expect(page.doc.getXmlFragment('default').toString()).toBe(
        pages[0]!.doc.getXmlFragment('default').toString(),
      );
    }
  },
);
