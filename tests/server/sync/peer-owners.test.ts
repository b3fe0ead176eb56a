import { describe, expect, test } from 'vitest';
import * as Y from 'yjs';
import { noteUpdateKey } from '../../../server/storage/keys.ts';
import { putSetBack } from '../../../server/storage/set-back.ts';
import { ownerLimits, PeerOwners } from '../../../server/sync/peer-owners.ts';
import { writeStep2, writeUpdate } from '../../../server/sync/protocol.ts';
import { settle } from '../../support/clock.ts';
import { exchange, Peer, person } from '../../support/peer.ts';
import { createFrailStorage, createTestRooms, noteId, textUpdate } from '../../support/rooms.ts';
import { gone, text, writtenUpdate } from '../../support/yjs-bytes.ts';

async function meeting(...peers: Peer[]) {
  const storage = createFrailStorage();
  const made = createTestRooms(storage);
  await made.rooms.create(noteId, textUpdate('Hello'), []);
  for (const peer of peers) await peer.connect(made.rooms, noteId);
  await exchange(made.clock, ...peers);
  return { ...made, storage };
}

/** Somebody without a device key: a person of their own on each connection. */
class Stranger extends Peer {
  constructor(n: number) {
    super(n);
    Object.assign(this.person, { isStranger: true });
  }
}

/** What a stranger is after the connection broke: the same document, another person. */
function asSomebodyNew(peer: Stranger, n: number): Stranger {
  const again = new Stranger(n);
  Y.applyUpdate(again.doc, Y.encodeStateAsUpdate(peer.doc), again);
  again.doc.clientID = peer.doc.clientID;
  return again;
}

const forged = (peer: number, clock: number) =>
  writeUpdate(writtenUpdate([{ peer, clock, structs: [text({ root: 'default' }, 'EVIL')] }]));
const clockOf = ({ doc }: Peer) => Y.getState(doc.store, doc.clientID);

describe('whose a Yjs id is', () => {
  test.each([
    ['a restart', false],
    ['a restart and compaction', true],
  ])('[I1] it is kept through %s, for its owner and against all others', async (_what, isCompacted) => {
    const [ana, mallory] = [new Peer(1), new Peer(66)];
    const { rooms, clock, storage } = await meeting(ana, mallory);
    for (let n = 0; n < (isCompacted ? 150 : 3); n++) {
      ana.text.insert(0, 'x');
      await exchange(clock, ana, mallory);
    }
    ana.disconnect();
    mallory.disconnect();
    await rooms.close();
    ana.text.insert(0, 'Written on the train. ');

    const again = createTestRooms(storage);
    const load = await again.noteLog.load(noteId);
    expect(load).toMatchObject({ note: { snapshot: isCompacted ? { owners: expect.any(Map) } : null } });
    await mallory.connect(again.rooms, noteId);
    await exchange(again.clock, mallory);
    mallory.session!.receive(forged(ana.doc.clientID, Y.getState(mallory.doc.store, ana.doc.clientID)));
    await exchange(again.clock, mallory);
    expect(mallory.socket.closed?.code).toBe(4405);

    await ana.connect(again.rooms, noteId);
    await exchange(again.clock, ana);
    expect([ana.socket.closed, ana.receipts.at(-1)]).toEqual([null, ana.sent]);
    const text = again.rooms.read(noteId, (doc) => doc.getText('default').toJSON());
    await exchange(again.clock, ana);
    expect((await text)!.value).toMatch(/^Written on the train\. x+Hello$/);
  });

  test('[I1] a second tab and a later page of the same person write under ids of earlier ones', async () => {
    const [ana, tab, ben] = [new Peer(1), new Peer(1), new Peer(2)];
    const { clock } = await meeting(ana, tab, ben);
    ana.text.insert(0, 'a');
    ana.socket.toServer.length = 0; // kept in the browser's own store, and never sent from there
    Y.applyUpdate(tab.doc, Y.encodeStateAsUpdate(ana.doc));
    await exchange(clock, ana, tab, ben);
    expect([tab.socket.closed, ben.text.toJSON()]).toEqual([null, 'aHello']);
  });

  test('[I1] of two who use a new id in the same tick one gets it', async () => {
    const [ana, ben, mallory] = [new Peer(1), new Peer(2), new Peer(66)];
    const { clock, storage } = await meeting(ana, ben, mallory);
    storage.hold();
    ben.text.insert(5, '!');
    ben.upload(); // its tick waits for the disk; the next takes both
    await settle();
    ana.text.insert(5, '?');
    ana.upload();
    mallory.session!.receive(forged(ana.doc.clientID, 0));
    storage.release();
    await exchange(clock, ana, ben);
    expect([ana.socket.closed, mallory.socket.closed?.code]).toEqual([null, 4405]);
    expect(ben.text.toJSON()).toBe(ana.text.toJSON());
  });

  test('[I1] a failed write leaves an id as free as it was', async () => {
    const [ana, ben] = [new Peer(1), new Peer(2)];
    const { clock, storage, noteLog } = await meeting(ana, ben);
    storage.isBroken = true;
    ana.text.insert(0, 'a');
    await exchange(clock, ana, ben);
    storage.isBroken = false;
    await clock.advance(60_000);
    await exchange(clock, ana, ben);
    expect([ana.socket.closed, ben.text.toJSON()]).toEqual([null, 'aHello']);
    const load = await noteLog.load(noteId);
    if (load.state !== 'whole') throw new RangeError('The note is not whole.');
    const owners = load.note.updates.map((record) => [...(record.owners ?? [])]);
    expect(owners.slice(1).flat()).toEqual([[ana.doc.clientID, ana.person.id]]);
  });

  test('[I1] what is shown in presence is owned before it is written with, also while its person is away', async () => {
    const [ana, mallory] = [new Peer(1), new Peer(66)];
    const { rooms, clock } = await meeting(ana, mallory);
    ana.sendPresence({ cursor: null }, 1);
    await exchange(clock, ana, mallory);
    ana.disconnect();
    mallory.sendPresence({ cursor: null }, 5, ana.doc.clientID);
    await exchange(clock, mallory);
    expect(mallory.presence.get(ana.doc.clientID)?.state).toBeNull();
    mallory.session!.receive(forged(ana.doc.clientID, 0));
    await exchange(clock, mallory);
    expect(mallory.socket.closed?.code).toBe(4405);
    await ana.connect(rooms, noteId);
    ana.text.insert(0, 'a');
    await exchange(clock, ana);
    expect(ana.receipts.at(-1)).toBe(ana.sent);
  });

  test('[I2] [S5] what the document has is neither written nor relayed again', async () => {
    const [ana, ben, mallory] = [new Peer(1), new Peer(2), new Peer(66)];
    const { clock, noteLog } = await meeting(ana, ben, mallory);
    ana.text.insert(0, 'genuine ');
    await exchange(clock, ana, ben, mallory);
    const words = { peer: ana.doc.clientID, clock: 0, structs: [text({ root: 'default' }, 'EVILEVIL')] };
    const own = { peer: mallory.doc.clientID, clock: 0, structs: [text({ root: 'default' }, 'mine ')] };
    const falling = [words, own].sort((one, other) => other.peer - one.peer);
    mallory.session!.receive(writeUpdate(writtenUpdate(falling)));
    await clock.advance(50);
    const relayed = ben.socket.toPeer.map((frame) => Buffer.from(frame).toString('latin1')).join();
    expect(relayed).toContain('mine ');
    expect(relayed).not.toContain('EVIL');
    const load = await noteLog.load(noteId);
    expect(
      JSON.stringify(load, (_key, value: unknown) =>
        value instanceof Uint8Array ? Buffer.from(value).toString('latin1') : value,
      ),
    ).not.toContain('EVIL');
    expect(mallory.socket.closed).toBeNull();
  });

  test.each([
    ['is given back by whoever remembers it', true],
    ["is nobody else's to give, when the note was not set back", false],
  ])('[I5] what a note has lost %s', async (_what, isSetBack) => {
    const [ana, ben] = [new Peer(1), new Peer(2)];
    const { rooms, clock, storage } = await meeting(ana, ben);
    ana.text.insert(5, ' one');
    await exchange(clock, ana, ben);
    ana.text.insert(9, ' two');
    await exchange(clock, ana, ben);
    await rooms.close();
    for (const peer of [ana, ben]) peer.disconnect();
    const lost = { type: 'delete', key: noteUpdateKey(noteId, 3) } as const;
    const mark = putSetBack(noteId, clock.now());
    await storage.write(isSetBack ? [lost, mark] : [lost]);

    const again = createTestRooms(storage);
    await ben.connect(again.rooms, noteId);
    await exchange(again.clock, ben);
    expect(ben.socket.closed?.code).toBe(isSetBack ? undefined : 4405);
    ana.text.insert(13, ' three');
    await ana.connect(again.rooms, noteId);
    await exchange(again.clock, ana, ben);
    expect([ana.socket.closed, ana.receipts.at(-1)]).toEqual([null, ana.sent]);
    if (!isSetBack) return;
    expect(ben.text.toJSON()).toBe('Hello one two three');
    ben.session!.receive(forged(ana.doc.clientID, clockOf(ana)));
    await exchange(again.clock, ana, ben);
    expect(ben.socket.closed?.code).toBe(4405);
  });

  test('[I5] [Z1] what is given back has no more ids than a note may have', async () => {
    const mallory = new Peer(66);
    const { rooms, clock, storage } = await meeting();
    await rooms.close();
    await storage.write([putSetBack(noteId, clock.now())]);
    const again = createTestRooms(storage);
    await mallory.connect(again.rooms, noteId);
    await exchange(again.clock, mallory);
    const runs = (from: number) =>
      Array.from({ length: 15_000 }, (_, n) => ({ peer: from - n, clock: 0, structs: [gone(1)] }));
    mallory.session!.receive(writeStep2(writtenUpdate(runs(16_000))));
    await exchange(again.clock, mallory);
    expect(mallory.socket.closed).toBeNull();
    mallory.session!.receive(writeStep2(writtenUpdate(runs(65_000))));
    await exchange(again.clock, mallory);
    expect(mallory.socket.closed?.code).toBe(4413);
  });

  test("[I3] the server's edits are under ids of its own, also after a restart", async () => {
    const mallory = new Peer(66);
    const { rooms, clock, storage } = await meeting(mallory);
    const edit = rooms.use(noteId, (doc) => doc.getText('default').insert(0, 'Minutes. '));
    await exchange(clock, mallory);
    await edit;
    mallory.disconnect();
    await rooms.close();
    const again = createTestRooms(storage);
    for (const peer of mallory.doc.store.clients.keys()) {
      await mallory.connect(again.rooms, noteId);
      mallory.session!.receive(forged(peer, Y.getState(mallory.doc.store, peer)));
      await exchange(again.clock, mallory);
      expect(mallory.socket.closed?.code).toBe(4405);
    }
  });
});

describe('many ids', () => {
  test('[Z1] in one change are one too many as well as one by one, and nobody is kept out by them', async () => {
    const [ben, mallory] = [new Peer(2), new Peer(66)];
    const { rooms, clock } = await meeting(ben, mallory);
    const one = (peer: number) => ({ peer, clock: 0, structs: [gone(1)] });
    const ids = (from: number, count: number) =>
      Array.from({ length: count }, (_, n) => one(from + count - n));
    mallory.session!.receive(writeUpdate(writtenUpdate(ids(1000, 50_000))));
    await exchange(clock, ben);
    expect(mallory.socket.closed?.code).toBe(4413);
    ben.disconnect();
    await ben.connect(rooms, noteId);
    await exchange(clock, ben);
    expect(ben.socket.closed).toBeNull();
    expect(ben.doc.store.clients.size).toBeLessThan(10);

    await mallory.connect(rooms, noteId);
    await exchange(clock, mallory);
    mallory.session!.receive(writeUpdate(writtenUpdate(ids(1000, ownerLimits.idsPerPerson))));
    await exchange(clock, mallory);
    expect(mallory.socket.closed).toBeNull();
  });
});

describe('strangers', () => {
  test('[I4] one that reconnects goes on under its id', async () => {
    const [stranger, ben] = [new Stranger(3), new Peer(2)];
    const { rooms, clock } = await meeting(stranger, ben);
    stranger.text.insert(5, ' one');
    await exchange(clock, stranger, ben);
    stranger.disconnect();
    const again = asSomebodyNew(stranger, 4);
    again.text.insert(9, ' two');
    await again.connect(rooms, noteId);
    await exchange(clock, again, ben);
    expect([again.socket.closed, ben.text.toJSON()]).toEqual([null, 'Hello one two']);
  });

  test('[I4] while the old connection seems alive it is told to come again, and then is let in', async () => {
    const [stranger, ben] = [new Stranger(3), new Peer(2)];
    const { rooms, clock } = await meeting(stranger, ben);
    stranger.text.insert(5, ' one');
    await exchange(clock, stranger, ben);
    const again = asSomebodyNew(stranger, 4);
    again.text.insert(9, ' two');
    await again.connect(rooms, noteId);
    await exchange(clock, again, ben);
    expect([again.socket.closed?.code, stranger.socket.closed]).toEqual([1013, null]);
    stranger.disconnect();
    await again.connect(rooms, noteId);
    await exchange(clock, again, ben);
    expect([again.socket.closed, ben.text.toJSON()]).toEqual([null, 'Hello one two']);
  });

  test('[I4] the id is free also when they left before their last words were on disk', async () => {
    const [stranger, ben] = [new Stranger(3), new Peer(2)];
    const { rooms, clock } = await meeting(stranger, ben);
    stranger.text.insert(5, ' one');
    stranger.upload();
    stranger.disconnect();
    await exchange(clock, ben);
    expect(ben.text.toJSON()).toBe('Hello one');
    const again = asSomebodyNew(stranger, 4);
    await again.connect(rooms, noteId);
    again.text.insert(9, ' two');
    await exchange(clock, again, ben);
    expect(again.socket.closed).toBeNull();
    expect(ben.text.toJSON()).toBe('Hello one two');
  });

  test('[I4] no stranger writes under the id of a person, there or not', async () => {
    const [ana, stranger] = [new Peer(1), new Stranger(3)];
    const { rooms, clock } = await meeting(ana, stranger);
    ana.text.insert(0, 'a');
    await exchange(clock, ana, stranger);
    ana.disconnect();
    stranger.session!.receive(forged(ana.doc.clientID, clockOf(ana)));
    await exchange(clock, stranger);
    expect(stranger.socket.closed?.code).toBe(4405);
    await ana.connect(rooms, noteId);
    await exchange(clock, ana);
    expect(ana.socket.closed).toBeNull();
  });
});

describe('how many', () => {
  const nothing = { snapshot: null, updates: [], lastSequence: 0, lastAt: 0 };

  test('[Z1] a person may have so many ids, and the others theirs', () => {
    const owners = new PeerOwners(nothing);
    const [ana, ben] = [{ person: person(1) }, { person: person(2) }];
    for (let peer = 0; peer < ownerLimits.idsPerPerson; peer++) {
      expect(owners.judge(ana, peer)).toBe('own');
      owners.claim(ana, peer);
    }
    expect(owners.judge(ana, 99_999)).toBe('too-many');
    expect(owners.judge(ana, 5)).toBe('own');
    expect(owners.judge(ben, 99_999)).toBe('own');
  });

  test('[Z1] strangers never use up all ids of a note', () => {
    const owners = new PeerOwners(nothing);
    for (let peer = 0; peer < ownerLimits.idsOfStrangers; peer++) {
      const stranger = { person: { ...person(peer % 250), isStranger: true } };
      owners.claim(stranger, peer);
      owners.left(stranger);
    }
    const late = { person: { ...person(251), isStranger: true } };
    expect(owners.judge(late, 99_999)).toBe('too-many');
    expect(owners.judge({ person: person(1) }, 99_999)).toBe('own');
  });

  test('[Z2] writing and deleting for long leaves no long log', async () => {
    const [ana, ben] = [new Peer(1), new Peer(2)];
    const { clock, noteLog } = await meeting(ana, ben);
    for (let n = 0; n < 20; n++) {
      ana.text.insert(0, 'x'.repeat(1_000_000));
      await exchange(clock, ana, ben);
      ana.text.delete(0, 1_000_000);
      await exchange(clock, ana, ben);
      await clock.advance(1000);
    }
    expect(ana.socket.closed).toBeNull();
    const load = await noteLog.load(noteId);
    if (load.state !== 'whole') throw new RangeError('The note is not whole.');
    const { snapshot, updates } = load.note;
    expect(snapshot!.update.length).toBeLessThan(2_000_000);
    expect(updates.reduce((sum, { update }) => sum + update.length, 0)).toBeLessThan(16 * 1024 * 1024);
    expect(snapshot!.owners?.get(ana.doc.clientID)).toBe(ana.person.id);
  });

  test('[Z1] a full note takes no more, lets delete, and then takes again', async () => {
    const [ana, ben] = [new Peer(1), new Peer(2)];
    const { clock, rooms } = await meeting(ana, ben);
    for (let n = 0; n < 5; n++) {
      ana.text.insert(5, 'x'.repeat(1_000_000));
      await exchange(clock, ana, ben);
      await clock.advance(1000);
    }
    expect(ana.socket.closed).toBeNull();
    const mallory = new Peer(66);
    await mallory.connect(rooms, noteId);
    await exchange(clock, mallory);
    mallory.text.insert(0, 'y'.repeat(500_000));
    await exchange(clock, mallory);
    expect(mallory.socket.closed).toMatchObject({ code: 4413, reason: 'This note is full.' });

    ben.text.delete(5, 4_000_000);
    await exchange(clock, ana, ben);
    expect(ben.socket.closed).toBeNull();
    await clock.advance(11_000);
    ben.text.insert(0, 'z'.repeat(500_000));
    await exchange(clock, ana, ben);
    expect(ben.socket.closed).toBeNull();
    expect(ana.text.length).toBe(1_500_005);
  });
});
