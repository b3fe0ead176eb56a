import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Editor } from '@tiptap/core';
import { Fragment, Slice } from '@tiptap/pm/model';
import * as Y from 'yjs';
import { writeDocument } from '../../../src/blocks/document.ts';
import type { NodeJson } from '../../../src/blocks/document-json.ts';
import { extensions } from '../../../src/blocks/schema.ts';
import { Collaboration } from '../../../src/lib/collaboration.ts';

// Two people in one note. What each does waits until `meet`: that is how two changes are made in the same moment.
const open: Editor[] = [];
afterEach(() => {
  for (const editor of open.splice(0)) editor.destroy();
});

class Somebody {
  readonly doc = new Y.Doc();
  readonly editor: Editor;
  /** Nothing of what they write has reached the server. */
  isOffline = false;
  /** What they are just taking from the server. */
  #incoming: Uint8Array | null = null;
  #sent: Uint8Array[] = [];

  /** `unsaved`: what the server may lack of `state`. */
  constructor(state: Uint8Array, unsaved = new Map<number, number>()) {
    Y.applyUpdate(this.doc, state);
    this.doc.on('update', (update: Uint8Array, origin: unknown) => {
      if (origin !== 'wire') this.#sent.push(update);
    });
    this.editor = new Editor({
      element: document.body.appendChild(document.createElement('div')),
      extensions: [
        ...extensions,
        Collaboration.configure({
          fragment: this.doc.getXmlFragment('default'),
          exchange: () => ({
            unsaved: this.isOffline ? new Map([...unsaved, [this.doc.clientID, 0]]) : unsaved,
            incoming: this.#incoming && { update: this.#incoming, isLive: true },
          }),
        }),
      ],
    });
    open.push(this.editor);
  }

  take = () => this.#sent.splice(0);

  /** Changes of others, which come in one update, as from a tick of the server. */
  get(updates: readonly Uint8Array[]): void {
    if (updates.length === 0) return;
    this.#incoming = Y.mergeUpdates([...updates]);
    Y.applyUpdate(this.doc, this.#incoming, 'wire');
    this.#incoming = null;
  }

  /** What was written before the page was loaded again, and is still to be sent. */
  keep = (update: Uint8Array) => this.#sent.push(update);

  /** Puts the caret behind the first `words` in the text. */
  at(words: string): this {
    let found = -1;
    this.editor.state.doc.descendants((node, pos) => {
      const index = node.isText ? node.text!.indexOf(words) : -1;
      if (found < 0 && index >= 0) found = pos + index + words.length;
    });
    this.editor.commands.setTextSelection(found);
    return this;
  }

  type(words: string): void {
    for (const letter of words) this.editor.view.dispatch(this.editor.state.tr.insertText(letter));
  }

  /** The text of the line with the caret, a | where the caret is. */
  get line(): string {
    const { $head } = this.editor.state.selection;
    const text = $head.parent.textContent;
    return `${text.slice(0, $head.parentOffset)}|${text.slice($head.parentOffset)}`;
  }
}

function two(...content: NodeJson[]) {
  const doc = new Y.Doc();
  writeDocument(doc, { type: 'doc', content });
  const state = Y.encodeStateAsUpdate(doc);
  return { ana: new Somebody(state), ben: new Somebody(state) };
}

/** All that each has done arrives at once, as it does from the server. */
function meet(one: Somebody, other: Somebody): void {
  for (let round = 0; round < 4; round++) {
    const [ours, theirs] = [one.take(), other.take()];
    other.get(ours);
    one.get(theirs);
  }
  expect(other.editor.getJSON()).toEqual(one.editor.getJSON());
}

const line = (text: string): NodeJson => ({
  type: 'paragraph',
  content: text ? [{ type: 'text', text }] : [],
});
const item = (...content: NodeJson[]): NodeJson => ({ type: 'listItem', content });
const list = (...items: NodeJson[]): NodeJson => ({ type: 'bulletList', content: items });

const replacements: Record<string, (editor: Editor) => unknown> = {
  'an action item': (editor) => editor.commands.toggleAction(),
  'a bullet': (editor) => editor.commands.toggleBulletList(),
  'a numbered line': (editor) => editor.commands.toggleOrderedList(),
  'a quote': (editor) => editor.commands.toggleBlockquote(),
  'a heading': (editor) => editor.commands.setHeading({ level: 2 }),
  'a decision': (editor) => editor.commands.toggleDecision(),
};

describe('a line somebody else makes into something', () => {
  it.each(Object.entries(replacements))('keeps caret and letters of who types in it: %s', (_, replace) => {
    const { ana, ben } = two(line('before'), line('The line'), line('after'));
    ben.at('The line').type(' that Ben');
    meet(ana, ben);
    ana.at('The line');
    replace(ana.editor);
    ben.type(' goes on');
    meet(ana, ben);
    expect(ben.line).toBe('The line that Ben goes on|');
    ben.type('!');
    meet(ana, ben);
    expect(ana.editor.getText()).toContain('The line that Ben goes on!');
    expect(ana.editor.getText().match(/goes on/g)).toHaveLength(1);
  });

  it('keeps letters typed in the middle of it', () => {
    const { ana, ben } = two(line('one three'));
    ben.at('one').type(' two');
    ana.at('three').editor.commands.toggleAction();
    meet(ana, ben);
    expect(ben.line).toBe('one two| three');
  });

  it('keeps both when each types into it while a third replaces it', () => {
    const { ana, ben } = two(line('A line'));
    ana.editor.commands.setTextSelection(1);
    ana.type('>');
    ana.editor.commands.toggleBulletList();
    ben.at('A line').type('<');
    meet(ana, ben);
    expect(ben.line).toBe('>A line<|');
  });
});

describe('a line somebody makes into something by typing markdown before it', () => {
  const typed: [string, (editor: Editor) => boolean][] = [
    ['##', (editor) => editor.chain().deleteRange(before(editor)).setHeading({ level: 2 }).run()],
    ['## ', (editor) => editor.chain().deleteRange(before(editor)).setHeading({ level: 2 }).run()],
    ['- ', (editor) => editor.chain().deleteRange(before(editor)).toggleBulletList().run()],
    ['> ', (editor) => editor.chain().deleteRange(before(editor)).toggleBlockquote().run()],
    ['12. ', (editor) => editor.chain().deleteRange(before(editor)).toggleOrderedList().run()],
    ['[ ] ', (editor) => editor.chain().deleteRange(before(editor)).toggleTask().run()],
    ['```js ', (editor) => editor.chain().deleteRange(before(editor)).setCodeBlock().run()],
  ];
  /** What stands before the caret in its line. */
  const before = ({ state }: Editor) => ({ from: state.selection.$head.start(), to: state.selection.head });
  const startOfLine = (somebody: Somebody, words: string) => {
    const { state, commands } = somebody.at(words).editor;
    commands.setTextSelection(state.selection.$head.start());
  };

  it.each(typed)('keeps the caret of who is in it, without the markdown: %s', (markdown, make) => {
    const { ana, ben } = two(line('before'), line('The #1 line'), line('after'));
    startOfLine(ana, 'The');
    ben.at('The #1');
    for (const mark of markdown) {
      ana.type(mark);
      meet(ana, ben);
    }
    make(ana.editor);
    meet(ana, ben);
    expect(ben.line).toBe('The #1| line');
  });

  it.each(typed)('keeps letters that come at that moment: %s', (markdown, make) => {
    for (const words of ['The #1 line', 'The', '']) {
      const { ana, ben } = two(line('before'), line('The #1 line'), line('after'));
      startOfLine(ana, 'The');
      if (words) ben.at(words);
      else startOfLine(ben, 'The');
      ana.type(markdown);
      meet(ana, ben);
      if (!words) ben.editor.commands.setTextSelection(ben.editor.state.selection.$head.start());
      ben.type('Ben');
      make(ana.editor);
      meet(ana, ben);
      expect(ben.editor.getText()).toContain(`${words}Ben${'The #1 line'.slice(words.length)}`);
      expect(ben.editor.getText()).not.toContain(markdown);
      expect(ben.line).toContain('Ben|');
    }
  });

  it.each(typed)('keeps letters before the markdown, which nobody has seen: %s', (markdown, make) => {
    const { ana, ben } = two(line('before'), line('The #1 line'), line('after'));
    startOfLine(ana, 'The');
    startOfLine(ben, 'The');
    ben.type('Ben');
    for (const mark of markdown) {
      ana.type(mark);
      for (const update of ana.take()) ben.get([update]);
    }
    make(ana.editor);
    meet(ana, ben);
    expect(ben.editor.getText()).toContain('BenThe #1 line');
    expect(ben.line).toBe('Ben|The #1 line');
  });

  it.each(typed)(
    'keeps the caret where only the beginning of the markdown had come: %s',
    (markdown, make) => {
      for (let seen = 1; seen < markdown.length; seen++) {
        const { ana, ben } = two(line('before'), line('The line'), line('after'));
        startOfLine(ana, 'The');
        ben.at('The line');
        ana.type(markdown.slice(0, seen));
        meet(ana, ben);
        ana.type(markdown.slice(seen));
        make(ana.editor);
        ben.get(ana.take());
        expect(ben.line).toBe('The line|');
      }
    },
  );

  it.each(typed)(
    'keeps what was written offline, whether the markdown comes first or with the rest: %s',
    (markdown, make) => {
      for (const isTogether of [true, false]) {
        const { ana, ben } = two(line('before'), line('The line'), line('after'));
        startOfLine(ana, 'The');
        ben.isOffline = true;
        ben.at('The line').type(' and Ben');
        ben.at('after');
        const bens = ben.take();
        ana.type(markdown);
        const letters = ana.take();
        make(ana.editor);
        const updates = [...letters, ...ana.take()];
        for (const some of isTogether ? [updates] : updates.map((update) => [update])) ben.get(some);
        for (const update of bens) ana.get([update]);
        meet(ana, ben);
        expect(ana.editor.getText()).toContain('The line and Ben');
        expect(ana.editor.getText()).not.toContain(markdown);
      }
    },
  );
});

it('gives words written offline back as they were: bold, and with their breaks', () => {
  const { ana, ben } = two(line('before'), line('The line'), line('after'));
  ana.at('The line');
  ben.isOffline = true;
  ben
    .at('The line')
    .editor.commands.insertContent([
      { type: 'text', text: ' and' },
      { type: 'text', text: ' bold', marks: [{ type: 'bold' }] },
      { type: 'softBreak' },
      { type: 'text', text: 'more' },
    ]);
  ana.editor.commands.setHeading({ level: 2 });
  meet(ana, ben);
  expect(ana.editor.getHTML()).toContain('<h2>The line and<strong> bold</strong>');
  expect(ana.editor.getText()).toContain('The line and bold\nmore');
});

describe('a line with breaks that somebody makes code, or text', () => {
  const code: NodeJson = { type: 'codeBlock', content: [{ type: 'text', text: 'one\ntwo' }] };
  const broken = (name: string): NodeJson => ({
    type: 'paragraph',
    content: [{ type: 'text', text: 'one' }, { type: name }, { type: 'text', text: 'two' }],
  });
  const changes: [string, NodeJson, (editor: Editor) => boolean][] = [
    ['code to a paragraph', code, (editor) => editor.commands.setParagraph()],
    ['code to a heading', code, (editor) => editor.commands.setHeading({ level: 2 })],
    ['a soft break to code', broken('softBreak'), (editor) => editor.commands.setCodeBlock()],
    ['a hard break to code', broken('hardBreak'), (editor) => editor.commands.setCodeBlock()],
  ];

  it.each(changes)('keeps the caret, and letters that come at that moment: %s', (_, block, make) => {
    const { ana, ben } = two(line('before'), block, line('after'));
    ana.at('one');
    ben.at('two');
    make(ana.editor);
    ben.type(' Ben');
    meet(ana, ben);
    expect(ben.line).toMatch(/two Ben\|$/);
  });

  it.each(changes)('keeps lines written offline: %s', (_, block, make) => {
    const { ana, ben } = two(line('before'), block, line('after'));
    ana.at('one');
    ben.isOffline = true;
    ben.at('two');
    if (block === code) ben.type(' Ben\nand more');
    else {
      ben.type(' Ben');
      ben.editor.commands.insertContent({ type: 'softBreak' });
      ben.type('and more');
    }
    make(ana.editor);
    meet(ana, ben);
    expect(ana.editor.getText({ blockSeparator: '/' })).toMatch(/before\/one.?two Ben\nand more\/after/s);
  });
});

describe('a line with letters that have not reached the server', () => {
  it.each(Object.entries(replacements))('keeps them when one has gone on elsewhere: %s', (_, replace) => {
    const { ana, ben } = two(line('before'), line('The line'), line('after'));
    ben.isOffline = true;
    ben.at('The line').type(' in the dark');
    ben.at('The').type(' long');
    ben.at('after');
    ana.at('The line');
    replace(ana.editor);
    ana.type(' seen');
    meet(ana, ben);
    expect(ana.editor.getText()).toContain('The long line');
    expect(ana.editor.getText().match(/ in the dark/g)).toHaveLength(1);
    expect(ben.line).toBe('after|');
  });

  it('keeps them in several lines, and where the caret is', () => {
    const { ana, ben } = two(line('one'), line('two'), line('three'));
    ben.isOffline = true;
    for (const words of ['one', 'two', 'three']) ben.at(words).type(` ${words}!`);
    ben.at('two ');
    for (const words of ['one', 'two', 'three']) ana.at(words).editor.commands.setHeading({ level: 2 });
    meet(ana, ben);
    expect(ana.editor.getText()).toBe('one one!\n\ntwo two!\n\nthree three!');
    expect(ben.line).toBe('two |two!');
  });

  it('keeps them after a reload, which gives one another id', () => {
    const { ana, ben: before } = two(line('The line'));
    before.at('The line').type(' in the dark');
    const ben = new Somebody(Y.encodeStateAsUpdate(before.doc), new Map([[before.doc.clientID, 0]]));
    for (const update of before.take()) ben.keep(update);
    ana.at('The line').editor.commands.toggleBulletList();
    meet(ana, ben);
    expect(ana.editor.getText()).toContain('The line in the dark');
  });

  it.each<[string, (ana: Somebody) => unknown]>([
    ['gets numbers', (ana) => ana.at('one').editor.commands.toggleOrderedList()],
    ['is a list no more', (ana) => ana.at('one').editor.commands.liftListItem('listItem')],
    ['is quoted', (ana) => ana.at('one').editor.commands.toggleBlockquote()],
  ])('keeps new lines of a list that %s', (_, change) => {
    const { ana, ben } = two(line('before'), list(item(line('one')), item(line('two'))), line('after'));
    ben.isOffline = true;
    ben.at('two').editor.commands.splitListItem('listItem');
    ben.type('three');
    ben.editor.commands.splitListItem('listItem');
    ben.type('four');
    ben.at('after');
    change(ana);
    meet(ana, ben);
    expect(ana.editor.getText()).toMatch(/two\s+three\s+four\s+after/);
  });

  const short = () => two(line('before'), list(item(line('one')), item(line('two'))), line('after'));
  const shape = (node: NodeJson): unknown =>
    node.text ?? [node.type, ...(node.content ?? []).map(shape)].filter((part) => part !== 'paragraph');
  const shapeOf = ({ editor }: Somebody) => JSON.stringify(shape(editor.getJSON() as NodeJson));

  it('keeps a new line of a list that gets numbers an item of it, and who writes it in it', () => {
    const { ana, ben } = short();
    ben.isOffline = true;
    ben.at('one').editor.commands.splitListItem('listItem');
    ben.type('and a half');
    ana.at('two').editor.commands.toggleOrderedList();
    meet(ana, ben);
    expect(ben.line).toBe('and a half|');
    ben.type('!');
    meet(ana, ben);
    expect(shapeOf(ana)).toBe(
      '["doc",["before"],["orderedList",["listItem",["one"]],["listItem",["and a half!"]],["listItem",["two"]]],["after"]]',
    );
  });

  it('keeps a new list below an item whose list gets numbers, as one', () => {
    const { ana, ben } = short();
    ben.isOffline = true;
    ben.at('two').editor.commands.splitListItem('listItem');
    ben.type('below');
    ben.editor.commands.sinkListItem('listItem');
    ben.editor.commands.splitListItem('listItem');
    ben.type('further below');
    ben.at('after');
    ana.at('one').editor.commands.toggleOrderedList();
    meet(ana, ben);
    expect(shapeOf(ana)).toBe(
      '["doc",["before"],["orderedList",["listItem",["one"]],["listItem",["two"],["bulletList",["listItem",["below"]],["listItem",["further below"]]]]],["after"]]',
    );
  });

  it('keeps new lines as text when the list they were written in is deleted', () => {
    const { ana, ben } = short();
    ben.isOffline = true;
    ben.at('two').editor.commands.splitListItem('listItem');
    ben.type('three');
    ana.at('two');
    const list = ana.editor.state.doc.child(0).nodeSize;
    ana.editor.commands.deleteRange({ from: list, to: list + ana.editor.state.doc.child(1).nodeSize });
    meet(ana, ben);
    expect(shapeOf(ana)).toBe('["doc",["before"],["three"],["after"]]');
    expect(ben.line).toBe('three|');
  });

  it('does not double a new line that the other has seen before its writer knows that it is saved', () => {
    const { ana, ben } = short();
    ben.isOffline = true;
    ben.at('two').editor.commands.splitListItem('listItem');
    ben.type('three');
    meet(ana, ben);
    ana.at('one').editor.commands.toggleOrderedList();
    meet(ana, ben);
    expect(ana.editor.getText().match(/three/g)).toHaveLength(1);
    expect(ben.line).toBe('three|');
  });

  /** Ben does not know yet that anything is saved; of what he wrote all but the last letters has arrived. */
  it.each([
    ['all of them', 0],
    ['all but one', 1],
    ['all but four', 4],
  ])('does not double what the other had seen of them when one has gone on elsewhere: %s', (_, unseen) => {
    const { ana, ben } = short();
    ben.isOffline = true;
    const written = ' one! two! six!';
    ben.at('one').type(written.slice(0, written.length - unseen));
    meet(ana, ben);
    ben.type(written.slice(written.length - unseen));
    ben.at('after').type(' that');
    ana.at('two').editor.commands.toggleOrderedList();
    meet(ana, ben);
    expect(shapeOf(ana)).toContain(`["listItem",["one${written}"]]`);
    expect(ben.line).toBe('after that|');
  });

  it('does not double a new line of which the other had seen the beginning when one has gone on elsewhere', () => {
    const { ana, ben } = short();
    ben.isOffline = true;
    ben.at('one').editor.commands.splitListItem('listItem');
    ben.type('and a ha');
    meet(ana, ben);
    ben.type('lf');
    ben.at('after');
    ana.at('two').editor.commands.toggleOrderedList();
    meet(ana, ben);
    expect(shapeOf(ana)).toContain('["listItem",["one"]],["listItem",["and a half"]],["listItem",["two"]]');
  });

  it('does not put them into another line that reads nearly as theirs did', () => {
    const { ana, ben } = two(line('Item 7 of the list'), line('Item 17 of the list'));
    ben.isOffline = true;
    ben.at('Item 7').type(' offline');
    ana.editor.commands.deleteRange({ from: 0, to: 20 });
    ana.editor.commands.toggleBulletList();
    meet(ana, ben);
    expect(ana.editor.getText().trim()).toBe('Item 17 of the list');
  });

  it('loses them with a line that somebody deletes', () => {
    const { ana, ben } = two(line('The line'), line('after'));
    ben.isOffline = true;
    ben.at('The line').type(' in the dark');
    ben.at('after');
    ana.editor.commands.deleteRange({ from: 0, to: 10 });
    meet(ana, ben);
    expect(ana.editor.getText()).toBe('after');
  });
});

describe('words saved long since, when somebody who was away changes what they are in', () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ['performance'] }));
  afterEach(() => void vi.useRealTimers());

  /** Ana does `change` without a network; Ben has written meanwhile, and all of his is saved. */
  const away = (
    content: NodeJson[],
    change: (ana: Somebody) => unknown,
    write: (ben: Somebody) => unknown,
  ) => {
    const { ana, ben } = two(...content);
    change(ana);
    write(ben);
    vi.advanceTimersByTime(60_000);
    meet(ana, ben);
    const { doc } = ana.editor.state;
    return { read: doc.textBetween(0, doc.content.size, '/', '*'), ana, ben };
  };

  it.each(Object.entries(replacements))('keeps them in a line made into something: %s', (_, replace) => {
    const content = [line('before'), line('The line'), line('after')];
    const change = (ana: Somebody) => {
      ana.at('The line');
      replace(ana.editor);
    };
    const there = away(content, change, (ben) => ben.at('The line').type(' that Ben wrote'));
    expect(there.read).toBe('before/The line that Ben wrote/after');
    expect(there.ben.line).toBe('The line that Ben wrote|');
    const gone = away(content, change, (ben) => {
      ben.at('The').type(' long');
      ben.at('line').type(' that Ben wrote');
      ben.at('after');
    });
    expect(gone.read).toBe('before/The long line that Ben wrote/after');
    expect(gone.ben.line).toBe('after|');
  });

  it('keeps new items of a list that gets numbers, each once', () => {
    const content = [line('before'), list(item(line('one')), item(line('two'))), line('after')];
    const { read, ana, ben } = away(
      content,
      (ana) => ana.at('one').editor.commands.toggleOrderedList(),
      (ben) => {
        for (const words of ['three', 'four', 'five']) {
          ben.at(words === 'three' ? 'two' : words === 'four' ? 'three' : 'four');
          ben.editor.commands.splitListItem('listItem');
          ben.type(words);
        }
        ben.at('after');
      },
    );
    expect(read).toBe('before/one/two/three/four/five/after');
    ana.at('one').editor.commands.toggleBulletList();
    ben.at('five').type('!');
    meet(ana, ben);
    expect(ana.editor.getText().match(/five!/g)).toHaveLength(1);
    expect(ana.editor.getText().match(/four/g)).toHaveLength(1);
  });

  it('keeps them behind a break that is removed', () => {
    const content: NodeJson = {
      type: 'paragraph',
      content: [{ type: 'text', text: 'Tulip' }, { type: 'hardBreak' }, { type: 'text', text: 'rose' }],
    };
    const { read } = away(
      [content, line('after')],
      (ana) => {
        const { head } = ana.at('Tulip').editor.state.selection;
        ana.editor.commands.deleteRange({ from: head, to: head + 1 });
      },
      (ben) => {
        ben.at('rose').type(' in the light');
        ben.at('after');
      },
    );
    expect(read).toBe('Tuliprose in the light/after');
  });
});

describe('a line that is empty for somebody, in which another has begun to write', () => {
  const changes: [string, (ana: Somebody) => unknown, string][] = [
    ['it is deleted', ({ editor }) => editor.commands.deleteRange({ from: 8, to: 10 }), 'before/Ben|/after'],
    ['it is joined to the one above', ({ editor }) => editor.commands.joinBackward(), 'before/Ben|/after'],
    ['a break is made in it', ({ editor }) => editor.commands.setHardBreak(), 'before/Ben|*/after'],
    ['it becomes a heading', ({ editor }) => editor.commands.setHeading({ level: 2 }), 'before/Ben|/after'],
    ['it becomes a list', ({ editor }) => editor.commands.toggleBulletList(), 'before/Ben|/after'],
  ];

  it.each(changes)('keeps the words, and the caret behind them, when %s', (_, change, expected) => {
    const { ana, ben } = two(line('before'), line(''), line('after'));
    ana.editor.commands.setTextSelection(9);
    change(ana);
    ben.editor.commands.setTextSelection(9);
    ben.type('Ben');
    meet(ana, ben);
    ben.type('|');
    meet(ana, ben);
    const { doc } = ana.editor.state;
    expect(doc.textBetween(0, doc.content.size, '/', '*').replace('//', '/')).toBe(expected);
  });

  it('keeps the words of two who write in it, each once, and where each is', () => {
    const { ana, ben } = two(line('before'), line(''), line('after'));
    const cara = new Somebody(Y.encodeStateAsUpdate(ana.doc));
    ana.editor.commands.setTextSelection(9);
    ana.editor.commands.joinBackward();
    ben.editor.commands.setTextSelection(9);
    ben.type('Ben');
    const bens = ben.take();
    cara.get(bens);
    cara.at('Ben').type(' and Cara');
    const [anas, caras] = [ana.take(), cara.take()];
    ben.get([...caras, ...anas]);
    cara.get(anas);
    ana.get([...bens, ...caras]);
    for (let round = 0; round < 3; round++) {
      const [one, other] = [ben.take(), cara.take()];
      cara.get(one);
      ben.get(other);
      ana.get([...one, ...other]);
    }
    for (const word of ['Ben', ' and Cara']) expect(ana.editor.getText().split(word)).toHaveLength(2);
    expect(ben.line).toContain('Ben|');
    expect(cara.line).toContain(' and Cara|');
    expect(cara.editor.getJSON()).toEqual(ana.editor.getJSON());
  });

  it('leaves who has gone on elsewhere there', () => {
    const { ana, ben } = two(line('before'), line(''), line('after'));
    ana.editor.commands.setTextSelection(9);
    ana.editor.commands.setHardBreak();
    ben.editor.commands.setTextSelection(9);
    ben.type('Ben');
    ben.at('after');
    meet(ana, ben);
    expect(ana.editor.getText()).toContain('Ben');
    expect(ben.line).toBe('after|');
  });
});

describe('a line whose neighbours are moved', () => {
  const nested = () => two(list(item(line('parent'), list(item(line('sibling')), item(line('para'))))));

  it.each<[string, (ana: Somebody) => unknown]>([
    [
      'the item above is joined to nothing',
      (ana) => ana.at('parent').editor.commands.liftListItem('listItem'),
    ],
    ['the sibling is lifted', (ana) => ana.at('sibling').editor.commands.liftListItem('listItem')],
    ['it is lifted itself', (ana) => ana.at('para').editor.commands.liftListItem('listItem')],
    ['its list gets numbers', (ana) => ana.at('sibling').editor.commands.toggleOrderedList()],
    ['it is nested deeper', (ana) => ana.at('para').editor.commands.sinkListItem('listItem')],
  ])('keeps an idle caret when %s', (_, change) => {
    const { ana, ben } = nested();
    ben.at('para');
    change(ana);
    meet(ana, ben);
    expect(ben.line).toBe('para|');
  });

  it('goes along when it is joined to the line above', () => {
    const { ana, ben } = two(line('one '), line('two'));
    ben.at('two');
    ana.at('one ').editor.commands.joinForward();
    meet(ana, ben);
    expect(ben.line).toBe('one two|');
  });
});

describe('a line somebody cuts in two', () => {
  const enter = (somebody: Somebody) =>
    somebody.editor.commands.first(
      ['splitListItem', 'splitBlock'].map(
        (name) =>
          ({ commands }) =>
            name === 'splitBlock' ? commands.splitBlock() : commands.splitListItem('listItem'),
      ),
    );
  const image: NodeJson = { type: 'image', attrs: { src: 'https://example.org/a.png' } };
  const text = (words: string): NodeJson => ({ type: 'text', text: words });

  it.each<[string, NodeJson]>([
    ['a paragraph', line('one two three')],
    ['a heading', { ...line('one two three'), type: 'heading', attrs: { level: 2 } }],
    ['a list item', list(item(line('one two three')))],
    ['a list item with others below', list(item(line('one two three'), list(item(line('below')))))],
  ])('keeps caret and letters of who types behind the cut: %s', (_, block) => {
    const { ana, ben } = two(line('before'), block, line('after'));
    ben.at('three').type(' four');
    meet(ana, ben);
    ana.at('one');
    enter(ana);
    ben.type(' five');
    meet(ana, ben);
    expect(ben.line).toBe(' two three four five|');
    ben.type('!');
    meet(ana, ben);
    expect(ana.editor.getText()).toMatch(/one\s+two three four five!/);
    expect(ana.line).toBe('| two three four five!');
  });

  it.each<[string, NodeJson[]]>([
    ['is plain', [text('one two')]],
    ['has an image behind', [text('one two'), image, text(' end')]],
  ])('leaves who writes before the cut where they are: the line %s', (_, content) => {
    const { ana, ben } = two({ type: 'paragraph', content });
    ben.at('one');
    ana.at('one two');
    ana.editor.commands.setTextSelection(ana.editor.state.selection.head - 1);
    enter(ana);
    ben.type('!');
    meet(ana, ben);
    expect(ben.line).toBe('one!| tw');
  });

  it('keeps a word typed in the middle, a selection, and who writes right at the cut', () => {
    const { ana, ben } = two(line('one three four'));
    ben.at('one').type(' two');
    ana.editor.commands.setTextSelection(2);
    enter(ana);
    meet(ana, ben);
    expect(ben.line).toBe('ne two| three four');
    ben.at('three').type('');
    const { head } = ben.editor.state.selection;
    ben.editor.commands.setTextSelection({ from: head - 5, to: head });
    ana.at('two');
    enter(ana);
    meet(ana, ben);
    const { from, to } = ben.editor.state.selection;
    expect(ben.editor.state.doc.textBetween(from, to)).toBe('three');
    ben.at(' three');
    ana.at(' three');
    enter(ana);
    ben.type('!');
    meet(ana, ben);
    expect(ben.line).toBe(' three!|');
  });

  it('takes along who types behind the cut when the two are far apart', () => {
    vi.useFakeTimers({ toFake: ['performance'] });
    const { ana, ben } = two(line('one two three'), line('after'));
    ana.at('one');
    enter(ana);
    ben.at('three').type(' four');
    vi.advanceTimersByTime(4_000);
    ben.type(' five');
    meet(ana, ben);
    vi.useRealTimers();
    expect(ben.line).toBe(' two three four five|');
    expect(ana.editor.getText()).toMatch(/^one\s+two three four five\s+after$/);
  });

  it('takes nothing along that was written long before words are moved', () => {
    vi.useFakeTimers({ toFake: ['performance'] });
    const { ana, ben } = two(line(''), line('after'));
    ben.editor.commands.setTextSelection(1);
    ben.type('one two three');
    meet(ana, ben);
    vi.advanceTimersByTime(15_000);
    const { state, view, schema } = ana.editor;
    const moved = schema.nodes.paragraph!.create(null, schema.text('two '));
    view.dispatch(state.tr.delete(5, 9).insert(state.doc.content.size - 4, moved));
    ben.type(' four');
    meet(ana, ben);
    vi.useRealTimers();
    expect(ben.line).toBe('one three four|');
  });

  it('takes nothing along when words are moved within one change', () => {
    const { ana, ben } = two(line('one two three'), line(''));
    ben.at('three').type(' four');
    meet(ana, ben);
    const { editor } = ana;
    editor.view.dispatch(
      editor.state.tr
        .delete(5, 9)
        .insert(
          editor.state.doc.content.size - 4,
          editor.schema.nodes.paragraph!.create(null, editor.schema.text('two ')),
        ),
    );
    meet(ana, ben);
    expect(ben.line).toBe('one three four|');
  });
});

it('leaves the caret of who is in a line, from which others delete, where it is', () => {
  const { ana, ben } = two(line('one two'), line('after'));
  ana.at('one two').type(' th');
  meet(ana, ben);
  ben.at(' th');
  ana.at(' th').type('ree');
  ana.editor.commands.deleteRange({ from: 1, to: 2 });
  meet(ana, ben);
  // Behind what another is writing it goes along (remote-changes.ts).
  expect(ben.line).toBe('ne two three|');
});

describe('a line somebody deletes', () => {
  it('stays deleted, older words of its writer included', () => {
    const { ana, ben } = two(line('keep'), line('goes away'));
    ben.at('goes away');
    ana.editor.commands.selectAll();
    ana.editor.commands.deleteSelection();
    meet(ana, ben);
    expect(ben.editor.getText().trim()).toBe('');
  });
});

describe('a part of a line that goes elsewhere', () => {
  const broken = (first: string, second: string, between = 'hardBreak'): NodeJson => ({
    type: 'paragraph',
    content: [
      { type: 'text', text: first },
      { type: between, attrs: between === 'image' ? { src: 'https://example.org/a.png' } : {} },
      { type: 'text', text: second },
    ],
  });
  const remove = (from: string, to: string) => (ana: Somebody) => {
    const head = ana.at(to).editor.state.selection.head;
    ana.editor.commands.deleteRange({ from: ana.at(from).editor.state.selection.head, to: head });
  };
  const removeBehind = (words: string) => (ana: Somebody) => {
    const { head } = ana.at(words).editor.state.selection;
    ana.editor.commands.deleteRange({ from: head, to: head + 1 });
  };
  const paste = ({ editor: { view, schema } }: Somebody) => {
    const lines = [line('new one'), line('new two')].map((json) => schema.nodeFromJSON(json));
    view.dispatch(view.state.tr.replace(6, 6, new Slice(Fragment.from(lines), 1, 1)));
  };
  const read = ({ editor }: Somebody) =>
    editor.state.doc.textBetween(0, editor.state.doc.content.size, '/', '*');

  it.each([
    ['a break before it is removed', [broken('Tulip', 'rose')], removeBehind('Tulip'), 'Tulipro^se'],
    [
      'an image before it is removed',
      [broken('Tulip', 'rose', 'image')],
      removeBehind('Tulip'),
      'Tulipro^se',
    ],
    [
      'a break is made before it',
      [line('Tulip rose')],
      (ana: Somebody) => ana.at('Tul').editor.commands.setHardBreak(),
      'Tul*ip ro^se',
    ],
    [
      'all between it and the line above is removed',
      [line('Tulip blue'), line('red rose')],
      remove('Tulip', 'red'),
      'Tulip ro^se',
    ],
    [
      'words before it are replaced by an Enter',
      [line('Tulip blue rose')],
      (ana: Somebody) => {
        remove('Tulip ', 'bl')(ana);
        ana.editor.commands.splitBlock();
      },
      'Tulip /ue ro^se',
    ],
    ['lines are pasted before it', [line('Tulip rose')], paste, 'Tulipnew one/new two ro^se'],
  ])('takes along who writes in it: %s', (_, content, act, expected) => {
    for (const when of ['offline', 'in the same moment', 'before', 'seen before']) {
      for (const [place, end] of [
        ['ro', expected],
        ['rose', expected.replace('^se', 'se^')],
      ] as const) {
        const { ana, ben } = two(...content, line('after'));
        ben.isOffline = when === 'offline';
        ben.at(place);
        if (when !== 'before') ben.type(' Ben');
        if (when === 'seen before') meet(ana, ben);
        act(ana);
        meet(ana, ben);
        ben.type(' writes');
        meet(ana, ben);
        const words = when === 'before' ? ' writes' : ' Ben writes';
        expect([when, place, read(ana)]).toEqual([when, place, `${end.replace('^', words)}/after`]);
      }
    }
  });

  it('keeps the words of who has gone on elsewhere', () => {
    const { ana, ben } = two(broken('Tulip', 'rose'), line('after'));
    ben.isOffline = true;
    ben.at('rose').type(' in the dark');
    ben.at('after');
    removeBehind('Tulip')(ana);
    meet(ana, ben);
    expect(read(ana)).toBe('Tuliprose in the dark/after');
    expect(ben.line).toBe('after|');
  });
});
