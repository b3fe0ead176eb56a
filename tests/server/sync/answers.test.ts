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

function copyOf(doc: Y.Doc) {
  const copy = new Y.Doc();
  Y.applyUpdate(copy, Y.encodeStateAsUpdate(doc));
  return copy;
}

/** What a peer holds that began with `doc` and was sent this, at the moment it calls itself synced. */
function readBy(packets: Packet[], doc = new Y.Doc()) {
  const types = packets.flatMap(({ messages }) => messages.map((message) => readMessage(message)?.type));
  expect(types.indexOf('step2')).toBe(types.length - 1);
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

  test('take no more memory than a few of the longest, however many different questions come', () => {
    const { doc, answers } = note('x'.repeat(5 * 1024 * 1024));
    const questions = Array.from({ length: 10 }, (_, n) => Y.encodeStateVector(new Map([[n + 1, 1]])));
    for (const question of questions)
      expect(readBy(answers.to(question, told(doc)))).toHaveLength(doc.getText('default').length);
    expect(questions.filter((question) => answers.has(question)).length).toBeLessThanOrEqual(4);
    expect(answers.has(questions.at(-1)!)).toBe(true);
  });

  test('keep what is long and add what is new, for early and late askers', () => {
    const { doc, answers, type } = note('Hello');
    const [long] = answers.to(nothing, told(doc));
    type('1');
    const late = copyOf(doc);
    type('2');
    const other = answers.to(Y.encodeStateVector(late), told(doc));
    type('3');
    const again = answers.to(nothing, told(doc));
    expect(again[0]).toBe(long);
    expect(again).toHaveLength(3);
    expect(readBy(again)).toBe('321Hello');
    expect(readBy(other, late)).toBe('21Hello');
    expect(readBy(answers.to(Y.encodeStateVector(late), told(doc)), late)).toBe('321Hello');
  });

  test('are made anew when they have grown old, and right all along', () => {
    const { doc, answers, type } = note('');
    const [first] = answers.to(nothing, told(doc));
    for (let n = 1; n <= 2200; n++) {
      type('x');
      if (n % 37 === 0) expect(readBy(answers.to(nothing, told(doc)))).toBe('x'.repeat(n));
    }
    expect(answers.to(nothing, told(doc))[0]).not.toBe(first);
  });

  test('stay when much has been written since, for who asked before it, within it and after it', () => {
    const { doc, answers, type } = note('Hello');
    const [first] = answers.to(nothing, told(doc));
    type('1');
    const within = copyOf(doc);
    answers.to(Y.encodeStateVector(within), told(doc));
    const early = Y.encodeStateVector(within);
    type('long '.repeat(50_000));
    const after = copyOf(doc);
    answers.to(Y.encodeStateVector(after), told(doc));
    const late = Y.encodeStateVector(after);
    for (let n = 0; n < 150; n++) type('x');
    const again = answers.to(nothing, told(doc));
    expect(again[0]).toBe(first);
    const text = doc.getText('default').toJSON();
    expect(readBy(again)).toBe(text);
    expect(readBy(answers.to(early, told(doc)), within)).toBe(text);
    expect(readBy(answers.to(late, told(doc)), after)).toBe(text);
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
    expect(answer).toHaveLength(3);
    expect(readBy(answer)).toBe('21Hello');
  });

  test('begin with the first record of a note that has no snapshot yet', () => {
    const { doc, answers } = note('Hello');
    const update = Y.encodeStateAsUpdate(doc);
    answers.begin({
      snapshot: null,
      updates: [{ sequence: 1, at: 1, author: '', update }],
      lastSequence: 1,
      lastAt: 1,
    });
    expect(answers.has(nothing)).toBe(true);
    expect(readBy(answers.to(nothing, told(doc)))).toBe('Hello');
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
