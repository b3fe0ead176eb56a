import { describe, expect, test } from 'vitest';
import { writeAwareness } from '../../../server/sync/protocol.ts';
import { exchange, Peer, person } from '../../support/peer.ts';
import { createTestRooms, noteId, textUpdate } from '../../support/rooms.ts';

async function meeting(...persons: number[]) {
  const made = createTestRooms();
  await made.rooms.create(noteId, textUpdate('Hello'), []);
  const peers = persons.map((n) => new Peer(n));
  for (const peer of peers) await peer.connect(made.rooms, noteId);
  await exchange(made.clock, ...peers);
  return { ...made, peers, ana: peers[0]!, ben: peers[1]! };
}

const position = { type: null, tname: 'default', item: null, assoc: 0 };
const cursor = { anchor: position, head: position };
const shown = (peer: Peer, other: Peer) => peer.presence.get(other.doc.clientID)?.state;

describe('presence', () => {
  test('[P1] the server writes who somebody is, whatever they say', async () => {
    const { ana, ben, clock } = await meeting(1, 2);
    ana.sendPresence({ user: { name: 'The Chair', color: '#000000' }, cursor, admin: true }, 1);
    await exchange(clock, ana, ben);
    expect(shown(ben, ana)).toEqual({ user: person(1), cursor });
  });

  test('[P1] a caret that only looks like JSON reaches nobody, and ends its own session', async () => {
    const { ana, ben, clock } = await meeting(1, 2);
    const state =
      '{"cursor":{"anchor":null,"head":{"type":{"client":01,"clock":0},"tname":null,"item":null,"assoc":0}}}';
    ana.send(writeAwareness([{ peer: ana.doc.clientID, clock: 1, state }]));
    await exchange(clock, ana, ben);
    expect([ana.socket.closed?.code, shown(ben, ana)]).toEqual([4400, undefined]);
  });

  test('[P2] nobody can write, move or remove somebody else', async () => {
    const { ana, ben, clock } = await meeting(1, 2);
    ben.sendPresence({ cursor: null }, 1);
    await exchange(clock, ana, ben);
    ana.sendPresence({ cursor: null }, 1);
    ana.sendPresence({ cursor }, 99, ben.doc.clientID);
    ana.sendPresence(null, 100, ben.doc.clientID);
    await exchange(clock, ana, ben);
    expect(shown(ana, ben)).toEqual({ user: person(2), cursor: null });
    expect(ana.socket.closed).toBeNull();
  });

  test('[P2] a first frame that echoes others does not take their id', async () => {
    const { ana, ben, clock } = await meeting(1, 2);
    ben.sendPresence({ cursor: null }, 1);
    await exchange(clock, ana, ben);
    ana.send(
      writeAwareness([
        { peer: ben.doc.clientID, clock: 5, state: '{"cursor":null}' },
        { peer: ana.doc.clientID, clock: 1, state: '{"cursor":null}' },
      ]),
    );
    await exchange(clock, ana, ben);
    expect(shown(ben, ana)).toEqual({ user: person(1), cursor: null });
    expect(shown(ana, ben)).toEqual({ user: person(2), cursor: null });
  });

  test.each([
    ['no JSON', '{'],
    [
      'a cursor that is too large',
      JSON.stringify({ cursor: { ...cursor, head: { tname: 'x'.repeat(3000) } } }),
    ],
    ['a state that is too large', JSON.stringify({ junk: 'x'.repeat(20_000) })],
  ])('[P1] %s ends the session', async (_what, state) => {
    const { ana, clock } = await meeting(1);
    ana.send(writeAwareness([{ peer: ana.doc.clientID, clock: 1, state }]));
    await exchange(clock, ana);
    expect(ana.socket.closed?.code).toBe(4400);
  });

  test('[P1] of a cursor only the fields of a relative position are passed on', async () => {
    const { ana, ben, clock } = await meeting(1, 2);
    const dirty = { anchor: { ...position, extra: { deep: [1] } }, head: position, more: 1 };
    ana.sendPresence({ cursor: dirty }, 1);
    await exchange(clock, ana, ben);
    expect(shown(ben, ana)).toEqual({ user: person(1), cursor });
    const before = { client: ana.doc.clientID, clock: -1 };
    ana.sendPresence({ cursor: { anchor: { ...position, item: before }, head: position } }, 2);
    await exchange(clock, ana, ben);
    expect(shown(ben, ana)).toEqual({ user: person(1), cursor });
  });

  test('[P3] a session takes its state with it, and coming back with the same clock shows it again', async () => {
    const { ana, ben, clock, rooms } = await meeting(1, 2);
    ana.sendPresence({ cursor: null }, 1);
    await exchange(clock, ana, ben);
    ana.disconnect();
    await exchange(clock, ben);
    expect(shown(ben, ana)).toBeNull();
    await ana.connect(rooms, noteId);
    ana.sendPresence({ cursor: null }, 1);
    await exchange(clock, ana, ben);
    expect(shown(ben, ana)).toEqual({ user: person(1), cursor: null });
  });

  test('[P3] a person back before the old socket is known to be dead keeps the id, and the old end does not remove it', async () => {
    const { ana, ben, clock, rooms } = await meeting(1, 2);
    ana.sendPresence({ cursor: null }, 1);
    await exchange(clock, ana, ben);
    const old = ana.session!;
    await ana.connect(rooms, noteId);
    ana.sendPresence({ cursor }, 2);
    await exchange(clock, ana, ben);
    old.leave();
    await exchange(clock, ana, ben);
    expect(shown(ben, ana)).toEqual({ user: person(1), cursor });
  });

  test('[P4] a state is renewed for as long as its session lives, though its peer says nothing', async () => {
    const { ana, ben, clock } = await meeting(1, 2);
    ana.sendPresence({ cursor: null }, 1);
    await exchange(clock, ana, ben);
    for (let i = 0; i < 5; i++) {
      const before = ben.presence.get(ana.doc.clientID)!.clock;
      await clock.advance(25_000);
      while (ben.download());
      expect(ben.presence.get(ana.doc.clientID)!.clock).toBeGreaterThan(before);
    }
  });

  test('[P4] a session hears something at least every 20 s in the quietest room', async () => {
    const { ana, clock } = await meeting(1);
    for (let i = 0; i < 6; i++) {
      await clock.advance(20_000);
      expect(ana.download()).toBe(true);
      while (ana.download());
    }
  });

  test('[P5] two sessions of one person are two states and one person', async () => {
    const { ana, ben, peers, clock, rooms } = await meeting(1, 1, 2);
    ana.sendPresence({ cursor: null }, 1);
    ben.sendPresence({ cursor }, 1);
    await exchange(clock, ...peers);
    expect(peers[2]!.presence.size).toBe(2);
    expect(rooms.present(noteId)).toEqual([person(1).id, person(2).id]);
  });

  test('a new name is shown wherever the person is', async () => {
    const { ana, ben, clock, rooms } = await meeting(1, 2);
    ana.sendPresence({ cursor: null }, 1);
    await exchange(clock, ana, ben);
    rooms.rename(ana.person.id, { name: 'Ana Maria' });
    await exchange(clock, ana, ben);
    expect(shown(ben, ana)).toEqual({ user: { ...person(1), name: 'Ana Maria' }, cursor: null });
  });

  test('a newcomer hears of everybody, also when it asks', async () => {
    const { ana, clock, rooms } = await meeting(1);
    ana.sendPresence({ cursor }, 1);
    await exchange(clock, ana);
    const ben = new Peer(2);
    await ben.connect(rooms, noteId);
    await exchange(clock, ana, ben);
    expect(shown(ben, ana)).toEqual({ user: person(1), cursor });
    ben.presence.clear();
    ben.send(Uint8Array.of(3));
    await exchange(clock, ana, ben);
    expect(shown(ben, ana)).toEqual({ user: person(1), cursor });
  });

  test('[P6] in a crowd presence waits, text does not, and whoever comes sees everybody at once', async () => {
    const { clock, rooms, peers, ana, ben } = await meeting(...Array.from({ length: 100 }, (_, n) => n + 1));
    const heard = () => ben.presence.get(ana.doc.clientID)?.clock ?? -1;
    const move = (clockOfAna: number) => ana.sendPresence({ cursor: null, clockOfAna }, clockOfAna);
    const step = async (ms: number) => {
      while (ana.upload());
      await clock.advance(ms);
      while (ben.download());
    };
    move(1);
    await exchange(clock, ...peers);
    ana.sendPresence({ cursor }, 2);
    await step(20);
    const first = heard();
    ana.sendPresence({ cursor: null }, 3);
    ana.text.insert(0, 'quick ');
    await step(20);
    expect(ben.text.toJSON()).toContain('quick');
    expect(heard()).toBe(first);
    const late = new Peer(101);
    await late.connect(rooms, noteId);
    while (late.upload());
    await clock.advance(20);
    while (late.download());
    expect(shown(late, ana)).toEqual({ user: person(1), cursor: null });
    await step(81);
    expect(heard()).toBeGreaterThan(first);
    expect(shown(ben, ana)).toEqual({ user: person(1), cursor: null });
  });
});
