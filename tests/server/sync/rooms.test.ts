import { describe, expect, test } from 'vitest';
import { exchange, Peer } from '../../support/peer.ts';
import { createTestRooms, noteId, otherNoteId, textUpdate } from '../../support/rooms.ts';

/** Rooms with one note that says "Hello", and `count` peers in it. */
async function meeting(count: number) {
  const made = createTestRooms();
  await made.rooms.create(noteId, textUpdate('Hello'), []);
  const peers = Array.from({ length: count }, (_, n) => new Peer(n + 1));
  for (const peer of peers) await peer.connect(made.rooms, noteId);
  await exchange(made.clock, ...peers);
  return { ...made, peers, ana: peers[0]!, ben: peers[1]! };
}

describe('a room', () => {
  test('[S1] a newcomer gets the note, and what one writes reaches the others', async () => {
    const { ana, ben, clock } = await meeting(2);
    expect([ana.text.toJSON(), ben.text.toJSON()]).toEqual(['Hello', 'Hello']);
    ana.text.insert(5, ' all');
    await exchange(clock, ana, ben);
    expect(ben.text.toJSON()).toBe('Hello all');
  });

  test('a note that does not exist ends the socket with 4404', async () => {
    const { rooms } = await meeting(0);
    const peer = new Peer(1);
    await peer.connect(rooms, otherNoteId);
    expect(peer.session).toBeNull();
    expect(peer.socket.closed?.code).toBe(4404);
  });

  test('use and read find what is there, and null where there is no note', async () => {
    const { rooms, clock } = await meeting(0);
    const results = Promise.all([
      rooms.read(noteId, (doc) => doc.getText('default').toJSON()),
      rooms.use(noteId, () => 7),
      rooms.use(otherNoteId, () => 7),
      rooms.read(otherNoteId, () => 7),
    ]);
    await clock.advance(50);
    expect(await results).toEqual([{ value: 'Hello' }, { value: 7 }, null, null]);
  });
});
