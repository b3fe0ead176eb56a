import { Editor } from '@tiptap/core';
import type { JSONContent } from '@tiptap/core';
import Image from '@tiptap/extension-image';
import { Plugin, PluginKey, TextSelection } from '@tiptap/pm/state';
import StarterKit from '@tiptap/starter-kit';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { absolutePositionToRelativePosition, relativePositionToAbsolutePosition } from 'y-prosemirror';
import { Awareness } from 'y-protocols/awareness';
import * as Y from 'yjs';
import { bindingOf, remoteCarets } from '../../../src/lib/caret-positions.ts';
import { Collaboration } from '../../../src/lib/collaboration.ts';
import { RemoteCarets, scrollToPerson } from '../../../src/lib/remote-carets.ts';

let editor: Editor;
let awareness: Awareness;
let resized: (() => void)[];

// jsdom lays nothing out: every line is one box, and what is watched for its size says so when told.
beforeEach(() => {
  vi.useFakeTimers({
    toFake: ['setTimeout', 'clearTimeout', 'requestAnimationFrame', 'cancelAnimationFrame'],
  });
  resized = [];
  vi.stubGlobal(
    'ResizeObserver',
    class {
      constructor(callback: () => void) {
        resized.push(callback);
      }
      observe() {}
      disconnect() {}
    },
  );
  vi.stubGlobal('matchMedia', () => ({ matches: false }));
  const boxes = () => [new DOMRect(10, 20, 30, 16)];
  Object.assign(Range.prototype, { getClientRects: boxes, getBoundingClientRect: () => boxes()[0] });
  Object.assign(Element.prototype, { getClientRects: boxes, scrollIntoView: vi.fn() });
});

afterEach(() => {
  editor.destroy();
  awareness.destroy();
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

function open(content: JSONContent[]): Editor {
  const doc = new Y.Doc();
  awareness = new Awareness(doc);
  editor = new Editor({
    element: document.body.appendChild(document.createElement('div')),
    extensions: [
      StarterKit.configure({ undoRedo: false, trailingNode: false }),
      Image,
      Collaboration.configure({ fragment: doc.getXmlFragment('default') }),
      RemoteCarets.configure({ awareness }),
    ],
  });
  editor.commands.setContent(content);
  frame();
  return editor;
}

const frame = () => vi.advanceTimersByTime(20);
const paragraph = (text: string): JSONContent => ({
  type: 'paragraph',
  ...(text && { content: [{ type: 'text', text }] }),
});
const item = (...content: JSONContent[]): JSONContent => ({ type: 'listItem', content });

function relative(position: number): Y.RelativePosition {
  const { type, mapping } = bindingOf(editor.state)!;
  return absolutePositionToRelativePosition(position, type, mapping) as Y.RelativePosition;
}

/** Presence of somebody else, as if it had come over the wire. */
function say(session: number, state: unknown): void {
  const known = awareness.states.has(session);
  if (state === null) awareness.states.delete(session);
  else awareness.states.set(session, state as Record<string, unknown>);
  awareness.meta.set(session, { clock: 1, lastUpdated: session });
  const change = { added: [] as number[], updated: [] as number[], removed: [] as number[] };
  (state === null ? change.removed : known ? change.updated : change.added).push(session);
  awareness.emit('change', [change, 'wire']);
}

function caretAt(session: number, anchor: number, head = anchor, name = `Person ${session}`): void {
  const cursor = {
    anchor: Y.relativePositionToJSON(relative(anchor)) as unknown,
    head: Y.relativePositionToJSON(relative(head)) as unknown,
  };
  say(session, { user: { id: `p${session}`, name, colour: '#3f5bd6' }, cursor });
}

const layer = () => editor.view.dom.parentElement!.querySelector('.remote-carets')!;
const flags = () => [...layer().querySelectorAll('.remote-caret-flag')].map(({ textContent }) => textContent);

describe('the place of a remote caret', () => {
  it('is what the binding would say, at every position of a document', () => {
    open([
      paragraph('One'),
      paragraph(''),
      { type: 'bulletList', content: [item(paragraph('Two'), paragraph('')), item(paragraph(''))] },
      { type: 'image', attrs: { src: '/a.png' } },
      { type: 'horizontalRule' },
      paragraph('Last'),
    ]);
    const { doc, type, mapping } = bindingOf(editor.state)!;
    for (let position = 0; position <= editor.state.doc.content.size; position++) {
      caretAt(1, position);
      const expected = relativePositionToAbsolutePosition(doc, type, relative(position), mapping);
      expect([position, remoteCarets(awareness, editor.state)[0]?.head]).toEqual([position, expected]);
    }
  });

  it('stays with its text when text before it changes', () => {
    open([paragraph('One'), paragraph('Two')]);
    caretAt(1, 7, 9);
    editor.view.dispatch(editor.state.tr.insertText('xx', 1));
    expect(remoteCarets(awareness, editor.state)[0]).toMatchObject({ anchor: 9, head: 11 });
  });

  it('is nowhere for what is no caret, no person, or text not here yet', () => {
    open([paragraph('One')]);
    const user = { id: 'p', name: 'P', colour: '#3f5bd6' };
    const ahead = { type: null, tname: null, item: { client: 5, clock: 5 }, assoc: 0 };
    const cursors: unknown[] = [
      null,
      'x',
      {},
      { anchor: null, head: null },
      { anchor: {}, head: {} },
      { anchor: { item: 'x' }, head: { item: 'x' } },
      { anchor: { tname: 7 }, head: { tname: 7 } },
      { anchor: ahead, head: ahead },
    ];
    cursors.forEach((cursor, index) => say(index + 1, { user, cursor }));
    caretAt(90, 1);
    say(90, { cursor: awareness.getStates().get(90)!['cursor'] as unknown });
    expect(remoteCarets(awareness, editor.state)).toEqual([]);
  });
});

describe('remote carets', () => {
  it('are painted beside the text, hidden from assistive technology, with nothing put into it', () => {
    open([paragraph('One')]);
    const before = editor.view.dom.innerHTML;
    caretAt(1, 1, 3, 'Ada');
    frame();
    expect(flags()).toEqual(['Ada']);
    expect(layer().getAttribute('aria-hidden')).toBe('true');
    expect(layer().querySelectorAll('.remote-selection')).toHaveLength(1);
    expect(layer().querySelector<HTMLElement>('.remote-person')!.style.getPropertyValue('--person')).toBe(
      '#3f5bd6',
    );
    expect(editor.view.dom.innerHTML).toBe(before);
  });

  it('reuse their elements, and go with their session', () => {
    open([paragraph('One')]);
    caretAt(1, 1);
    caretAt(2, 2);
    frame();
    const first = layer().querySelector('.remote-person');
    caretAt(1, 3);
    frame();
    expect(layer().querySelector('.remote-person')).toBe(first);
    say(1, null);
    frame();
    expect(flags()).toEqual(['Person 2']);
  });

  it('are shown although somebody says that theirs is where no caret can be', () => {
    open([paragraph('One')]);
    const { doc } = bindingOf(editor.state)!;
    const nowhere: object[] = [
      ...[-1, -0.5, 2 ** 60].map((clock) => ({ item: { client: doc.clientID, clock } })),
      { item: { client: 7, clock: -1 } },
      { type: { client: 7, clock: -1 } },
      { tname: 'elsewhere' },
    ];
    for (const [n, place] of nowhere.entries()) {
      const user = { id: `q${n}`, name: `Hostile ${n}`, colour: '#3f5bd6' };
      say(10 + n, { user, cursor: { anchor: place, head: place } });
    }
    caretAt(1, 1);
    frame();
    expect(flags()).toEqual(['Person 1']);
    expect([...doc.share.keys()]).not.toContain('elsewhere');
  });

  it('unfold the name for two seconds after a move, not on arrival', () => {
    open([paragraph('One')]);
    const moving = () => layer().querySelectorAll('.is-moving').length;
    caretAt(1, 1);
    frame();
    expect(moving()).toBe(0);
    caretAt(1, 2);
    frame();
    expect(moving()).toBe(1);
    vi.advanceTimersByTime(1900);
    expect(moving()).toBe(1);
    vi.advanceTimersByTime(100);
    expect(moving()).toBe(0);
  });

  it('survive plugins coming and going', () => {
    open([paragraph('One')]);
    caretAt(1, 1);
    frame();
    editor.registerPlugin(new Plugin({ key: new PluginKey('passing') }));
    editor.setEditable(false);
    frame();
    expect(editor.view.dom.parentElement!.querySelectorAll('.remote-carets')).toHaveLength(1);
    expect(flags()).toEqual(['Person 1']);
  });

  it('can be scrolled to by person, to the latest of their sessions', () => {
    open([paragraph('One'), paragraph('Two')]);
    caretAt(1, 2);
    expect(scrollToPerson(editor, 'p1')).toBe(true);
    expect(scrollToPerson(editor, 'nobody')).toBe(false);
    frame();
    expect(layer().querySelectorAll('.is-moving')).toHaveLength(1);
    expect(vi.mocked(Element.prototype.scrollIntoView).mock.contexts[0]).toBe(editor.view.dom.children[0]);
  });
});

describe('one’s own caret', () => {
  const said = () => awareness.getLocalState()?.['cursor'] as unknown;
  const put = (at: number) =>
    editor.view.dispatch(editor.state.tr.setSelection(TextSelection.create(editor.state.doc, at)));

  it('is told once one is in the text, at most each 50 ms, and not again when nothing changed', () => {
    open([paragraph('One')]);
    vi.advanceTimersByTime(100);
    let messages = 0;
    awareness.on('update', () => messages++);
    put(2);
    vi.advanceTimersByTime(50);
    expect([messages, said() ?? null]).toEqual([0, null]);
    editor.view.focus();
    vi.advanceTimersByTime(50);
    expect(messages).toBe(1);
    for (const at of [1, 2, 3]) put(at);
    vi.advanceTimersByTime(49);
    expect(messages).toBe(1);
    vi.advanceTimersByTime(1);
    expect(messages).toBe(2);
    expect(said()).toEqual({
      anchor: Y.relativePositionToJSON(relative(3)) as unknown,
      head: Y.relativePositionToJSON(relative(3)) as unknown,
    });
    put(2);
    put(3);
    vi.advanceTimersByTime(50);
    expect(messages).toBe(2);
  });

  it('stays where it was while one is elsewhere, also when others write', () => {
    open([paragraph('One')]);
    editor.view.focus();
    vi.advanceTimersByTime(50);
    put(2);
    vi.advanceTimersByTime(50);
    const before = said();
    expect(before).not.toBeNull();
    editor.view.dom.blur();
    editor.view.dispatch(editor.state.tr.insertText('Zero ', 1));
    vi.advanceTimersByTime(60_000);
    expect(said()).toEqual(before);
  });

  it('is taken back when the page was out of sight for long, put back on return, and ends with the editor', () => {
    open([paragraph('One')]);
    editor.view.focus();
    vi.advanceTimersByTime(50);
    const visibility = vi.spyOn(document, 'visibilityState', 'get');
    const become = (state: DocumentVisibilityState) => {
      visibility.mockReturnValue(state);
      document.dispatchEvent(new Event('visibilitychange'));
    };
    become('hidden');
    vi.advanceTimersByTime(4 * 60_000);
    expect(said()).not.toBeNull();
    vi.advanceTimersByTime(2 * 60_000);
    expect(said()).toBeNull();
    become('visible');
    vi.advanceTimersByTime(50);
    expect(said()).not.toBeNull();
    visibility.mockRestore();
    editor.destroy();
    expect(said()).toBeNull();
  });
});
