import { Editor } from '@tiptap/core';
import Image from '@tiptap/extension-image';
import { NodeSelection, Plugin, PluginKey, TextSelection } from '@tiptap/pm/state';
import StarterKit from '@tiptap/starter-kit';
import { afterEach, describe, expect, it } from 'vitest';
import * as Y from 'yjs';
import { writeDocument } from '../../../src/blocks/document.ts';
import { Collaboration } from '../../../src/lib/collaboration.ts';

// Two editors whose documents are tied without a network: what one does, the other has at once.
const editors: Editor[] = [];

afterEach(() => {
  for (const editor of editors.splice(0)) editor.destroy();
});

function tie(a: Y.Doc, b: Y.Doc) {
  a.on(
    'update',
    (update: Uint8Array, origin: unknown) => origin !== 'tie' && Y.applyUpdate(b, update, 'tie'),
  );
  b.on(
    'update',
    (update: Uint8Array, origin: unknown) => origin !== 'tie' && Y.applyUpdate(a, update, 'tie'),
  );
}

function open(doc: Y.Doc): Editor {
  const editor = new Editor({
    element: document.body.appendChild(document.createElement('div')),
    extensions: [
      StarterKit.configure({ undoRedo: false, trailingNode: false }),
      Image,
      Collaboration.configure({ fragment: doc.getXmlFragment('default') }),
    ],
  });
  editors.push(editor);
  return editor;
}

function pair(...paragraphs: string[]) {
  const [docA, docB] = [new Y.Doc(), new Y.Doc()];
  tie(docA, docB);
  const blocks = paragraphs.map((text) => {
    const block = new Y.XmlElement('paragraph');
    block.insert(0, text === '' ? [] : [new Y.XmlText(text)]);
    return block;
  });
  docA.getXmlFragment('default').insert(0, blocks);
  return { docA, docB, a: open(docA), b: open(docB) };
}

const texts = (editor: Editor) => editor.state.doc.children.map((block) => block.textContent);
// Yjs reads the clock itself; a pause is told by moving its memory of the latest change back.
const pause = (editor: Editor) => (editor.storage.collaboration.undoManager.lastChange -= 600);
const type = (editor: Editor, at: number, text: string) =>
  editor.view.dispatch(editor.state.tr.insertText(text, at));
const caret = (editor: Editor, at: number) =>
  editor.view.dispatch(editor.state.tr.setSelection(TextSelection.create(editor.state.doc, at)));

describe('two who begin to write in one empty line', () => {
  it.each([
    ['of a new note', (_editor: Editor) => undefined],
    ['made by Enter', (editor: Editor) => void editor.chain().focus('end').splitBlock().run()],
    [
      'made by a slash',
      (editor: Editor) => void editor.chain().focus('end').insertContent({ type: 'heading' }).run(),
    ],
    [
      'made another kind',
      (editor: Editor) => void editor.chain().focus('end').splitBlock().setHeading({ level: 2 }).run(),
    ],
  ])('keep each letter once: a line %s', (_name, make) => {
    const docs: [Y.Doc, Y.Doc] = [new Y.Doc(), new Y.Doc()];
    writeDocument(docs[0], { type: 'doc', content: [{ type: 'paragraph' }] });
    Y.applyUpdate(docs[1], Y.encodeStateAsUpdate(docs[0]), 'tie');
    const [a, b] = [open(docs[0]), open(docs[1])];
    make(a);
    // Each hears the other only now and then.
    const meet = () => {
      const [fromA, fromB] = docs.map((doc) => Y.encodeStateAsUpdate(doc));
      Y.applyUpdate(docs[1], fromA!, 'tie');
      Y.applyUpdate(docs[0], fromB!, 'tie');
      expect(texts(a)).toEqual(texts(b));
    };
    meet();
    for (let letter = 0; letter < 6; letter++) {
      for (const [editor, letters] of [
        [a, 'abcdef'],
        [b, 'uvwxyz'],
      ] as const) {
        if (letter === 0) editor.commands.focus('end');
        editor.view.dispatch(editor.state.tr.insertText(letters[letter]!));
      }
      meet();
    }
    const written = texts(a).join('');
    expect([...written].sort().join('')).toBe('abcdefuvwxyz');
  });
});

describe('what an editor shows', () => {
  it('is the note, from the first moment and without writing to it', () => {
    const { docA, a } = pair('One', 'Two');
    const before = Y.encodeStateVector(docA);
    expect(texts(a)).toEqual(['One', 'Two']);
    caret(a, 2);
    expect(Y.encodeStateVector(docA)).toEqual(before);
  });

  it('keeps the node objects of blocks a remote change did not touch', () => {
    const { a, b } = pair('One', 'Two', 'Three');
    const first = a.state.doc.child(0);
    type(b, 7, 'x');
    expect(texts(a)).toEqual(['One', 'Txwo', 'Three']);
    expect(a.state.doc.child(0)).toBe(first);
  });

  it('follows the note when it was empty at first', () => {
    const { a, b } = pair();
    type(b, 1, 'Hello');
    expect(texts(a)).toContain('Hello');
  });

  it('keeps the local caret with its text when others write before it', () => {
    const { a, b } = pair('One', 'Two');
    caret(a, 7);
    type(b, 1, 'Somebody else: ');
    expect(a.state.selection.from).toBe(7 + 'Somebody else: '.length);
    expect(a.state.selection.$from.parentOffset).toBe(1);
  });

  it('keeps a selected node selected while others write before it', () => {
    const { a, b } = pair('One');
    b.commands.insertContentAt(5, { type: 'image', attrs: { src: '/a.png' } });
    a.view.dispatch(a.state.tr.setSelection(NodeSelection.create(a.state.doc, 5)));
    type(b, 1, '> ');
    expect(a.state.selection).toBeInstanceOf(NodeSelection);
    expect((a.state.selection as NodeSelection).node.type.name).toBe('image');
  });

  it.each([
    ['in the middle', 'last'],
    ['at the end', null],
  ])('goes on when another removes the very node that is selected here, %s', (_where, after) => {
    const { a, b } = pair('One', ...(after ? [after] : []));
    b.commands.insertContentAt(5, { type: 'image', attrs: { src: '/a.png' } });
    a.view.dispatch(a.state.tr.setSelection(NodeSelection.create(a.state.doc, 5)));
    b.view.dispatch(b.state.tr.delete(5, 6));
    expect(texts(a)).toEqual(texts(b));
    expect(a.state.selection).not.toBeInstanceOf(NodeSelection);
    type(b, 1, 'x');
    expect(texts(a)[0]).toBe('xOne');
  });
});

describe('an address', () => {
  it('that another writes is made a link by them alone', () => {
    const { a, b } = pair('', 'Two');
    // Not a link yet: no space after it.
    type(b, 1, 'see https://a.b');
    expect(a.state.doc.toJSON()).toEqual(b.state.doc.toJSON());
    expect(JSON.stringify(a.getJSON())).not.toContain('link');
  });
});

describe('undo', () => {
  it('takes back one’s own change and leaves the other’s', () => {
    const { a, b } = pair('');
    type(a, 1, 'from A ');
    type(b, 8, 'from B');
    a.commands.undo();
    expect(texts(a)).toEqual(['from B']);
    expect(texts(b)).toEqual(['from B']);
  });

  it('has nothing to take back after a load or a remote change', () => {
    const { a, b } = pair('Loaded');
    type(b, 1, 'x');
    expect(a.can().undo()).toBe(false);
    expect(a.commands.undo()).toBe(false);
    expect(texts(a)).toEqual(['xLoaded']);
  });

  it.each([
    ['heading', (a: Editor) => a.commands.insertContentAt(5, { type: 'heading', attrs: { level: 2 } }), 6],
    [
      'list',
      (a: Editor) =>
        a.commands.insertContentAt(5, {
          type: 'bulletList',
          content: [{ type: 'listItem', content: [{ type: 'paragraph' }] }],
        }),
      8,
    ],
  ])('leaves a %s made here in which another has written', (_name, make, inside) => {
    const { a, b } = pair('One');
    make(a);
    type(b, inside, 'theirs');
    a.commands.undo();
    expect(texts(b).join()).toContain('theirs');
    expect(a.state.doc.toJSON()).toEqual(b.state.doc.toJSON());
  });

  it('groups typing without a pause, and parts it at a pause', () => {
    const { a } = pair('');
    type(a, 1, 'a');
    type(a, 2, 'b');
    pause(a);
    type(a, 3, 'c');
    a.commands.undo();
    expect(texts(a)).toEqual(['ab']);
    a.commands.undo();
    expect(texts(a)).toEqual(['']);
    a.commands.redo();
    a.commands.redo();
    expect(texts(a)).toEqual(['abc']);
  });

  it('survives plugins coming and going, and the editor being locked and unlocked', () => {
    const { a, b } = pair('One');
    type(a, 4, '!');
    const key = new PluginKey('passing');
    a.registerPlugin(new Plugin({ key }));
    a.setEditable(false);
    a.setEditable(true);
    a.unregisterPlugin(key);
    pause(a);
    type(a, 5, '?');
    type(b, 1, '> ');
    a.commands.undo();
    expect(texts(b)).toEqual(['> One!']);
    a.commands.undo();
    expect(texts(b)).toEqual(['> One']);
    a.commands.redo();
    expect(texts(b)).toEqual(['> One!']);
  });

  it('keeps the selection through a reconfiguration', () => {
    const { a } = pair('One', 'Two');
    a.view.dispatch(a.state.tr.setSelection(NodeSelection.create(a.state.doc, 5)));
    a.registerPlugin(new Plugin({ key: new PluginKey('passing') }));
    expect(a.state.selection).toBeInstanceOf(NodeSelection);
    expect(a.state.selection.from).toBe(5);
  });

  it('brings the caret back to the place of the change', () => {
    const { a, b } = pair('One', 'Two');
    caret(a, 4);
    a.commands.insertContent('!');
    pause(a);
    caret(a, 9);
    type(b, 1, '> ');
    a.commands.undo();
    expect(a.state.selection.from).toBe(6);
    caret(a, 9);
    a.commands.redo();
    expect(texts(a)).toEqual(['> One!', 'Two']);
    caret(a, 2);
    type(b, 1, '*');
    expect(a.state.selection.from).toBe(3);
  });

  it('brings back a deleted selection, selected', () => {
    const { a } = pair('One two three');
    a.view.dispatch(a.state.tr.setSelection(TextSelection.create(a.state.doc, 5, 8)));
    a.commands.deleteSelection();
    caret(a, 1);
    a.commands.undo();
    expect(texts(a)).toEqual(['One two three']);
    expect([a.state.selection.from, a.state.selection.to]).toEqual([5, 8]);
  });

  /** With Ctrl. */
  const press = ({ view }: Editor, key: string, shiftKey = false) => {
    const keyCode = key.toUpperCase().charCodeAt(0);
    const event = new KeyboardEvent('keydown', { key, keyCode, ctrlKey: true, shiftKey });
    return view.someProp('handleKeyDown', (handle) => handle(view, event));
  };

  it('is on the keys Mod-z, Mod-y and Mod-Shift-z', () => {
    const { a } = pair('One');
    type(a, 4, '!');
    press(a, 'z');
    expect(texts(a)).toEqual(['One']);
    press(a, 'y');
    expect(texts(a)).toEqual(['One!']);
    press(a, 'z');
    press(a, 'Z', true);
    expect(texts(a)).toEqual(['One!']);
  });

  it('takes nothing back on the keys of redo, also when there is nothing to redo and the Z is a small one', () => {
    const { a } = pair('One');
    type(a, 4, '!');
    for (const [key, shiftKey] of [
      ['y', false],
      ['Z', true],
      ['z', true],
    ] as const) {
      expect(press(a, key, shiftKey)).toBe(true);
      expect(texts(a)).toEqual(['One!']);
    }
  });
});
