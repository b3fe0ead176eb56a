// The services as the server has them, over a storage that fails: what people and the operator are told.
import { afterEach, expect, test, vi } from 'vitest';
import { readConfig } from '../../server/config.ts';
import type { Logger } from '../../server/log.ts';
import { createLogger } from '../../server/log.ts';
import { createInlineOffload } from '../../server/offload/offload.ts';
import { createServices } from '../../server/services.ts';
import { openLasting } from '../../server/storage/lasting.ts';
import { createPersonId } from '../../src/core/ids.ts';
import { Peer } from '../support/peer.ts';
import { createFrailStorage } from '../support/rooms.ts';

const log: Logger = createLogger('silent');
const ana = createPersonId(new Uint8Array(16).fill(1));

afterEach(() => vi.useRealTimers());

/** Moves frames both ways while time passes. */
async function talk(peer: Peer, ms: number): Promise<void> {
  for (let passed = 0; passed < ms; passed += 50) {
    while (peer.upload());
    await vi.advanceTimersByTimeAsync(50);
    while (peer.download());
  }
}

test('[F1] [F2] [F6] a disk that fails: people are told at once, health is red, and both heal by themselves', async () => {
  vi.useFakeTimers();
  const frail = createFrailStorage();
  frail.close = async () => undefined;
  let openings = 0;
  const space = { isLow: false, look: async () => undefined, makeRoomToOpen: async () => undefined };
  const storage = await openLasting(async () => {
    openings++;
    return frail;
  }, space);
  const services = createServices(readConfig({}), storage, log, createInlineOffload());
  const noteId = await services.notes.createNote(ana, 'Minutes');
  const peer = new Peer(1);
  await peer.connect(services.rooms, noteId);
  await talk(peer, 200);
  expect(services.health()).toEqual({ ok: true, reason: null });

  frail.isBroken = true;
  peer.doc.getMap('default').set('typed', 'text');
  await talk(peer, 200);
  expect(peer.notices).toEqual([
    { kind: 'read-only', reason: expect.stringMatching(/cannot save/) as string },
  ]);
  expect(services.health()).toEqual({ ok: false, reason: 'The disk is full.' });
  expect(peer.receipts.at(-1)).toBeLessThan(peer.sent);
  expect(await (await services.notes.page(noteId))?.html).toContain('Minutes');

  frail.isBroken = false;
  await talk(peer, 3000);
  expect(peer.notices.at(-1)).toEqual({ kind: 'live' });
  expect(services.health()).toEqual({ ok: true, reason: null });
  expect([peer.receipts.at(-1), openings]).toEqual([peer.sent, 2]);
  vi.useRealTimers();
  await services.close();
});

test('[F2] health is green again though nobody has a note open', async () => {
  vi.useFakeTimers();
  const frail = createFrailStorage();
  const services = createServices(readConfig({}), frail, log, createInlineOffload());
  frail.isBroken = true;
  const described = expect(services.people.describe(ana, { name: 'Ana' })).rejects.toThrow('full');
  await vi.advanceTimersByTimeAsync(500);
  await described;
  expect(services.health()).toEqual({ ok: false, reason: 'The disk is full.' });
  frail.isBroken = false;
  await vi.advanceTimersByTimeAsync(1000);
  expect(services.health()).toEqual({ ok: true, reason: null });
  vi.useRealTimers();
  await services.close();
});
