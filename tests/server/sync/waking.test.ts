// A note with a snapshot is answered from its bytes before its document is made.
import * as encoding from 'lib0/encoding';
import { describe, expect, test } from 'vitest';
import * as Y from 'yjs';
import { noteSnapshotKey, noteUpdateKey } from '../../../server/storage/keys.ts';
import { writeRecord } from '../../../server/storage/record.ts';
import { settle } from '../../support/clock.ts';
import { exchange, Peer } from '../../support/peer.ts';
import { createFrailStorage, createTestRooms, noteId } from '../../support/rooms.ts';

/** Rooms whose note, not open yet, is a snapshot that says "Hello" and these records after it. */
async function kept(tail: (doc: Y.Doc) => Uint8Array[] = () => []) {
  const storage = createFrailStorage();
  const doc = new Y.Doc();
  doc.getText('default').insert(0, 'Hello');
  const updates = [Y.encodeStateAsUpdate(doc), ...tail(doc)];
  await storage.write(
    updates.map((update, n) => {
      const key = n === 0 ? noteSnapshotKey(noteId) : noteUpdateKey(noteId, n + 1);
      const record = { sequence: n + 1, at: 1, author: '', update };
      return { type: 'put' as const, key, value: writeRecord(key, record) };
    }),
  );
  return { ...createTestRooms(storage), storage };
}

/** So many letters, one behind the other, each a record. */
const letters = (count: number) => (doc: Y.Doc) =>
  Array.from({ length: count }, () => {
    const before = Y.encodeStateVector(doc);
    doc.getText('default').insert(5, 'x');
    return Y.encodeStateAsUpdate(doc, before);
  });

/** Two letters of two peers, each of which stands behind the other: nothing is missing, and they can never be placed. */
function circle(): Uint8Array {
  const encoder = encoding.createEncoder();
  encoding.writeVarUint(encoder, 2);
  for (const [peer, other] of [
    [9, 8],
    [8, 9],
  ] as const) {
    for (const number of [1, peer, 0]) encoding.writeVarUint(encoder, number);
    encoding.writeUint8(encoder, 0x84); // a text, with an origin
    for (const number of [other, 0]) encoding.writeVarUint(encoder, number);
    encoding.writeVarString(encoder, 'o');
  }
  encoding.writeVarUint(encoder, 0);
  return encoding.toUint8Array(encoder);
}

/** What a peer gets in one tick, and no later. */
async function ask(peer: Peer, rooms: Awaited<ReturnType<typeof kept>>['rooms']): Promise<void> {
  await peer.connect(rooms, noteId);
  while (peer.upload());
}

const read = (peer: Peer) => {
  while (peer.download());
};

describe('a note that wakes', () => {
  test('[S1] tells who has nothing all of it: the snapshot and what came after it', async () => {
    const { rooms, clock } = await kept(letters(3));
    const [ana, ben] = [new Peer(1), new Peer(2)];
    await ask(ana, rooms);
    await ask(ben, rooms);
    await exchange(clock, ana, ben);
    ben.text.insert(0, 'B');
    await exchange(clock, ana, ben);
    expect(ana.text.toJSON()).toBe('BHelloxxx');
    expect(ben.receipts.at(-1)).toBe(ben.sent);
  });

  test('[O1] answers before its document is made; if that fails after all, what is left is read-only', async () => {
    const { rooms, clock } = await kept(() => [circle()]);
    const ana = new Peer(1);
    await ask(ana, rooms);
    await settle();
    read(ana);
    expect(ana.text.toJSON()).toBe('Hello');
    expect(ana.notices).toEqual([]);
    await exchange(clock, ana);
    const reason = expect.stringMatching(/One change cannot be shown without what is missing/) as string;
    expect(ana.notices).toEqual([{ kind: 'read-only', reason }]);
    ana.text.insert(0, 'lost? ');
    await exchange(clock, ana);
    expect(ana.receipts.at(-1) ?? 0).toBeLessThan(ana.sent);
    const late = new Peer(2);
    await ask(late, rooms);
    await exchange(clock, late);
    expect(late.text.toJSON()).toBe('Hello');
  });

  test('[O1] keeps what comes with the question until that is answered, and then saves it', async () => {
    const { rooms, clock, storage } = await kept();
    const ana = new Peer(1);
    await ana.connect(rooms, noteId);
    ana.text.insert(0, 'A');
    while (ana.upload());
    const writes = storage.writes;
    await settle();
    read(ana);
    expect(ana.text.toJSON()).toContain('Hello');
    expect(storage.writes).toBe(writes);
    await exchange(clock, ana);
    expect(ana.receipts.at(-1)).toBe(ana.sent);
    expect((await rooms.read(noteId, (doc) => doc.getText('default').toJSON()))?.value).toBe(
      ana.text.toJSON(),
    );
  });

  test('[S2] wakes for who has some of it already, and sends the rest', async () => {
    const { rooms, clock } = await kept(letters(2));
    const [ana, ben] = [new Peer(1), new Peer(2)];
    await ask(ana, rooms);
    await exchange(clock, ana);
    ben.text.insert(0, 'From before. ');
    await ask(ben, rooms);
    await exchange(clock, ana, ben);
    expect(ana.text.toJSON()).toBe(ben.text.toJSON());
    expect(ana.text.toJSON()).toContain('Helloxx');
  });

  test('[F3] that lacks something between its records is not told of as if it were whole', async () => {
    const { rooms, clock } = await kept((doc) => letters(2)(doc).slice(1));
    const ana = new Peer(1);
    await ask(ana, rooms);
    await exchange(clock, ana);
    const reason = expect.stringMatching(/One change cannot be shown without what is missing/) as string;
    expect(ana.notices).toEqual([{ kind: 'read-only', reason }]);
    expect(ana.text.toJSON()).toBe('Hello');
    expect(ana.doc.store.pendingStructs).toBeNull();
  });

  test('[Z2] that closes before anybody needed its document gets its snapshot all the same', async () => {
    const { rooms, storage } = await kept(letters(120));
    const ana = new Peer(1);
    await ana.connect(rooms, noteId);
    await settle();
    await rooms.close();
    expect(await storage.get(noteUpdateKey(noteId, 2))).toBeNull();
    const again = createTestRooms(storage).rooms;
    const look = await again.read(noteId, (doc) => doc.getText('default').toJSON());
    expect(look?.value).toBe(`Hello${'x'.repeat(120)}`);
  });

  test('[Z2] is what a note becomes whose room closes with few but large records', async () => {
    const { rooms, storage } = await kept((doc) => {
      const before = Y.encodeStateVector(doc);
      doc.getText('default').insert(5, 'x'.repeat(70_000));
      return [Y.encodeStateAsUpdate(doc, before)];
    });
    await rooms.read(noteId, () => null);
    await rooms.close();
    expect(await storage.get(noteUpdateKey(noteId, 2))).toBeNull();
  });
});
