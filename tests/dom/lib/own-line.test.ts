import { afterEach, describe, expect, it } from 'vitest';
import { Editor } from '@tiptap/core';
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
          unsaved: () => (this.isOffline ? new Map([...unsaved, [this.doc.clientID, 0]]) : unsaved),
        }),
      ],
    });
    open.push(this.editor);
  }

  take = () => this.#sent.splice(0);

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

function meet(one: Somebody, other: Somebody): void {
  for (let round = 0; round < 4; round++) {
    const [ours, theirs] = [one.take(), other.take()];
    for (const update of ours) Y.applyUpdate(other.doc, update, 'wire');
    for (const update of theirs) Y.applyUpdate(one.doc, update, 'wire');
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
