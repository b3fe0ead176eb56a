// Hostile bytes on real sockets, below the messages: the WebSocket layer, the handshake, a peer that is gone or does
// not read. After each, two honest providers still write to one another, and a newcomer gets everything.
import { once } from 'node:events';
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import WebSocket from 'ws';
import { WebsocketProvider } from 'y-websocket';
import * as Y from 'yjs';
import { createTestClock } from '../../support/clock.ts';
import type { CollabServer } from '../../support/collab-server.ts';
import { openCollabServer } from '../../support/collab-server.ts';
import { noteId } from '../../support/rooms.ts';

const ownClock = createTestClock();
let server: CollabServer;
let ana: ReturnType<typeof openPeer>;
let ben: ReturnType<typeof openPeer>;

beforeAll(async () => {
  const limits = { socketsPerPerson: 5, socketsPerAddress: 100 };
  server = await openCollabServer({ clock: ownClock, schedule: ownClock.schedule, limits });
  const doc = new Y.Doc();
  doc.getText('default').insert(0, 'Hello');
  await server.rooms.create(noteId, Y.encodeStateAsUpdate(doc), []);
  [ana, ben] = [openPeer(1), openPeer(2)];
  await Promise.all([says(ana, 'Hello'), says(ben, 'Hello')]);
});
afterAll(async () => {
  for (const { provider } of [ana, ben]) provider.destroy();
  await server.close();
});

/** An unmodified provider of person number `n`. */
function openPeer(n: number | 'stranger') {
  const doc = new Y.Doc();
  class Cookied extends WebSocket {
    constructor(address: string | URL) {
      super(address, { headers: { cookie: String(n) } });
    }
  }
  const provider = new WebsocketProvider(`${server.origin}/collab`, noteId, doc, {
    WebSocketPolyfill: Cookied as never,
    disableBc: true,
  });
  return { doc, provider, text: doc.getText('default') };
}
type RealPeer = ReturnType<typeof openPeer>;

/** Resolves once its text has `words`. */
const says = ({ doc, text }: RealPeer, words: string) =>
  new Promise<void>((resolve) => {
    const look = () => {
      if (!text.toJSON().includes(words)) return;
      doc.off('update', look);
      resolve();
    };
    doc.on('update', look);
    look();
  });

/** Edits go both ways, and a newcomer gets them. */
async function expectHarmless(): Promise<void> {
  const words = `${ana.text.length}`;
  ana.text.insert(0, `<${words}`);
  await says(ben, `<${words}`);
  ben.text.insert(ben.text.length, `${words}>`);
  await says(ana, `${words}>`);
  const newcomer = openPeer(9);
  await says(newcomer, `${words}>`);
  expect(newcomer.text.toJSON()).toBe(ana.text.toJSON());
  newcomer.provider.destroy();
}

/** A socket after a handshake by hand. */
async function upgraded(cookie = '67'): Promise<Socket> {
  const socket = connect(server.port, '127.0.0.1');
  socket.on('error', () => undefined);
  socket.write(
    `GET /collab/${noteId} HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nCookie: ${cookie}\r\n` +
      `Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${Buffer.alloc(16).toString('base64')}\r\n\r\n`,
  );
  const [answer] = (await once(socket, 'data')) as [Buffer];
  expect(answer.toString('latin1')).toContain('101');
  return socket;
}

/** A client's frame: first byte, then the payload behind a mask of zeros. */
function frame(first: number, payload = Buffer.alloc(0)): Buffer {
  const { length } = payload;
  const head = length < 126 ? [0x80 | length] : [0x80 | 126, length >> 8, length & 255];
  return Buffer.concat([Buffer.from([first, ...head, 0, 0, 0, 0]), payload]);
}

const hex = (text: string) => Buffer.from(text, 'hex');
const many = (count: number, bytes: Buffer) => Buffer.concat(Array.from({ length: count }, () => bytes));
const closing = (socket: Socket) => (socket.closed ? Promise.resolve() : once(socket.resume(), 'close'));

describe('hostile WebSocket frames', () => {
  test.each([
    ['compressed, which was not agreed', frame(0xc2)],
    ['with the second reserved bit', frame(0xa2)],
    ['with the third reserved bit', frame(0x92)],
    ['of a reserved kind', frame(0x83)],
    ['of a reserved control kind', frame(0x8b)],
    ['a continuation of nothing', frame(0x80)],
    ['a message within a message', Buffer.concat([frame(0x02), frame(0x82)])],
    ['without a mask', hex('8200')],
    ['as long as 2^63', hex('82ffffffffffffffffff')],
    ['as long as 2^53', hex('82ff0020000000000000')],
    ['64 MiB announced', hex('82ff0000000004000000')],
    ['a ping of 126 bytes', frame(0x89, Buffer.alloc(126))],
    ['a ping in pieces', frame(0x09)],
    ['a close with half a code', frame(0x88, hex('03'))],
    ['a close with a code that is none', frame(0x88, hex('0001'))],
    ['a close whose reason is no text', frame(0x88, hex('03e8ff'))],
    ['text that is none', frame(0x81, hex('ff'))],
    ['text', frame(0x81, Buffer.from('hello'))],
    ['a message in 2,000 pieces', Buffer.concat([frame(0x02), many(2000, frame(0x00, hex('01')))])],
    ['100,000 empty pieces', Buffer.concat([frame(0x02), many(100_000, frame(0x00))])],
    ['10,000 pings', many(10_000, frame(0x89, Buffer.alloc(100)))],
    ['10,000 pongs nobody asked for', many(10_000, frame(0x8a))],
    ['10,000 empty messages', many(10_000, frame(0x82))],
  ])('[S5] %s: cost their sender the socket', async (_what, bytes) => {
    const socket = await upgraded();
    const closed = closing(socket);
    socket.write(bytes);
    // An honest end would answer the close frame; this one just waits to be cut off.
    await Promise.all([closed, passTime()]);
    await expectHarmless();
    async function passTime() {
      for (let n = 0; n < 100 && !socket.closed; n++) {
        await new Promise((resolve) => setImmediate(resolve));
        if (n > 50) await ownClock.advance(200);
      }
    }
  });
});

describe('hostile handshakes', () => {
  test.each([
    ['no HTTP', 'HELO there\r\n\r\n'],
    ['a header without end', `GET /collab/${noteId} HTTP/1.1\r\nX: ${'x'.repeat(100_000)}`],
    ['another version of WebSocket', request('Sec-WebSocket-Version: 99')],
    ['no key', request('X: y')],
    ['a body', `${request('Content-Length: 5')}hello`],
  ])('[L4] %s is refused', async (_what, words) => {
    const socket = connect(server.port, '127.0.0.1');
    socket.on('error', () => undefined);
    const closed = closing(socket);
    socket.write(words);
    await closed;
    await expectHarmless();
  });

  test('[L4] one person may hold so many sockets, others are let in, and a place becomes free', async () => {
    const sockets = await Promise.all(Array.from({ length: 5 }, () => upgraded('68')));
    expect(await statusOf('68')).toBe(429);
    const other = await upgraded('69');
    await expectHarmless();
    for (const socket of [...sockets, other]) socket.destroy();
    while ((await statusOf('68')) !== 101) await new Promise((resolve) => setImmediate(resolve));
  });
});

describe('peers that are gone or do not read', () => {
  test('[L3] one that has gone without a word is found within 35 s, and those that answer stay', async () => {
    const socket = await upgraded();
    socket.pause(); // it neither answers nor closes
    const closed = once(socket, 'close');
    let passed = 0;
    const honest = [ana, ben].map(({ provider }) => provider.ws);
    for (; passed < 36 && server.holds(socket.localPort); passed++) {
      await ownClock.advance(1000);
      await expectHarmless();
    }
    expect(passed).toBeGreaterThan(20);
    expect(passed).toBeLessThanOrEqual(35);
    socket.resume();
    await closed;
    expect([ana, ben].map(({ provider }) => provider.ws)).toEqual(honest);
  });

  test('[L3] one whose message comes in slowly has its time', async () => {
    const socket = await upgraded();
    for (const byte of frame(0x82, Buffer.alloc(60)).subarray(0, 60)) {
      socket.write(Buffer.from([byte]));
      await expectHarmless();
      await ownClock.advance(1000);
    }
    expect(server.holds(socket.localPort)).toBe(true);
    socket.destroy();
  });

  test('[L3] pings of one that does not read are not answered into its memory here', async () => {
    const socket = await upgraded();
    socket.pause();
    for (let n = 0; n < 20; n++) {
      socket.write(many(9, frame(0x89, Buffer.alloc(125))));
      await ownClock.advance(1000);
    }
    await expectHarmless();
    socket.destroy();
  });

  test('[I4] a stranger with a plain provider writes on under its id after the connection broke', async () => {
    const stranger = openPeer('stranger');
    await says(stranger, 'Hello');
    stranger.text.insert(0, 'One. ');
    await says(ana, 'One. ');
    stranger.provider.disconnect();
    stranger.text.insert(0, 'Two. ');
    stranger.provider.connect();
    // What Ana wrote at the same place may stand between the two.
    await says(ana, 'Two. ');
    stranger.provider.destroy();
    await expectHarmless();
  });
});

function request(header: string): string {
  return `GET /collab/${noteId} HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n${header}\r\n\r\n`;
}

/** How a handshake of this person ends. */
async function statusOf(cookie: string): Promise<number> {
  const socket = new WebSocket(`${server.origin}/collab/${noteId}`, { headers: { cookie } });
  socket.on('error', () => undefined);
  const status = await new Promise<number>((resolve) => {
    socket.on('open', () => resolve(101));
    socket.on('unexpected-response', (_request, response) => resolve(response.statusCode ?? 0));
  });
  socket.terminate();
  return status;
}
