// Opening and closing leaves nothing behind: real sockets and the real LevelDB, time in the test's hand. Counts what
// the whole process holds after a garbage collection, so it has a file, hence a process, of its own.
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterAll, beforeAll, expect, test } from 'vitest';
import WebSocket from 'ws';
import * as Y from 'yjs';
import { writeAwareness, writeStep1, writeUpdate } from '../../../server/sync/protocol.ts';
import { createNoteId } from '../../../src/core/ids.ts';
import { createTestClock } from '../../support/clock.ts';
import type { CollabServer } from '../../support/collab-server.ts';
import { openCollabServer } from '../../support/collab-server.ts';
import { textUpdate } from '../../support/rooms.ts';

/** `OPEN_CLOSE=10000` for the long run. */
const times = Number(process.env.OPEN_CLOSE ?? 200);
/** More than these may not be held in the end. */
const share = 1.02;
const messageReceipt = 4;

const clock = createTestClock();
let server: CollabServer;
beforeAll(async () => {
  const time = { clock, schedule: clock.schedule };
  server = await openCollabServer(time, time);
});
afterAll(() => server.close());

setFlagsFromString('--expose-gc');
setFlagsFromString('--no-opt'); // what the compiler makes of busy functions is not what is looked for
const collectGarbage = runInNewContext('gc') as () => void;

/** What is held, bytes, buffers outside of the heap included. */
async function held(): Promise<number> {
  for (let round = 0; round < 3; round++) {
    collectGarbage();
    await new Promise((resolve) => setImmediate(resolve));
  }
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

/** A person who opens a note again and again. They set one thing anew: text that is deleted would leave its traces. */
class Visitor {
  readonly noteId;
  readonly #doc = new Y.Doc();
  #visits = 0;

  constructor(n: number) {
    this.noteId = createNoteId(new Uint8Array(16).fill(n));
  }

  async visit(): Promise<void> {
    const socket = new WebSocket(`${server.origin}/collab/${this.noteId}?rollcall=1`);
    socket.binaryType = 'nodebuffer';
    await once(socket, 'open');
    const send = (update: Uint8Array) => socket.send(writeUpdate(update));
    socket.send(writeStep1(Y.encodeStateVector(this.#doc)));
    socket.send(writeAwareness([{ peer: this.#doc.clientID, clock: 1, state: '{"cursor":null}' }]));
    this.#doc.on('update', send);
    this.#doc.getMap('default').set('visits', ++this.#visits);
    this.#doc.off('update', send);
    await saved(socket, 1);
    socket.close();
    await once(socket, 'close');
    // The room has heard of it once the peer's end is told; it closes by itself a little later.
    while (server.rooms.present(this.noteId).length > 0) await delay(1);
    await clock.advance(6000);
  }
}

/** Waits for the receipt of `count` frames. The clock goes on five times as fast as the real one: disk and network keep up. */
async function saved(socket: WebSocket, count: number): Promise<void> {
  let told = 0;
  socket.on('message', (frame: Buffer) => {
    if (frame[0] === messageReceipt) told = frame[1] ?? 0;
  });
  while (told < count) {
    if (socket.readyState !== WebSocket.OPEN) throw new Error('The server has ended the session.');
    await clock.advance(5);
    await delay(1);
  }
}

test(
  `a note that is opened and closed ${times} times leaves nothing behind`,
  { timeout: 60_000 + 300 * times },
  async () => {
    const visitors = Array.from({ length: 10 }, (_, n) => new Visitor(n + 1));
    for (const { noteId } of visitors) await server.rooms.create(noteId, textUpdate(''), []);
    const visitAll = async (count: number) => {
      for (let n = 0; n < count; n++) await visitors[n % visitors.length]!.visit();
    };
    await visitAll(Math.max(100, times / 10));
    const before = await held();
    const timers = clock.pending;
    await visitAll(times);
    const after = await held();
    expect(clock.pending).toBe(timers);
    expect(after / before, `${before} bytes before, ${after} after`).toBeLessThan(share);
  },
);
