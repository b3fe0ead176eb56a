import { describe, expect, test } from 'vitest';
import { Headcount } from '../../../server/sync/headcount.ts';
import { exchange, Peer } from '../../support/peer.ts';
import { createTestRooms, noteId, textUpdate } from '../../support/rooms.ts';

const mebibyte = 1024 * 1024;

async function meeting() {
  const made = createTestRooms();
  await made.rooms.create(noteId, textUpdate('Hello'), []);
  const [ana, ben, slow] = [new Peer(1), new Peer(2), new Peer(3)];
  for (const peer of [ana, ben, slow]) await peer.connect(made.rooms, noteId);
  await exchange(made.clock, ana, ben, slow);
  // What waits in its queue is what it has not read.
  Object.defineProperty(slow.socket, 'bufferedBytes', {
    get: () => slow.socket.toPeer.reduce((sum, frame) => sum + frame.length, 0),
  });
  return { ...made, ana, ben, slow };
}

describe('a peer that does not read', () => {
  test('[L2] never has more than 2 MiB waiting, and the others do not notice', async () => {
    const { ana, ben, slow, clock } = await meeting();
    for (let n = 0; n < 30 && !slow.socket.closed; n++) {
      ana.text.insert(5, 'x'.repeat(100_000));
      await exchange(clock, ana, ben);
      expect(slow.socket.bufferedBytes).toBeLessThanOrEqual(2 * mebibyte);
    }
    await clock.advance(31_000);
    expect(slow.socket.closed?.code).toBe(1013);
    expect([ana.socket.closed, ben.socket.closed]).toEqual([null, null]);
    expect(ben.text.toJSON() === ana.text.toJSON()).toBe(true);
    expect(ana.receipts.at(-1)).toBe(ana.sent);
  });

  test('[L2] gets all it missed when it reads, also the change that was too large to be sent', async () => {
    const { ana, ben, slow, clock } = await meeting();
    ana.text.insert(5, 'a'.repeat(900_000));
    await exchange(clock, ana, ben);
    ana.text.insert(5, 'b'.repeat(1_500_000));
    await exchange(clock, ana, ben);
    expect(slow.session!.state).toBe('stale');
    expect(slow.socket.bufferedBytes).toBeLessThanOrEqual(2 * mebibyte);
    await exchange(clock, ana, ben, slow);
    await clock.advance(1000);
    await exchange(clock, ana, ben, slow);
    expect(slow.text.toJSON() === ana.text.toJSON()).toBe(true);
  });

  test('[F1] [F2] hears that nothing can be written, or that it can again, once it reads', async () => {
    const { ana, ben, slow, clock, storage } = await meeting();
    storage.isBroken = true;
    ana.text.insert(5, 'a');
    await exchange(clock, ana, ben, slow);
    expect(slow.notices).toMatchObject([{ kind: 'read-only' }]);
    Object.defineProperty(slow.socket, 'bufferedBytes', { value: 1.5 * mebibyte, configurable: true });
    slow.sendPresence({ cursor: null }, 1);
    slow.upload();
    await clock.advance(100);
    expect(slow.session!.state).toBe('stale');
    storage.isBroken = false;
    await clock.advance(5000);
    Object.defineProperty(slow.socket, 'bufferedBytes', { value: 0 });
    await exchange(clock, ana, ben, slow);
    expect(slow.notices.at(-1)).toEqual({ kind: 'live' });
  });

  test('[S2] who has not asked for the document yet gets no difference to what they do not have', async () => {
    const { ana, ben, rooms, clock } = await meeting();
    const early = new Peer(4);
    await early.connect(rooms, noteId);
    early.socket.toServer.length = 0;
    Object.defineProperty(early.socket, 'bufferedBytes', { value: 1.5 * mebibyte, configurable: true });
    await clock.advance(100);
    Object.defineProperty(early.socket, 'bufferedBytes', { value: 0 });
    await clock.advance(1000);
    early.socket.toPeer.length = 0;
    ana.text.insert(5, 'a');
    await exchange(clock, ana, ben);
    const syncs = early.socket.toPeer.filter(([type, kind]) => type === 0 && kind !== 0);
    expect([early.session!.state, syncs]).toEqual(['greeted', []]);
  });

  test('costs no more timers the longer it does not read', async () => {
    const { ana, ben, slow, clock } = await meeting();
    Object.defineProperty(slow.socket, 'bufferedBytes', { value: 1.5 * mebibyte });
    const before = clock.pending;
    for (let n = 0; n < 20; n++) {
      ana.text.insert(5, 'a');
      ana.upload();
      await clock.advance(21);
      while (ana.download() || ben.download());
    }
    expect(clock.pending - before).toBeLessThanOrEqual(2);
  });

  test('[L4] ends with 1008 when it has not asked for the document after 30 s', async () => {
    const { rooms, clock, ana } = await meeting();
    const silent = new Peer(4);
    await silent.connect(rooms, noteId);
    silent.socket.toServer.length = 0;
    await clock.advance(25_000);
    expect(silent.socket.closed).toBeNull();
    await clock.advance(15_000);
    expect([silent.socket.closed?.code, ana.socket.closed]).toEqual([1008, null]);
  });
});

test('[L4] a name is counted once for each that is in, and leaving twice is leaving once', () => {
  const people = new Headcount(2);
  const [first, second] = [people.enter('ana'), people.enter('ana')];
  expect([people.enter('ana'), people.enter('ben')]).toEqual([null, expect.any(Function)]);
  first!();
  first!();
  expect(people.enter('ana')).not.toBeNull();
  expect(people.enter('ana')).toBeNull();
  second!();
  expect(people.enter('ana')).not.toBeNull();
});
