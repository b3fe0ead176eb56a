import { beforeEach, describe, expect, test } from 'vitest';
import * as Y from 'yjs';
import { createNoteId } from '../../../src/core/ids.ts';
import { createCommit } from '../../../server/storage/commit.ts';
import { noteMetaKey, noteSnapshotKey, noteUpdateKey } from '../../../server/storage/keys.ts';
import { openMemoryStorage } from '../../../server/storage/memory.ts';
import type { NoteLog } from '../../../server/storage/note-log.ts';
import { recordsOf } from '../../../server/storage/read-note.ts';
import type { LoadedNote } from '../../../server/storage/read-note.ts';
import { createNoteLog } from '../../../server/storage/note-log.ts';
import { writeRecord } from '../../../server/storage/record.ts';
import { makeSnapshot } from '../../../server/storage/snapshot.ts';
import type { Storage } from '../../../server/storage/storage.ts';

const noteId = createNoteId(new Uint8Array(16));
const otherId = createNoteId(new Uint8Array(16).fill(1));

let storage: Storage;
let log: NoteLog;
let document: Y.Doc;

beforeEach(async () => {
  storage = openMemoryStorage();
  log = createNoteLog(storage, createCommit(storage));
  document = new Y.Doc();
  const updates: Uint8Array[] = [];
  document.on('update', (update: Uint8Array) => updates.push(update));
  for (const word of ['one ', 'two ', 'three ', 'four ', 'five '])
    document.getText('default').insert(0, word);
  for (const [i, update] of updates.entries()) {
    await log.append(noteId, { sequence: i + 1, at: 1000 + i, author: 'Ana', update });
  }
});

const loaded = async (): Promise<LoadedNote> => {
  const load = await log.load(noteId);
  if (load.state !== 'whole') throw new Error(`The note is ${load.state}.`);
  return load.note;
};
const textOf = (note: LoadedNote) => {
  const copy = new Y.Doc();
  for (const record of recordsOf(note)) Y.applyUpdate(copy, record.update);
  return copy.getText('default').toJSON();
};
const account = async () => {
  const load = await log.load(noteId);
  return load.state === 'damaged' ? load.account : [load.state];
};
const missing = async () => {
  const load = await log.load(noteId);
  return load.state === 'damaged' ? load.missing : [load.state];
};

describe('a whole note', () => {
  test('gives back its records in order', async () => {
    const note = await loaded();
    expect(note.updates.map(({ sequence, at, author }) => [sequence, at, author])).toEqual(
      [1, 2, 3, 4, 5].map((sequence) => [sequence, 999 + sequence, 'Ana']),
    );
    expect([note.lastSequence, note.lastAt, note.snapshot]).toEqual([5, 1004, null]);
    expect(textOf(note)).toBe('five four three two one ');
  });

  test('is the same text after compaction, from fewer records', async () => {
    await log.compact(noteId, { sequence: 5, stateVector: Y.encodeStateVector(document) });
    const note = await loaded();
    expect([note.lastSequence, note.lastAt, note.updates]).toEqual([5, 1004, []]);
    expect(textOf(note)).toBe('five four three two one ');
    expect(await storage.get(noteUpdateKey(noteId, 1))).toBeNull();
  });

  test('goes on after compaction where it was', async () => {
    await log.compact(noteId, { sequence: 5, stateVector: Y.encodeStateVector(document) });
    document.once('update', (update: Uint8Array) => {
      void log.append(noteId, { sequence: 6, at: 1005, author: '', update });
    });
    document.getText('default').insert(0, 'six ');
    const note = await loaded();
    expect([note.snapshot?.sequence, note.updates.length, note.lastSequence]).toEqual([5, 1, 6]);
    expect(textOf(note)).toBe('six five four three two one ');
  });

  test('is left alone by a compaction that would not give back the document', async () => {
    const stateVector = Y.encodeStateVector(document);
    await expect(log.compact(noteId, { sequence: 4, stateVector })).rejects.toThrow(RangeError);
    await expect(log.compact(noteId, { sequence: 6, stateVector })).rejects.toThrow(RangeError);
    const key = noteUpdateKey(noteId, 2);
    const bytes = (await storage.get(key))!;
    await storage.write([{ type: 'put', key, value: bytes.slice(1) }]);
    await expect(log.compact(noteId, { sequence: 5, stateVector })).rejects.toThrow(RangeError);
    await storage.write([{ type: 'put', key, value: bytes }]);
    expect((await loaded()).updates).toHaveLength(5);
  });

  test('is compacted while more is written, and keeps whose the Yjs ids are', async () => {
    const slow = createNoteLog(storage, createCommit(storage), async (order) => {
      document.once('update', (update: Uint8Array) => {
        void log.append(noteId, { sequence: 6, at: 1005, author: '', update, owners: new Map([[2, 'Ben']]) });
      });
      document.getText('default').insert(0, 'six ');
      await log.probe();
      return makeSnapshot(order);
    });
    await storage.write([
      {
        type: 'put',
        key: noteUpdateKey(noteId, 1),
        value: writeRecord(noteUpdateKey(noteId, 1), {
          ...(await loaded()).updates[0]!,
          owners: new Map([[1, 'Ana']]),
        }),
      },
    ]);
    await slow.compact(noteId, { sequence: 5, stateVector: Y.encodeStateVector(document) });
    const note = await loaded();
    expect([note.snapshot?.sequence, note.snapshot?.at, note.lastSequence]).toEqual([5, 1004, 6]);
    expect([note.snapshot?.owners, note.updates[0]?.owners]).toEqual([
      new Map([[1, 'Ana']]),
      new Map([[2, 'Ben']]),
    ]);
    expect(textOf(note)).toBe('six five four three two one ');
  });

  test('is absent when nothing was ever written', async () => {
    expect(await log.load(otherId)).toEqual({ state: 'absent' });
  });
});

describe('a damaged note is told as such, never shortened', () => {
  test('a lost record', async () => {
    await storage.write([{ type: 'delete', key: noteUpdateKey(noteId, 3) }]);
    expect(await account()).toEqual([
      'One change from 1970-01-01 00:00:01 UTC is missing (record 3).',
      '2 changes cannot be shown without what is missing (records 4 to 5).',
    ]);
  });

  test('a lost first record', async () => {
    await storage.write([{ type: 'delete', key: noteUpdateKey(noteId, 1) }]);
    expect(await account()).toEqual([
      'One change from before 1970-01-01 00:00:01 UTC is missing (record 1).',
      '4 changes cannot be shown without what is missing (records 2 to 5).',
      'Nothing of its text is left.',
    ]);
  });

  test('a lost snapshot', async () => {
    const third = new Y.Doc();
    for (const { update } of (await loaded()).updates.slice(0, 3)) Y.applyUpdate(third, update);
    await log.compact(noteId, { sequence: 3, stateVector: Y.encodeStateVector(third) });
    await storage.write([{ type: 'delete', key: noteSnapshotKey(noteId) }]);
    expect((await account())[0]).toMatch(/^3 changes from before .* are missing \(records 1 to 3\)/);
  });

  test('a flipped bit', async () => {
    const key = noteUpdateKey(noteId, 2);
    const bytes = (await storage.get(key))!;
    bytes[bytes.length >> 1]! ^= 4;
    await storage.write([{ type: 'put', key, value: bytes }]);
    expect(await account()).toEqual([
      'One change from 1970-01-01 00:00:01 UTC is missing (record 2).',
      '3 changes cannot be shown without what is missing (records 3 to 5).',
      expect.stringMatching(/^Record 2 does not match its checksum \(\d+ bytes\)\.$/),
    ]);
    expect(await missing()).toEqual((await account()).slice(0, 2));
  });

  test('a record in the wrong place', async () => {
    const value = (await storage.get(noteUpdateKey(noteId, 1)))!;
    await storage.write([{ type: 'put', key: noteUpdateKey(noteId, 2), value }]);
    expect((await account()).at(-1)).toMatch(/does not match its checksum/);
  });

  test('a record that is whole and holds no Yjs update', async () => {
    const key = noteUpdateKey(noteId, 6);
    const value = writeRecord(key, { sequence: 6, at: 1006, author: '', update: Uint8Array.of(9, 9, 9) });
    await storage.write([{ type: 'put', key, value }]);
    expect(await account()).toEqual([
      'One change from after 1970-01-01 00:00:01 UTC is missing (record 6).',
      expect.stringMatching(/^Record 6 holds no readable Yjs update/),
    ]);
  });

  test('a note with its meta and no text', async () => {
    await storage.write([{ type: 'put', key: noteMetaKey(otherId), value: new Uint8Array() }]);
    expect(await log.load(otherId)).toEqual({
      state: 'damaged',
      missing: ['Nothing of its text is left.'],
      account: ['Nothing of its text is left.'],
      rest: null,
    });
  });
});

describe('[F3] what is left of a damaged note', () => {
  const rest = async () => {
    const load = await log.load(noteId);
    if (load.state !== 'damaged') throw new Error(`The note is ${load.state}.`);
    return load.rest;
  };

  test('is everything that does not build on what is lost', async () => {
    await storage.write([{ type: 'delete', key: noteUpdateKey(noteId, 4) }]);
    const left = await rest();
    expect(left && textOf(left)).toBe('three two one ');
    expect([left?.lastSequence, left?.lastAt]).toEqual([5, 1004]);
  });

  test('keeps what others wrote meanwhile, and holds nothing that hangs in the air', async () => {
    const other = new Y.Doc();
    other.getText('default').insert(0, 'Ben. ');
    const update = Y.encodeStateAsUpdate(other);
    await log.append(noteId, { sequence: 6, at: 1005, author: 'Ben', update });
    await storage.write([{ type: 'delete', key: noteUpdateKey(noteId, 2) }]);
    const left = await rest();
    const copy = new Y.Doc();
    Y.applyUpdate(copy, left!.snapshot!.update);
    expect([...copy.getText('default').toJSON().split(' ')].sort()).toEqual(['', 'Ben.', 'one']);
    expect([copy.store.pendingStructs, copy.store.pendingDs]).toEqual([null, null]);
  });

  test('is filled up again by whoever still has the rest', async () => {
    await storage.write([{ type: 'delete', key: noteUpdateKey(noteId, 2) }]);
    const left = await rest();
    const copy = new Y.Doc();
    Y.applyUpdate(copy, left!.snapshot!.update);
    Y.applyUpdate(copy, Y.encodeStateAsUpdate(document, Y.encodeStateVector(copy)));
    expect(copy.getText('default').toJSON()).toBe('five four three two one ');
  });
});
