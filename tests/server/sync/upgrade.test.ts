// The real thing: http, ws, LevelDB, and y-websocket's own provider, unmodified.
import { once } from 'node:events';
import { request as httpRequest } from 'node:http';
import type { Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import WebSocket from 'ws';
import { WebsocketProvider } from 'y-websocket';
import * as Y from 'yjs';
import { readMessage } from '../../../server/sync/protocol.ts';
import type { NoteId } from '../../../src/core/ids.ts';
import type { CollabServer } from '../../support/collab-server.ts';
import { openCollabServer } from '../../support/collab-server.ts';
import { rawUpgrade } from '../../support/raw-upgrade.ts';
import { noteId, otherNoteId } from '../../support/rooms.ts';

let server: CollabServer;
beforeAll(async () => {
  server = await openCollabServer();
  const doc = new Y.Doc();
  doc.getXmlFragment('default').insert(0, [new Y.XmlElement('paragraph')]);
  await server.rooms.create(noteId, Y.encodeStateAsUpdate(doc), []);
});
afterAll(() => server.close());

/** An unmodified provider on a document of its own. */
function openPeer(id: NoteId = noteId) {
  const doc = new Y.Doc();
  const provider = new WebsocketProvider(`${server.origin}/collab`, id, doc, {
    WebSocketPolyfill: WebSocket as never,
    disableBc: true,
  });
  return { doc, provider };
}

const synced = (provider: WebsocketProvider) =>
  new Promise<void>((resolve) => (provider.synced ? resolve() : provider.once('sync', () => resolve())));

/** Resolves once `isSo` holds; asks after each event of `subscribe`. */
const until = (subscribe: (ask: () => void) => void, isSo: () => boolean) =>
  new Promise<void>((resolve) => {
    const ask = () => isSo() && resolve();
    subscribe(ask);
    ask();
  });

/** How an upgrade to `path` ends: the HTTP status it is refused with, or the close code. */
function ending(path: string, headers: Record<string, string> = {}): Promise<number> {
  const socket = new WebSocket(server.origin + path, { headers });
  return new Promise((resolve) => {
    socket.on('unexpected-response', (_request, response) => {
      resolve(response.statusCode ?? 0);
      response.destroy();
    });
    socket.on('close', resolve);
    socket.on('error', () => undefined);
  });
}

/** The status of the socket once open; it is closed again. */
async function opens(path: string, headers: Record<string, string> = {}): Promise<boolean> {
  const socket = new WebSocket(server.origin + path, { headers });
  await once(socket, 'message');
  socket.terminate();
  return true;
}

describe('unmodified y-websocket peers', () => {
  test('two converge through a room, and see each other under the names the server gives', async () => {
    const [ana, ben] = [openPeer(), openPeer()];
    await Promise.all([synced(ana.provider), synced(ben.provider)]);
    ana.doc.getXmlFragment('default').insert(1, [new Y.XmlElement('heading')]);
    ben.doc.getXmlFragment('default').insert(0, [new Y.XmlElement('list')]);
    const xml = ({ doc }: { doc: Y.Doc }) => doc.getXmlFragment('default').toJSON();
    for (const { doc } of [ana, ben]) {
      await until(
        (ask) => doc.on('update', ask),
        () => doc.getXmlFragment('default').length === 3,
      );
    }
    expect(xml(ana)).toBe(xml(ben));
    const { awareness } = ben.provider;
    const state = () =>
      awareness.getStates().get(ana.doc.clientID) as { user?: { name: string } } | undefined;
    await until(
      (ask) => awareness.on('change', ask),
      () => state()?.user !== undefined,
    );
    expect(state()!.user!.name).toBe('Person 1');
    ana.provider.destroy();
    await until(
      (ask) => awareness.on('change', ask),
      () => state() === undefined,
    );
    ben.provider.destroy();
  });

  test('one that asks for a note that does not exist stops for good', async () => {
    const { provider } = openPeer(otherNoteId);
    const closed = await new Promise<{ code: number }>((resolve) => provider.on('closed', resolve));
    expect([closed.code, provider.shouldConnect]).toEqual([4404, false]);
    provider.destroy();
  });
});

describe('the door', () => {
  test('a path elsewhere is left alone', async () => {
    expect(await ending('/other')).toBe(418);
  });

  test.each(['/collab/', '/collab/short', `/collab/${noteId}/more`, `/collab/%20`])(
    '%s is 404',
    async (path) => {
      expect(await ending(path)).toBe(404);
    },
  );

  test('a foreign origin is 403, its own or none is let in', async () => {
    expect(await ending(`/collab/${noteId}`, { origin: 'http://evil.example' })).toBe(403);
    expect(await ending(`/collab/${noteId}`, { origin: 'null' })).toBe(403);
    expect(await opens(`/collab/${noteId}`, { origin: 'http://notes.example' })).toBe(true);
    expect(await opens(`/collab/${noteId}`)).toBe(true);
  });

  test('nobody is 401, one who may not is 403', async () => {
    expect(await ending(`/collab/${noteId}`, { cookie: 'nobody' })).toBe(401);
    expect(await ending(`/collab/${noteId}`, { cookie: '66' })).toBe(403);
  });

  test('a page older than the schema is told to reload, the same or newer is let in', async () => {
    expect(await ending(`/collab/${noteId}?schema=2`)).toBe(4409);
    expect(await ending(`/collab/${noteId}?schema=x`)).toBe(4409);
    expect(await opens(`/collab/${noteId}?schema=3`)).toBe(true);
  });

  test('[E1] a page of another epoch is told for good, the same or none is let in', async () => {
    expect(await ending(`/collab/${noteId}?schema=3&epoch=second`)).toBe(4410);
    expect(await opens(`/collab/${noteId}?schema=3&epoch=first`)).toBe(true);
    expect(await opens(`/collab/${noteId}?epoch=`)).toBe(true);
  });

  test('[F4] whose note cannot be looked up parts at once with 1011', async () => {
    const failing = await openCollabServer({
      epochOf: () => Promise.reject(new Error('The store is away.')),
    });
    const socket = new WebSocket(`${failing.origin}/collab/${noteId}`);
    const [code] = (await once(socket, 'close')) as [number];
    expect(code).toBe(1011);
    await failing.close();
  }, 10_000);

  test('[S1] an open room’s question comes with the answer to the upgrade', async () => {
    const { provider } = openPeer();
    await synced(provider);
    const { port } = new URL(server.origin);
    const headers = {
      connection: 'Upgrade',
      upgrade: 'websocket',
      'sec-websocket-version': '13',
      'sec-websocket-key': Buffer.alloc(16).toString('base64'),
    };
    const request = httpRequest({ port, host: '127.0.0.1', path: `/collab/${noteId}`, headers }).end();
    const [, socket, head] = (await once(request, 'upgrade')) as [unknown, Socket, Buffer];
    const [length, ...message] = head.subarray(1);
    expect(message).toHaveLength(length!);
    expect(readMessage(Uint8Array.from(message))).toMatchObject({ type: 'step1' });
    socket.destroy();
    provider.destroy();
  });

  test('text instead of bytes ends the session', async () => {
    const socket = new WebSocket(`${server.origin}/collab/${noteId}`);
    await once(socket, 'open');
    socket.send('hello');
    const [code] = (await once(socket, 'close')) as [number];
    expect(code).toBe(4400);
  });

  test.each([
    ['a frame over the limit', 5 * 1024 * 1024, 4413],
    ['a frame not worth reading', 9 * 1024 * 1024, 1009],
  ])('%s ends the session', async (_what, length, expected) => {
    const socket = new WebSocket(`${server.origin}/collab/${noteId}`);
    await once(socket, 'open');
    socket.on('error', () => undefined);
    socket.send(new Uint8Array(length));
    const [code] = (await once(socket, 'close')) as [number];
    expect(code).toBe(expected);
  });

  test('hostile WebSocket frames cost their sender the socket, and the server lives', async () => {
    for (const frame of ['c700', 'f200', '8000', '82ffffffffffffffffff']) {
      await rawUpgrade(server.origin, noteId, Buffer.from(frame, 'hex'));
    }
    expect(await opens(`/collab/${noteId}`)).toBe(true);
  });
});
