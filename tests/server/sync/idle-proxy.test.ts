// What keeps a connection alive on which nobody says anything, behind a proxy that drops what is silent.
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import WebSocket from 'ws';
import { WebsocketProvider } from 'y-websocket';
import * as Y from 'yjs';
import { createTestClock } from '../../support/clock.ts';
import { openCollabServer } from '../../support/collab-server.ts';
import { noteId, textUpdate } from '../../support/rooms.ts';
import { openTcpProxy } from '../../support/tcp-proxy.mjs';

const pingMs = 10_000;
const idleMs = 15_000;

test(
  '[L3] the server’s pings keep a silent connection alive where 15 s of silence end it',
  { timeout: 30_000 },
  async () => {
    const clock = createTestClock();
    const time = { clock, schedule: clock.schedule };
    const server = await openCollabServer(time, time);
    const proxy = await openTcpProxy({ port: server.port, idleMs, schedule: clock.schedule });
    await server.rooms.create(noteId, textUpdate('Hello'), []);
    const provider = new WebsocketProvider(`ws://127.0.0.1:${proxy.port}/collab`, noteId, new Y.Doc(), {
      WebSocketPolyfill: WebSocket as never,
      disableBc: true,
    });
    onTestFinished(async () => {
      provider.destroy();
      await proxy.close();
      await server.close();
    });
    while (!provider.synced) {
      await clock.advance(1); // as fast as the real one, since the network keeps its own time
      await delay(1);
    }
    const socket = provider.ws as unknown as WebSocket;
    for (let n = 0; n < 12; n++) {
      const pinged = once(socket, 'ping');
      await clock.advance(pingMs);
      await pinged;
    }
    expect(provider.ws).toBe(socket);
    expect(provider.synced).toBe(true);
  },
);
