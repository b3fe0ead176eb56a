import { describe, expect, test } from 'vitest';
import * as Y from 'yjs';
import { Answers } from '../../../server/sync/answers.ts';
import { readMessage } from '../../../server/sync/protocol.ts';
import type { Packet } from '../../../server/sync/packet.ts';

const nothing = Y.encodeStateVector(new Y.Doc());

const told = (doc: Y.Doc) => ({
  missing: (stateVector: Uint8Array) => Y.encodeStateAsUpdate(doc, stateVector),
});

function note(text: string) {
  const doc = new Y.Doc();
  doc.getText('default').insert(0, text);
  const answers = new Answers();
  const type = (more: string) => {
    let update: Uint8Array | null = null;
    doc.once('update', (bytes: Uint8Array) => (update = bytes));
    doc.getText('default').insert(0, more);
    answers.changed(update!);
  };
  return { doc, answers, type };
}

/** What a peer holds that began with `doc` and was sent this. */
function readBy(packets: Packet[], doc = new Y.Doc()) {
  for (const message of packets.flatMap(({ messages }) => messages)) {
    const read = readMessage(message);
    if (read?.type !== 'step2' && read?.type !== 'update')
      throw new RangeError('An answer is made of updates.');
    Y.applyUpdate(doc, read.update);
  }
  return doc.getText('default').toJSON();
}

describe('answers', () => {
  test('are made once while nothing changes, and by state vector', () => {
    const { doc, answers } = note('Hello');
    const first = answers.to(nothing, told(doc));
    expect(answers.to(nothing, told(doc))[0]).toBe(first[0]);
    expect(readBy(first)).toBe('Hello');
    expect(readBy(answers.to(Y.encodeStateVector(doc), told(doc)))).toBe('');
  });

  test('keep what is long and add what is new, for early and late askers', () => {
    const { doc, answers, type } = note('Hello');
    const [long] = answers.to(nothing, told(doc));
    type('1');
    const late = new Y.Doc();
    Y.applyUpdate(late, Y.encodeStateAsUpdate(doc));
    type('2');
    const other = answers.to(Y.encodeStateVector(late), told(doc));
    type('3');
    const again = answers.to(nothing, told(doc));
    expect(again[0]).toBe(long);
    expect(again).toHaveLength(2);
    expect(readBy(again)).toBe('321Hello');
    expect(readBy(other, late)).toBe('21Hello');
    expect(readBy(answers.to(Y.encodeStateVector(late), told(doc)), late)).toBe('321Hello');
  });

  test('are made anew when they have grown old, and right all along', () => {
    const { doc, answers, type } = note('');
    const [first] = answers.to(nothing, told(doc));
    for (let n = 0; n < 250; n++) {
      type('x');
      expect(readBy(answers.to(nothing, told(doc)))).toBe('x'.repeat(n + 1));
    }
    expect(answers.to(nothing, told(doc))[0]).not.toBe(first);
  });

  test('begin with the snapshot the note was opened from, and what came after it', () => {
    const { doc, answers, type } = note('Hello');
    const snapshot = { sequence: 1, at: 1, author: '', update: Y.encodeStateAsUpdate(doc) };
    const updates: Uint8Array[] = [];
    doc.on('update', (update: Uint8Array) => updates.push(update));
    type('1');
    type('2');
    const record = (update: Uint8Array, n: number) => ({ sequence: n + 2, at: 1, author: '', update });
    answers.begin({ snapshot, updates: updates.map(record), lastSequence: 3, lastAt: 1 });
    const answer = answers.to(nothing, told(doc));
    expect(answer).toHaveLength(2);
    expect(readBy(answer)).toBe('21Hello');
  });

  test('are forgotten when nobody has asked for a while', () => {
    const { doc, answers } = note('Hello');
    const [first] = answers.to(nothing, told(doc));
    answers.rest();
    expect(answers.to(nothing, told(doc))[0]).toBe(first);
    answers.rest();
    answers.rest();
    expect(answers.to(nothing, told(doc))[0]).not.toBe(first);
  });
});
