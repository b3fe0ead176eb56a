import { beforeEach, describe, expect, it } from 'vitest';
import * as Y from 'yjs';
import { UndoManager } from '../../src/lib/undo-manager.ts';

/** Two people with the lines "AB" and "end"; what one does the other hears of when it says so. */
function openNotes() {
  const first = new Y.Doc();
  first.clientID = 9;
  first.getXmlFragment('note').insert(0, ['AB', 'end'].map(line));
  const note = Y.encodeStateAsUpdate(first);
  const open = (id: number) => {
    const doc = new Y.Doc();
    doc.clientID = id;
    Y.applyUpdate(doc, note, 'wire');
    const body = doc.getXmlFragment('note');
    return { doc, body, undo: new UndoManager(body, { captureTimeout: 0 }) };
  };
  const [ana, ben] = [open(2), open(1)];
  return { ana, ben };
}

type Note = ReturnType<typeof openNotes>['ana'];

function line(words: string): Y.XmlElement {
  const made = new Y.XmlElement('p');
  made.insert(0, [new Y.XmlText(words)]);
  return made;
}

const hear = (to: Note, from: Note) => Y.applyUpdate(to.doc, Y.encodeStateAsUpdate(from.doc), 'wire');
const wordsOf = ({ body }: Note, at = 0) => (body.get(at) as Y.XmlElement).get(0) as Y.XmlText;
const reads = ({ body }: Note) => body.toString();

describe('undo', () => {
  let ana: Note;
  let ben: Note;
  beforeEach(() => void ({ ana, ben } = openNotes()));

  it('puts words back where all others see them too, in a line that was itself put back', () => {
    wordsOf(ana).insert(0, 'b');
    wordsOf(ana).delete(0, 3);
    ana.undo.undo();
    wordsOf(ana).insert(2, 'c');
    ana.body.delete(0, 1);
    ana.undo.undo();
    expect(reads(ana)).toBe('<p>bAcB</p><p>end</p>');
    hear(ben, ana);
    expect(reads(ben)).toBe(reads(ana));
    wordsOf(ben).insert(2, 'x');
    wordsOf(ana).insert(3, 'y');
    hear(ben, ana);
    hear(ana, ben);
    expect(reads(ana)).toBe('<p>bAxcyB</p><p>end</p>');
    expect(reads(ben)).toBe(reads(ana));
  });

  it('shows nothing of a line that was put back once and that another has deleted', () => {
    wordsOf(ana).delete(0, 1);
    ana.body.delete(0, 1);
    ana.undo.undo();
    wordsOf(ana).insert(0, 'c');
    ana.undo.undo();
    wordsOf(ana, 1).insert(0, 'the ');
    hear(ben, ana);
    ben.body.delete(0, 1);
    hear(ana, ben);
    ana.undo.undo();
    ana.undo.undo();
    hear(ben, ana);
    expect(reads(ana)).toBe('<p>end</p>');
    expect(reads(ben)).toBe(reads(ana));
  });

  it('forgets what could be done again as soon as something else is done, and says so once', () => {
    const cleared: unknown[] = [];
    ana.undo.on('stack-cleared', (what) => cleared.push(what));
    wordsOf(ana).insert(0, 'b');
    ana.undo.undo();
    expect(ana.undo.canRedo()).toBe(true);
    wordsOf(ana).insert(0, 'c');
    wordsOf(ana).insert(0, 'd');
    expect(ana.undo.canRedo()).toBe(false);
    expect(cleared).toEqual([{ undoStackCleared: false, redoStackCleared: true }]);
  });
});
