// permessage-deflate on real sockets: what ws' own client makes of frames that were compressed once for all.
import { once } from 'node:events';
import { constants, deflateRawSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import WebSocket from 'ws';
import * as Y from 'yjs';
import { writeStep1 } from '../../../server/sync/protocol.ts';
import type { CollabServer } from '../../support/collab-server.ts';
import { openCollabServer } from '../../support/collab-server.ts';
import { noteId } from '../../support/rooms.ts';
import { rawUpgrade } from '../../support/raw-upgrade.ts';

const text = 'They said this and that. '.repeat(2000);

let server: CollabServer;
beforeAll(async () => {
  server = await openCollabServer();
  const doc = new Y.Doc();
  doc.getText('default').insert(0, text);
  await server.rooms.create(noteId, Y.encodeStateAsUpdate(doc), []);
});
afterAll(() => server.close());

/** Asks for the note; resolves with the update that answers and what had come over the network by then. */
async function ask(perMessageDeflate: WebSocket.ClientOptions['perMessageDeflate']) {
  const socket = new WebSocket(`${server.origin}/collab/${noteId}`, { perMessageDeflate });
  const answered = messageWhere(socket, ([type, kind]) => type === 0 && kind === 2);
  await once(socket, 'open');
  const raw = (socket as unknown as { _socket: { bytesRead: number } })._socket;
  socket.send(writeStep1(new Uint8Array([0])));
  const message = await answered;
  socket.terminate();
  return { message, bytesRead: raw.bytesRead, extensions: socket.extensions };
}

const messageWhere = (socket: WebSocket, isIt: (message: Buffer) => boolean) =>
  new Promise<Buffer>((resolve) => {
    socket.on('message', (message: Buffer) => isIt(message) && resolve(message));
  });

test('a peer that takes compressed frames gets the same in a tenth of the bytes', async () => {
  const plain = await ask(false);
  const deflated = await ask({ threshold: 0 });
  expect(plain.extensions).toBe('');
  expect(deflated.extensions).toBe('permessage-deflate');
  expect(Buffer.compare(plain.message, deflated.message)).toBe(0);
  expect(plain.bytesRead).toBeGreaterThan(text.length);
  expect(deflated.bytesRead).toBeLessThan(text.length / 10);
});

test('a peer with a smaller window is spoken to uncompressed', async () => {
  const { bytesRead } = await ask({ serverMaxWindowBits: 9 });
  expect(bytesRead).toBeGreaterThan(text.length);
});

test('what peers send compressed is read, each message for itself', async () => {
  const socket = new WebSocket(`${server.origin}/collab/${noteId}?rollcall=1`, {
    perMessageDeflate: { threshold: 0 },
  });
  await once(socket, 'open');
  const doc = new Y.Doc();
  for (let n = 1; n <= 3; n++) {
    let update: Uint8Array = new Uint8Array();
    doc.once('update', (bytes: Uint8Array) => (update = bytes));
    doc.getXmlFragment('default').insert(0, [new Y.XmlElement('paragraph')]);
    socket.send(Buffer.concat([Buffer.from([0, 2]), lengthPrefixed(update)]));
  }
  await messageWhere(socket, ([type, count]) => type === 4 && count === 3);
  socket.terminate();
});

const lengthPrefixed = (bytes: Uint8Array) => Buffer.concat([Buffer.from([bytes.length]), bytes]);

test('a message that inflates beyond all bounds costs its sender the socket, and the server lives', async () => {
  const bomb = deflateRawSync(Buffer.alloc(64 * 1024 * 1024), { finishFlush: constants.Z_SYNC_FLUSH });
  const head = Buffer.alloc(14);
  head[0] = 0xc2;
  head[1] = 0x80 | 127;
  head.writeBigUInt64BE(BigInt(bomb.length - 4), 2);
  const frame = Buffer.concat([head, bomb.subarray(0, -4)]);
  await rawUpgrade(server.origin, noteId, frame, {
    'sec-websocket-extensions': 'permessage-deflate; client_no_context_takeover',
  });
  expect((await ask({})).message.length).toBeGreaterThan(text.length);
});
