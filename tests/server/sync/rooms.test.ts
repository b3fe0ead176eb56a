import * as encoding from 'lib0/encoding';
import { describe, expect, test, vi } from 'vitest';
import * as Y from 'yjs';
import { createCommit } from '../../../server/storage/commit.ts';
import { noteUpdateKey } from '../../../server/storage/keys.ts';
import { StorageError } from '../../../server/storage/storage.ts';
import { writeStep2, writeUpdate } from '../../../server/sync/protocol.ts';
import { settle } from '../../support/clock.ts';
import { exchange, Peer } from '../../support/peer.ts';
import { createFrailStorage, createTestRooms, noteId, otherNoteId, textUpdate } from '../../support/rooms.ts';

/** Rooms with one note that says "Hello", and `count` peers in it. */
async function meeting(count: number, storage = createFrailStorage()) {
  const made = createTestRooms(storage);
  await made.rooms.create(noteId, textUpdate('Hello'), []);
  const peers = Array.from({ length: count }, (_, n) => new Peer(n + 1));
  for (const peer of peers) await peer.connect(made.rooms, noteId);
  await exchange(made.clock, ...peers);
  return { ...made, peers, ana: peers[0]!, ben: peers[1]! };
}

/** The note as a server that starts anew finds it. */
async function stored(storage: ReturnType<typeof createFrailStorage>): Promise<string> {
  const { rooms } = createTestRooms(storage);
  return (await rooms.read(noteId, (doc) => doc.getText('default').toJSON()))!.value;
}

const rollOf = (doc: Y.Doc) => doc.getMap('roll').toJSON();

describe('joining', () => {
  test('[S1] a newcomer is asked what it has and gets the note', async () => {
    const { ana, ben } = await meeting(2);
    expect([ana.text.toJSON(), ben.text.toJSON()]).toEqual(['Hello', 'Hello']);
    expect(ana.receipts).toEqual([1]);
  });

  test('[S1] what a peer wrote before it came reaches everybody', async () => {
    const { ana, rooms, clock } = await meeting(1);
    const late = new Peer(9);
    late.text.insert(0, 'From the train. ');
    await late.connect(rooms, noteId);
    await exchange(clock, ana, late);
    expect(ana.text.toJSON()).toContain('From the train. ');
    expect(ana.text.toJSON()).toBe(late.text.toJSON());
  });

  test('[S1] a newcomer is asked as it comes, and hears nothing else before it has asked itself', async () => {
    const { rooms, clock, ana } = await meeting(1);
    const cara = new Peer(3);
    await cara.connect(rooms, noteId);
    expect(cara.socket.toPeer).toHaveLength(1);
    expect(cara.download()).toBe(true);
    expect(cara.sent).toBe(1);

    ana.sendPresence({ cursor: null }, 7);
    ana.text.insert(0, 'Before. ');
    await exchange(clock, ana);
    expect(cara.socket.toPeer).toEqual([]);

    const sent = vi.spyOn(cara.socket, 'send');
    cara.upload();
    await clock.advance(50);
    expect(sent).toHaveBeenCalledTimes(1);
    while (cara.download());
    expect(cara.text.toJSON()).toBe('Before. Hello');
    expect(cara.presence.size).toBe(1);
  });

  test('[S1] [S3] who comes while a change is written is asked for what is on disk, at once or after it', async () => {
    const { rooms, clock, storage, ana } = await meeting(1);
    const asked = (peer: Peer) =>
      peer.socket.toPeer.map((frame) => [...Y.decodeStateVector(frame.subarray(3)).entries()]);
    storage.hold();
    ana.text.insert(0, 'Held. ');
    while (ana.upload());
    await clock.advance(50);
    const cara = new Peer(3);
    await cara.connect(rooms, noteId);
    expect(
      asked(cara)
        .flat()
        .map(([id]) => id),
    ).not.toContain(ana.doc.clientID);
    storage.release();
    await clock.advance(50);

    storage.hold();
    ana.text.insert(0, 'Held again. ');
    while (ana.upload());
    await clock.advance(50);
    const dora = new Peer(4);
    await dora.connect(rooms, noteId);
    expect(dora.socket.toPeer).toEqual([]);
    storage.release();
    await clock.advance(50);
    expect(asked(dora)).toHaveLength(1);
    expect(asked(dora).flat()).toContainEqual([ana.doc.clientID, 'Held again. Held. '.length]);
  });

  test('[S1] frames that come while the note loads are answered once it is loaded, never before', async () => {
    const { rooms, clock } = await meeting(0);
    const peer = new Peer(1);
    const connecting = peer.connect(rooms, noteId);
    expect(peer.socket.toPeer).toEqual([]);
    await connecting;
    await exchange(clock, peer);
    expect(peer.text.toJSON()).toBe('Hello');
  });

  test('a note that does not exist ends the socket with 4404', async () => {
    const { rooms } = await meeting(0);
    const peer = new Peer(1);
    await peer.connect(rooms, otherNoteId);
    expect(peer.session).toBeNull();
    expect(peer.socket.closed?.code).toBe(4404);
  });

  test('[F3] a note of which nothing is left ends the socket with 4423, again and again', async () => {
    const { rooms, storage, clock } = await meeting(0);
    await rooms.create(otherNoteId, textUpdate('Other'), []);
    await clock.advance(6000);
    await storage.write([{ type: 'put', key: noteUpdateKey(noteId, 1), value: new Uint8Array(9) }]);
    for (const n of [1, 2]) {
      const peer = new Peer(n);
      await peer.connect(rooms, noteId);
      expect(peer.socket.closed?.code).toBe(4423);
    }
    await expect(rooms.read(noteId, () => 0)).rejects.toMatchObject({ code: 'damaged' });
    expect(await rooms.read(otherNoteId, (doc) => doc.getText('default').toJSON())).toEqual({
      value: 'Other',
    });
  });

  test('[F3] what is left of a damaged note opens read-only, says what is missing, and is never written to', async () => {
    const { rooms, storage, clock, ana } = await meeting(1);
    for (const word of ['One. ', 'Two. ', 'Three. ']) {
      ana.text.insert(0, word);
      await exchange(clock, ana);
    }
    ana.disconnect();
    const kept = ana.doc;
    const damaged = noteUpdateKey(noteId, 3);
    await storage.write([{ type: 'put', key: damaged, value: new Uint8Array(9) }]);
    await clock.advance(6000);
    const writes = storage.writes;

    const ben = new Peer(2);
    await ben.connect(rooms, noteId);
    await exchange(clock, ben);
    expect(ben.text.toJSON()).toBe('One. Hello');
    expect(ben.notices).toEqual([
      {
        kind: 'read-only',
        reason: expect.stringMatching(/damaged.*One change from .* is missing \(record 3\)/) as string,
      },
    ]);
    ben.text.insert(0, 'Zero. ');
    await exchange(clock, ben);
    await expect(rooms.use(noteId, (doc) => doc.getMap('roll').set('a', 1))).rejects.toMatchObject({
      code: 'damaged',
    });
    await clock.advance(120_000);
    expect([storage.writes - writes, ben.receipts]).toEqual([0, []]);
    const read = rooms.read(noteId, (doc) => doc.getText('default').toJSON());
    await clock.advance(20);
    expect(await read).toEqual({ value: 'One. Hello' });
    await rooms.close();
    expect(storage.writes - writes).toBe(0);
    expect(kept.getText('default').toJSON()).toBe('Three. Two. One. Hello');
  });

  test('[F4] a note that cannot be read at the moment ends the socket with 1011, and opens when it can be', async () => {
    const { rooms, storage, clock } = await meeting(0);
    await clock.advance(6000);
    const { range } = storage;
    storage.range = () => {
      throw new StorageError('io', 'Reading the store failed.');
    };
    const ana = new Peer(1);
    await ana.connect(rooms, noteId);
    expect([ana.socket.closed?.code, ana.socket.toPeer]).toEqual([1011, []]);
    await expect(rooms.read(noteId, () => 0)).rejects.toMatchObject({ code: 'io' });
    storage.range = range;
    await ana.connect(rooms, noteId);
    await exchange(clock, ana);
    expect(ana.text.toJSON()).toBe('Hello');
  });
});

describe('changing', () => {
  test('[S4] nobody sees or is told of a change before it is on disk', async () => {
    const { ana, ben, clock, storage, rooms } = await meeting(2);
    const receipts = [...ana.receipts];
    storage.hold();
    ana.text.insert(5, '!');
    await exchange(clock, ana, ben);
    const newcomer = new Peer(3);
    await newcomer.connect(rooms, noteId);
    const look = rooms.read(noteId, (doc) => doc.getText('default').toJSON());
    await exchange(clock, ana, ben, newcomer);
    expect([ben.text.toJSON(), newcomer.text.toJSON(), ana.receipts]).toEqual(['Hello', '', receipts]);

    storage.release();
    await exchange(clock, ana, ben, newcomer);
    expect([ben.text.toJSON(), newcomer.text.toJSON(), await look]).toEqual([
      'Hello!',
      'Hello!',
      { value: 'Hello!' },
    ]);
    expect(ana.receipts.at(-1)).toBe(ana.sent);
    expect(await stored(storage)).toBe('Hello!');
  });

  test('[S7] what many write within a tick is one record and one update to each', async () => {
    const { peers, clock, storage } = await meeting(5);
    const writes = storage.writes;
    storage.hold();
    peers[0]!.text.insert(0, 'x');
    peers[0]!.upload();
    await settle();
    for (const peer of peers.slice(1)) {
      peer.text.insert(0, 'y');
      peer.upload();
    }
    storage.release();
    await clock.advance(21);
    expect(storage.writes - writes).toBe(2); // the first at once, the other four together
    await exchange(clock, ...peers);
    expect(new Set(peers.map(({ text }) => text.toJSON())).size).toBe(1);
  });

  test('[S7] an update names what was deleted by who had seen it, and not what went with that', async () => {
    const { rooms, clock } = createTestRooms(createFrailStorage());
    const note = new Y.Doc();
    const line = new Y.XmlElement('paragraph');
    line.insert(0, [new Y.XmlText('Hello')]);
    note.getXmlFragment('default').insert(0, [line]);
    await rooms.create(noteId, Y.encodeStateAsUpdate(note), []);
    const [ana, ben] = [new Peer(1), new Peer(2)];
    for (const peer of [ana, ben]) await peer.connect(rooms, noteId);
    await exchange(clock, ana, ben);

    ana.disconnect();
    ana.doc.getXmlFragment('default').delete(0, 1);
    const lineOf = ({ doc }: Peer) => doc.getXmlFragment('default').get(0) as Y.XmlElement;
    (lineOf(ben).get(0) as Y.XmlText).insert(5, ' there');
    await exchange(clock, ben);
    await ana.connect(rooms, noteId);
    const updates: Uint8Array[] = [];
    vi.spyOn(ben.socket, 'send').mockImplementation((...packets) => {
      for (const [type, kind, , ...update] of packets.flatMap(({ messages }) => messages))
        if (type === 0 && kind === 2) updates.push(Uint8Array.from(update));
    });
    await exchange(clock, ana);
    const { ds } = Y.decodeUpdate(updates[0]!);
    expect([updates.length, ana.doc.getXmlFragment('default').length]).toEqual([1, 0]);
    expect(Y.isDeleted(ds, Y.createID(note.clientID, 0))).toBe(true);
    expect(ds.clients.has(ben.doc.clientID)).toBe(false);
  });

  test('[S7] a clock that is put forward or back an hour delays nothing', async () => {
    const { ana, ben, clock, noteLog } = await meeting(2);
    const start = clock.date();
    clock.setDate(start + 3_600_000);
    ana.text.insert(5, '!');
    await exchange(clock, ana, ben);
    clock.setDate(start - 3_600_000);
    ben.text.insert(6, '?');
    await exchange(clock, ana, ben);
    expect([ana.text.toJSON(), ben.text.toJSON()]).toEqual(['Hello!?', 'Hello!?']);
    expect(ben.receipts.at(-1)).toBe(ben.sent);
    const load = await noteLog.load(noteId);
    const times = load.state === 'whole' ? load.note.updates.map(({ at }) => at - start >= 3_600_000) : [];
    expect(times).toEqual([false, true, true]);
  });

  test('[S4] a session that falls in the middle of a tick lets no receipt out early', async () => {
    const storage = createFrailStorage();
    let time = 0;
    // Each look at the clock takes as long as a tick: whatever the tick wakes is due at once.
    const { rooms, clock } = createTestRooms(storage, { clock: { now: () => (time += 30), date: () => 1 } });
    await rooms.create(noteId, textUpdate(''), []);
    const [ana, ben, mallory] = [new Peer(1), new Peer(2), new Peer(3)];
    for (const peer of [ana, ben, mallory]) await peer.connect(rooms, noteId);
    await exchange(clock, ana, ben, mallory);
    const before = ana.receipts.at(-1);
    // What comes while a write is under way is the next tick's, all of it.
    storage.hold();
    ben.text.insert(0, 'x');
    ben.upload();
    await settle();
    ana.text.insert(0, 'precious');
    ana.upload();
    mallory.sendSync(writeUpdate(deletedRun(77, 2 ** 21)));
    mallory.upload();
    storage.release();
    storage.hold();
    await clock.advance(100);
    while (ana.download());
    expect(mallory.socket.closed?.code).toBe(4400);
    expect(ana.receipts.at(-1)).toBe(before);
    storage.release();
    await exchange(clock, ana);
    expect(ana.receipts.at(-1)).toBe(ana.sent);
  });

  test('[S5] a bad frame ends its session only', async () => {
    const { ana, ben, clock } = await meeting(2);
    ana.session!.receive(Uint8Array.of(0, 2, 3, 1, 1, 1));
    expect(ana.socket.closed?.code).toBe(4400);
    ben.text.insert(5, '!');
    await exchange(clock, ben);
    expect(ben.receipts.at(-1)).toBe(ben.sent);
  });

  test('[S5] an update that Yjs stumbles over ends its session, and the others in that tick lose nothing', async () => {
    const { ana, ben, clock, storage } = await meeting(2);
    storage.hold();
    ana.text.insert(5, '!');
    ana.upload();
    await settle();
    ana.text.insert(6, '?');
    ana.upload();
    ben.session!.receive(writeUpdate(circle()));
    storage.release();
    await exchange(clock, ana);
    expect(ben.socket.closed?.code).toBe(4400);
    expect(ana.receipts.at(-1)).toBe(ana.sent);
    expect(await stored(storage)).toBe('Hello!?');
  });

  test('[S6] [R2] a change with a hole before it is asked for again, and counts once it has come whole', async () => {
    const { ana, ben, clock } = await meeting(2);
    const before = ana.receipts.at(-1);
    ana.text.insert(5, ' a');
    ana.socket.toServer.pop(); // lost on the way
    ana.text.insert(7, ' b');
    expect(ana.upload()).toBe(true);
    await clock.advance(20);
    expect(ana.receipts.at(-1)).toBe(before);
    await exchange(clock, ana, ben);
    expect(ben.text.toJSON()).toBe('Hello a b');
    expect(ana.receipts.at(-1)).toBe(ana.sent - 1); // the lost frame was never received, so never counted
  });

  test('[S6] a deletion of what is not there yet is asked for again too', async () => {
    const { ana, ben, clock } = await meeting(2);
    ana.text.insert(5, ' later');
    ana.socket.toServer.pop();
    ana.text.delete(5, 6);
    await exchange(clock, ana, ben);
    expect(ben.text.toJSON()).toBe('Hello');
    expect(Y.encodeStateVector(ben.doc)).toEqual(Y.encodeStateVector(ana.doc));
  });

  test('[R1] empty frames count as well', async () => {
    const { ana, clock } = await meeting(1);
    ana.sendSync(writeStep2(Uint8Array.of(0, 0)));
    await exchange(clock, ana);
    expect(ana.receipts.at(-1)).toBe(ana.sent);
  });

  test('sessions that did not ask get no receipts', async () => {
    const { rooms, clock } = await meeting(0);
    const plain = new Peer(1);
    await plain.connect(rooms, noteId, { rollcall: false });
    plain.text.insert(0, 'x');
    await exchange(clock, plain);
    expect(plain.receipts).toEqual([]);
  });
});

describe('server-owned maps', () => {
  const sign = (rooms: ReturnType<typeof createTestRooms>['rooms'], key: string, name: string) =>
    rooms.use(noteId, (doc) => void doc.getMap('roll').set(key, { name }));

  test.each([
    ['writes a row', (roll: Y.Map<unknown>) => roll.set('block/ben', { name: 'Chair' })],
    ['overwrites a row', (roll: Y.Map<unknown>) => roll.set('block/ana', { name: 'Nobody' })],
    ['deletes a row', (roll: Y.Map<unknown>) => roll.delete('block/ana')],
    [
      'puts a map in place of a row',
      (roll: Y.Map<unknown>) => roll.set('block/ana', new Y.Map([['name', 'Nobody']])),
    ],
  ])('[S8] a session that %s changes nothing, and nobody ever sees it', async (_what, forge) => {
    const { ana, ben, clock, rooms, storage } = await meeting(2);
    const signed = sign(rooms, 'block/ana', 'Ana');
    await exchange(clock, ana, ben);
    await signed;
    const seen: unknown[] = [];
    ben.doc.getMap('roll').observe(() => seen.push(rollOf(ben.doc)));

    forge(ana.doc.getMap('roll'));
    ana.text.insert(5, '!');
    await exchange(clock, ana, ben);
    const genuine = { 'block/ana': { name: 'Ana' } };
    expect([rollOf(ana.doc), rollOf(ben.doc)]).toEqual([genuine, genuine]);
    for (const roll of seen) expect(roll).toEqual(genuine);
    expect(ben.text.toJSON()).toBe('Hello!');
    const again = createTestRooms(storage).rooms;
    expect(await again.read(noteId, rollOf)).toEqual({ value: genuine });
  });

  test('[S8] a change to another root ends the session with 4403', async () => {
    const { ana, ben, clock } = await meeting(2);
    ana.doc.getMap('meta').set('schema', 99);
    await exchange(clock, ana, ben);
    expect(ana.socket.closed?.code).toBe(4403);
    expect(ben.doc.share.has('meta')).toBe(false);
  });

  test('[S9] fifty people sign in the same moment: fifty rows, none lost, none doubled', async () => {
    const { ana, clock, rooms, storage } = await meeting(1);
    const writes = storage.writes;
    const all = Promise.all(Array.from({ length: 50 }, (_, n) => sign(rooms, `block/${n}`, `Person ${n}`)));
    await exchange(clock, ana);
    await all;
    expect(Object.keys(rollOf(ana.doc))).toHaveLength(50);
    expect(storage.writes - writes).toBeLessThanOrEqual(2);
  });
});

describe('use', () => {
  test('[S9] what throws before it changed anything changes nothing', async () => {
    const { rooms, clock, ana } = await meeting(1);
    const used = rooms.use(noteId, () => {
      throw new RangeError('No such block.');
    });
    const expected = expect(used).rejects.toThrow('No such block.');
    await exchange(clock, ana);
    await expected;
  });

  test('[S9] what throws half way is undone, and what came with it stays', async () => {
    const { rooms, clock, ana, storage } = await meeting(1);
    storage.hold();
    ana.text.insert(5, '!');
    ana.upload();
    await settle();
    ana.text.insert(6, '?');
    ana.upload();
    const first = rooms.use(noteId, (doc) => doc.getText('default').insert(0, 'First. '));
    const broken = rooms.use(noteId, (doc) => {
      doc.getText('default').insert(0, 'Half. ');
      throw new RangeError('Stumbled.');
    });
    const last = rooms.use(noteId, (doc) => doc.getText('default').insert(0, 'Last. '));
    const expected = expect(broken).rejects.toThrow('Stumbled.');
    storage.release();
    await exchange(clock, ana);
    await Promise.all([expected, first, last]);
    expect(ana.text.toJSON()).toBe('Last. First. Hello!?');
    expect(await stored(storage)).toBe('Last. First. Hello!?');
  });

  test('a note can be made once', async () => {
    const { rooms } = await meeting(0);
    await expect(rooms.create(noteId, textUpdate('Again'), [])).rejects.toThrow('exists already');
  });

  test('a look that changes the document is our mistake, and what it did is gone', async () => {
    const { rooms, ana, clock } = await meeting(1);
    const look = rooms.read(noteId, (doc) => doc.getText('default').insert(0, 'Oops. '));
    const expected = expect(look).rejects.toThrow('must not change');
    await exchange(clock, ana);
    await expected;
    const text = rooms.read(noteId, (doc) => doc.getText('default').toJSON());
    await exchange(clock, ana);
    expect(await text).toEqual({ value: 'Hello' });
  });

  test('listeners hear of every commit until they undo it', async () => {
    const { rooms, ana, clock } = await meeting(1);
    const heard: unknown[] = [];
    const undo = rooms.onChange((id, at) => heard.push([id, at <= clock.now()]));
    ana.text.insert(0, 'a');
    await exchange(clock, ana);
    undo();
    ana.text.insert(0, 'b');
    await exchange(clock, ana);
    expect(heard).toEqual([[noteId, true]]);
  });
});

describe('failing', () => {
  test('[F1] [F2] a failed write is told, nothing of it is shown, and all comes back when writing works', async () => {
    const { ana, ben, clock, rooms, storage } = await meeting(2);
    const saved = ana.receipts.at(-1);
    storage.isBroken = true;
    ana.text.insert(5, ' lost?');
    const used = expect(rooms.use(noteId, (doc) => doc.getText('default').insert(0, '>'))).rejects.toThrow(
      'full',
    );
    await exchange(clock, ana, ben);
    await used;
    expect(ben.text.toJSON()).toBe('Hello');
    expect(ana.receipts.at(-1)).toBe(saved);
    expect(ana.notices).toMatchObject([{ kind: 'read-only' }]);
    expect(ben.notices).toMatchObject([{ kind: 'read-only' }]);
    expect(rooms.health()).toEqual({ ok: false, reason: 'The disk is full.' });

    ben.text.insert(0, 'Meanwhile. ');
    await expect(rooms.use(noteId, () => 0)).rejects.toThrow('full');
    await exchange(clock, ana, ben);
    const newcomer = new Peer(3);
    await newcomer.connect(rooms, noteId);
    await exchange(clock, ana, ben, newcomer);
    expect([newcomer.text.toJSON(), newcomer.notices.length]).toEqual(['Hello', 1]);

    storage.isBroken = false;
    await clock.advance(60_000);
    await exchange(clock, ana, ben, newcomer);
    expect(ana.notices).toContainEqual({ kind: 'live' });
    expect(rooms.health()).toEqual({ ok: true, reason: null });
    expect(ben.text.toJSON()).toBe('Meanwhile. Hello lost?');
    expect(newcomer.text.toJSON()).toBe('Meanwhile. Hello lost?');
    expect([ana.receipts.at(-1), ben.receipts.at(-1)]).toEqual([ana.sent, ben.sent]);
    expect(await stored(storage)).toBe('Meanwhile. Hello lost?');
  });

  test('[F1] a write that failed and is on disk all the same is the note’s, and everybody hears of it', async () => {
    const { ana, ben, clock, storage } = await meeting(2);
    storage.isBroken = 'too late';
    ana.text.insert(5, ' there');
    await exchange(clock, ana, ben);
    expect(ana.notices).toMatchObject([{ kind: 'read-only' }]);
    expect(await stored(storage)).toBe('Hello there');
    expect(ben.text.toJSON()).toBe('Hello there');
    storage.isBroken = false;
    await clock.advance(60_000);
    await exchange(clock, ana, ben);
    expect(ana.receipts.at(-1)).toBe(ana.sent);
    ana.text.insert(0, '> ');
    await exchange(clock, ana, ben);
    expect([ben.text.toJSON(), await stored(storage)]).toEqual(['> Hello there', '> Hello there']);
  });

  test('one commit serves the rooms and whoever else writes', async () => {
    const storage = createFrailStorage();
    const commit = createCommit(storage);
    storage.isBroken = true;
    await expect(commit.write([{ type: 'delete', key: 'a' }])).rejects.toMatchObject({ code: 'io' });
    expect(commit.health().ok).toBe(false);
  });
});

describe('limits', () => {
  test('[L1] a flood ends the session with 1008', async () => {
    const { ana } = await meeting(1);
    for (let i = 0; i < 6000 && ana.session!.state !== 'ended'; i++) ana.session!.receive(Uint8Array.of(3));
    expect(ana.socket.closed?.code).toBe(1008);
  });

  test('[L1] fifty frames a second for a minute are nothing', async () => {
    const { ana, clock } = await meeting(1);
    for (let i = 0; i < 3000; i++) {
      ana.session!.receive(writeUpdate(Uint8Array.of(0, 0)));
      if (i % 50 === 0) await clock.advance(1000);
    }
    expect(ana.socket.closed).toBeNull();
  });

  test('[L2] a peer that does not read is not fed, and gets all it missed at once when it reads', async () => {
    const { ana, ben, clock } = await meeting(2);
    ben.socket.bufferedBytes = 2 * 1024 * 1024;
    ana.text.insert(5, ' 1');
    await exchange(clock, ana, ben);
    expect(ben.session!.state).toBe('stale');
    const waiting = ben.socket.toPeer.length;
    for (const word of [' 2', ' 3', ' 4']) {
      ana.text.insert(ana.text.length, word);
      await exchange(clock, ana);
    }
    expect(ben.socket.toPeer).toHaveLength(waiting);
    ben.socket.bufferedBytes = 0;
    await clock.advance(300);
    await exchange(clock, ana, ben);
    expect(ben.text.toJSON()).toBe('Hello 1 2 3 4');
  });

  test('[L2] a peer that does not read for 30 s ends with 1013', async () => {
    const { ana, ben, clock } = await meeting(2);
    ben.socket.bufferedBytes = 2 * 1024 * 1024;
    ana.text.insert(5, '!');
    await exchange(clock, ana);
    await clock.advance(31_000);
    expect(ben.socket.closed?.code).toBe(1013);
    expect(ana.socket.closed).toBeNull();
  });
});

describe("a room's life", () => {
  test('[O1] an empty room closes after its grace, compacted, and opens again as it was', async () => {
    const { ana, clock, rooms, noteLog } = await meeting(1);
    for (let i = 0; i < 150; i++) {
      ana.text.insert(0, 'x');
      ana.upload();
      await clock.advance(25);
    }
    await exchange(clock, ana);
    ana.disconnect();
    await clock.advance(6000);
    const load = await noteLog.load(noteId);
    expect(load).toMatchObject({ state: 'whole', note: { updates: [] } });
    expect(clock.pending).toBe(0);
    const again = rooms.read(noteId, (doc) => doc.getText('default').length);
    await clock.advance(50);
    expect(await again).toEqual({ value: 155 });
  });

  test('[O1] who comes while a room drains waits for it and finds everything', async () => {
    const { ana, clock, rooms, storage } = await meeting(1);
    for (let i = 0; i < 150; i++) {
      ana.text.insert(0, 'x');
      ana.upload();
      await clock.advance(25);
    }
    await exchange(clock, ana);
    ana.disconnect();
    storage.hold(); // the snapshot is being written when the next one comes
    await clock.advance(6000);
    const ben = new Peer(2);
    const connecting = ben.connect(rooms, noteId);
    await settle();
    expect(ben.session).toBeNull();
    storage.release();
    await connecting;
    await exchange(clock, ben);
    expect(ben.text.length).toBe(155);
  });

  test('[O1] a session keeps its room open', async () => {
    const { ana, clock, rooms } = await meeting(1);
    await clock.advance(60_000);
    expect(ana.socket.closed).toBeNull();
    expect(rooms.present(noteId)).toEqual([ana.person.id]);
  });

  test('[O1] coming and going a hundred times leaves no delay running', async () => {
    const { clock, rooms } = await meeting(0);
    for (let i = 0; i < 100; i++) {
      const peer = new Peer(1);
      await peer.connect(rooms, noteId);
      if (i % 3 === 0) await exchange(clock, peer);
      peer.disconnect();
      if (i % 5 === 0) await clock.advance(6000);
    }
    await clock.advance(6000);
    expect(clock.pending).toBe(0);
  });

  test('[O1] a room that closes has no more ticks, also one that was due, and waits for its snapshot', async () => {
    const { ana, rooms, clock, storage, said } = await meeting(1);
    for (let n = 0; n < 120; n++) {
      ana.text.insert(0, 'x');
      await exchange(clock, ana);
    }
    ana.text.insert(0, 'y');
    ana.upload();
    await settle();
    ana.sendPresence({ cursor: null }, 1); // due in some 20 ms
    ana.upload();
    storage.hold();
    let isClosed = false;
    const closing = rooms.close().then(() => (isClosed = true));
    await clock.advance(100);
    expect(isClosed).toBe(false);
    storage.release();
    await closing;
    expect(said).not.toContain('a note broke down');
    expect(await storage.get(noteUpdateKey(noteId, 2))).toBeNull();
  });

  test('[O2] closing writes what was received, acknowledges it, and ends sessions with 1012', async () => {
    const { ana, ben, rooms, storage } = await meeting(2);
    ana.text.insert(5, ' once');
    ana.upload();
    ana.text.insert(10, ' more');
    ana.upload();
    const received = ana.sent;
    const closing = rooms.close();
    ana.text.insert(0, 'Too late');
    ana.upload();
    await closing;
    while (ana.download());
    expect(ana.receipts.at(-1)).toBe(received);
    expect([ana.socket.closed?.code, ben.socket.closed?.code]).toEqual([1012, 1012]);
    expect(await stored(storage)).toBe('Hello once more');
    const late = new Peer(3);
    await late.connect(rooms, noteId);
    expect(late.socket.closed?.code).toBe(1012);
    await expect(rooms.use(noteId, () => 0)).rejects.toMatchObject({ code: 'closed' });
  });
});

/** Two characters of two peers, each right of the other: well formed, without holes, and impossible. */
function circle(): Uint8Array {
  const encoder = new Y.UpdateEncoderV1();
  const { restEncoder } = encoder;
  encoding.writeVarUint(restEncoder, 2);
  for (const [peer, other] of [
    [2, 1],
    [1, 2],
  ] as const) {
    encoding.writeVarUint(restEncoder, 1);
    encoder.writeClient(peer);
    encoding.writeVarUint(restEncoder, 0);
    encoder.writeInfo(0x80 | 4); // has an origin, holds a string
    encoder.writeLeftID(Y.createID(other, 0));
    encoder.writeString('z');
  }
  encoding.writeVarUint(restEncoder, 0);
  return encoder.toUint8Array();
}

/** An update that says `length` characters of `peer` came and went. */
function deletedRun(peer: number, length: number): Uint8Array {
  const encoder = encoding.createEncoder();
  for (const number of [1, 1, peer, 0]) encoding.writeVarUint(encoder, number);
  encoding.writeUint8(encoder, 0);
  encoding.writeVarUint(encoder, length);
  encoding.writeVarUint(encoder, 0);
  return encoding.toUint8Array(encoder);
}
