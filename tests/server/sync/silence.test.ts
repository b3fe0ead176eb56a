import { describe, expect, test } from 'vitest';
import { exchange, Peer, person } from '../../support/peer.ts';
import { createTestRooms, noteId, textUpdate } from '../../support/rooms.ts';

const broken = 1006;

async function meeting() {
  const made = createTestRooms();
  await made.rooms.create(noteId, textUpdate('Hello'), []);
  const [ana, ben] = [new Peer(1), new Peer(2)];
  const { clock } = made;
  const join = async (...peers: Peer[]) => {
    for (const peer of peers) {
      await peer.connect(made.rooms, noteId);
      peer.sendPresence({ cursor: null }, 1);
    }
    await exchange(clock, ana, ben, ...peers);
  };
  await join(ana, ben);
  return {
    ...made,
    ana,
    ben,
    join,
    /** Time goes by, Ben's socket answers every ping, and so do those of `alive`. */
    async wait(seconds: number, ...alive: Peer[]) {
      for (let second = 0; second < seconds; second++) {
        for (const peer of [ben, ...alive]) peer.session?.heard();
        await clock.advance(1000);
      }
      await exchange(clock, ben, ...alive);
    },
    async write(peer: Peer, text = 'x') {
      peer.text.insert(0, text);
      await exchange(clock, ana, ben);
    },
    /** The network goes, and the server gets to know. */
    breakOff(peer: Peer) {
      peer.session?.leave(broken);
      peer.disconnect();
    },
  };
}

const silent = (peer: Peer) =>
  peer.notices.filter((notice) => (notice as { kind: string }).kind === 'silent') as {
    people: { name: string; forMs: number }[];
    back: object[];
  }[];
const told = (peer: Peer) =>
  silent(peer)
    .at(-1)
    ?.people.map(({ name }) => name) ?? [];

describe('who stopped arriving', () => {
  test('[P7] is told of when their socket broke while they wrote, with how long ago, to newcomers too', async () => {
    const { ana, ben, join, wait, write, breakOff } = await meeting();
    await write(ana);
    breakOff(ana);
    await wait(3);
    expect(told(ben)).toEqual([]);
    await wait(8);
    const { id, name, colour } = person(1);
    const [notice] = silent(ben);
    expect(notice).toMatchObject({ people: [{ id, name, colour }], back: [] });
    expect(notice!.people[0]!.forMs).toBeGreaterThanOrEqual(5000);
    expect(notice!.people[0]!.forMs).toBeLessThanOrEqual(10_500);
    await wait(20);
    expect(silent(ben)).toHaveLength(1);
    const carla = new Peer(3);
    await join(carla);
    expect(silent(carla)[0]!.people).toMatchObject([{ name }]);
    expect(silent(carla)[0]!.people[0]!.forMs).toBeGreaterThan(25_000);
  });

  test('[P8] nobody is back with everything because neither page has named an id', async () => {
    const { ben, clock, rooms, wait, breakOff } = await meeting();
    const [page, other] = [new Peer(3), new Peer(3)];
    await page.connect(rooms, noteId);
    await exchange(clock, ben, page);
    page.text.insert(0, 'x');
    await exchange(clock, ben, page);
    breakOff(page);
    await wait(10);
    expect(told(ben)).toEqual(['Person 3']);
    await other.connect(rooms, noteId);
    await exchange(clock, ben, other);
    expect(silent(ben).at(-1)).toMatchObject({ people: [], back: [{ name: 'Person 3', isWhole: false }] });
  });

  test('[P7] is told of up to a bound: who comes and breaks off again and again cannot flood the others', async () => {
    const { ben, clock, join, wait, breakOff } = await meeting();
    for (let n = 0; n < 110; n++) {
      const mallory = new Peer(3 + n);
      await join(mallory);
      mallory.text.insert(0, 'x');
      await exchange(clock, mallory);
      ben.socket.toPeer.length = 0;
      breakOff(mallory);
    }
    await wait(10);
    const most = Math.max(...silent(ben).map(({ people }) => people.length));
    expect([most, told(ben).length]).toEqual([100, 100]);
  });

  test('[P7] is told of when their socket only looks open', async () => {
    const { ana, ben, wait, write } = await meeting();
    await write(ana);
    await wait(14);
    expect(told(ben)).toEqual([]);
    await wait(6);
    expect(told(ben)).toEqual(['Person 1']);
  });

  test('[P7] is nobody who said goodbye, had stopped writing before, or is back at once', async () => {
    const { ana, ben, join, wait, write, breakOff } = await meeting();
    await write(ana);
    ana.disconnect();
    await wait(30);
    await join(ana);
    await wait(30, ana);
    breakOff(ana);
    await wait(30);
    await join(ana);
    await write(ana);
    breakOff(ana);
    await join(ana);
    await wait(30, ana);
    expect(silent(ben)).toEqual([]);
  });

  test('[P8] is back when the same page has answered, and everything has arrived, late letters included', async () => {
    const { ana, ben, join, wait, write, breakOff } = await meeting();
    await write(ana);
    breakOff(ana);
    ana.text.insert(0, 'written alone ');
    await wait(12);
    await join(ana);
    expect(silent(ben).at(-1)).toEqual({
      kind: 'silent',
      people: [],
      back: [{ id: person(1).id, name: 'Person 1', isWhole: true }],
    });
    expect(ben.text.toJSON()).toContain('written alone');
  });

  test('[P8] is back on another page, of which it is not known whether it has everything', async () => {
    const { ben, ana, clock, join, wait, write, breakOff } = await meeting();
    await write(ana);
    breakOff(ana);
    await wait(12);
    const phone = new Peer(1);
    await join(phone);
    await exchange(clock, phone, ben);
    expect(silent(ben).at(-1)).toMatchObject({ people: [], back: [{ name: 'Person 1', isWhole: false }] });
  });

  test('[P8] is back when heard again on the same socket', async () => {
    const { ana, ben, wait, write } = await meeting();
    await write(ana);
    await wait(20);
    expect(told(ben)).toEqual(['Person 1']);
    await wait(6, ana);
    expect(silent(ben).at(-1)).toMatchObject({ people: [], back: [{ name: 'Person 1', isWhole: false }] });
  });

  test('[P8] is not told of when they write in another window, and the old socket still looks open', async () => {
    const { ana, ben, clock, join, wait, write } = await meeting();
    await write(ana);
    const other = new Peer(1);
    await join(other);
    await wait(2, other);
    other.text.insert(0, 'y');
    await exchange(clock, other, ben);
    await wait(25, other);
    expect(silent(ben)).toEqual([]);
  });

  test('[P8] is not waited for after ten minutes, and nobody is said to be back', async () => {
    const { ana, ben, wait, write, breakOff } = await meeting();
    await write(ana);
    breakOff(ana);
    await wait(12);
    await wait(600);
    expect(silent(ben).at(-1)).toEqual({ kind: 'silent', people: [], back: [] });
  });
});
