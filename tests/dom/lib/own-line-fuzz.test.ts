import { Editor } from '@tiptap/core';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import * as Y from 'yjs';
import { writeDocument } from '../../../src/blocks/document.ts';
import { extensions } from '../../../src/blocks/schema.ts';
import { Collaboration } from '../../../src/lib/collaboration.ts';
import { createRandom } from '../../support/random.ts';

// Three in a note: two write, the third makes lists, headings and quotes of their lines. Each hears of
// the others late, several changes at once; now and then one is without a network for a while. Every letter is another
// one, and must be there in the end, once.
// Who comes back gets a note in which nothing tells whether the one who deleted a line had seen what others wrote into it,
// so what they had saved before goes with it. That is left out: one at a time is away, and has heard all before.
const seeds = Math.min(Number(process.env.FUZZ_SEEDS ?? 12), 1_000);
const rounds = 80;

const editors: Editor[] = [];
beforeEach(() => void vi.useFakeTimers({ toFake: ['performance'] }));
afterEach(() => {
  editors.splice(0).forEach((editor) => editor.destroy());
  vi.useRealTimers();
});

class Page {
  readonly doc = new Y.Doc();
  readonly editor: Editor;
  /** What it did that is still to be sent. */
  readonly done: Uint8Array[] = [];
  /** What others did that it has not heard of. */
  readonly waiting: Uint8Array[] = [];
  isAway = false;
  #unsaved = new Map<number, number>();
  #incoming: { update: Uint8Array; isLive: boolean } | null = null;

  constructor(state: Uint8Array) {
    Y.applyUpdate(this.doc, state);
    this.doc.on('update', (update: Uint8Array, origin: unknown) => {
      if (origin !== 'wire') this.done.push(update);
    });
    const fragment = this.doc.getXmlFragment('default');
    const exchange = () => ({ unsaved: this.#unsaved, incoming: this.#incoming });
    this.editor = new Editor({
      element: document.createElement('div'),
      extensions: [...extensions, Collaboration.configure({ fragment, exchange })],
    });
    editors.push(this.editor);
    this.saved();
  }

  /** All that was sent is on disk. */
  saved(): void {
    this.#unsaved = new Map([[this.doc.clientID, Y.getState(this.doc.store, this.doc.clientID)]]);
  }

  hear(count: number): void {
    const heard = this.waiting.splice(0, count);
    if (heard.length === 0) return;
    this.#take(Y.mergeUpdates(heard), true);
  }

  /** All that was missed, of which nothing tells who had seen what. */
  catchUp(update: Uint8Array): void {
    this.waiting.splice(0);
    this.#take(update, false);
  }

  #take(update: Uint8Array, isLive: boolean): void {
    this.#incoming = { update, isLive };
    Y.applyUpdate(this.doc, update, 'wire');
    this.#incoming = null;
  }

  lines(): { pos: number; size: number }[] {
    const lines: { pos: number; size: number }[] = [];
    this.editor.state.doc.descendants((node, pos) => {
      if (node.isTextblock) lines.push({ pos: pos + 1, size: node.content.size });
    });
    return lines;
  }
}

test.each(Array.from({ length: seeds }, (_, n) => n + 1))(
  'what two write stays, each letter once, while a third makes something else of their lines (seed %i)',
  (seed) => {
    const { below } = createRandom(seed);
    const pick = <T>(some: readonly T[]): T => some[below(some.length)]!;
    const server = new Y.Doc();
    const words = ['Title', 'One line', 'Another line', 'The last'];
    const content = words.map((text) => ({ type: 'paragraph', content: [{ type: 'text', text }] }));
    writeDocument(server, { type: 'doc', content });
    const pages = [0, 1, 2].map(() => new Page(Y.encodeStateAsUpdate(server)));
    const [ana, ben, cara] = pages as [Page, Page, Page];

    const tell = (from: Page, update: Uint8Array) => {
      Y.applyUpdate(server, update);
      for (const page of pages) if (page !== from) page.waiting.push(update);
    };
    const send = (page: Page) => {
      if (!page.isAway) for (const update of page.done.splice(0)) tell(page, update);
    };
    const comeBack = (page: Page) => {
      const answer = Y.encodeStateAsUpdate(server, Y.encodeStateVector(page.doc));
      page.isAway = false;
      // The server passes nothing on that it has (S5): of what the page tells only what it did itself is left.
      const done = page.done.splice(0);
      if (done.length > 0) tell(page, Y.mergeUpdates(done));
      page.catchUp(answer);
      send(page);
      page.saved();
    };
    const settle = () => {
      while (pages.some(({ waiting }) => waiting.length > 0)) {
        for (const page of pages) {
          page.hear(100);
          send(page);
          page.saved();
        }
      }
    };
    let written = '';
    const write = (page: Page) => {
      const { pos, size } = pick(page.lines());
      const chain = page.editor.chain();
      if (below(3) > 0) chain.setTextSelection(pos + below(size + 1));
      if (below(8) === 0) chain.setTextSelection(pos + size).splitBlock();
      const letter = String.fromCharCode(0x4e00 + written.length);
      written += letter;
      chain.insertContent(letter).run();
    };
    const make = (page: Page) => {
      const { pos, size } = pick(page.lines());
      const chain = page.editor.chain().setTextSelection(pos + (below(2) && below(size + 1)));
      pick([
        () => chain.toggleHeading({ level: 2 }),
        () => chain.toggleBulletList(),
        () => chain.toggleOrderedList(),
        () => chain.toggleBlockquote(),
        () => chain.toggleDecision(),
      ])().run();
    };

    for (let round = 0; round < rounds; round++) {
      vi.advanceTimersByTime(500);
      const page = pick(pages);
      const away = pages.find(({ isAway }) => isAway);
      const what = below(12);
      if (what < 6 && !page.isAway) {
        page.hear(1 + below(5));
        send(page);
        page.saved();
      } else if (what === 6 && away) comeBack(away);
      else if (what === 6) {
        settle();
        page.isAway = true;
      } else if (page === ana) make(page);
      else write(page);
      send(page);
    }
    for (const page of pages) if (page.isAway) comeBack(page);
    settle();
    const text = ana.editor.getText();
    expect([...written].filter((letter) => text.split(letter).length !== 2)).toEqual([]);
    for (const { editor } of [ben, cara]) expect(editor.getText()).toBe(text);
  },
);
