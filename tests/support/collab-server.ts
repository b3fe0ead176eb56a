// The real thing on a port of its own: http, ws, LevelDB in a folder that goes away.
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createCommit } from '../../server/storage/commit.ts';
import { openLevelStorage } from '../../server/storage/leveldb.ts';
import { createNoteLog } from '../../server/storage/note-log.ts';
import type { RoomTools } from '../../server/sync/room-tools.ts';
import { createRooms } from '../../server/sync/rooms.ts';
import type { SessionPerson } from '../../server/sync/rooms.ts';
import { createUpgrade } from '../../server/sync/upgrade.ts';
import type { UpgradeOptions } from '../../server/sync/upgrade.ts';
import { createPersonId } from '../../src/core/ids.ts';
import { removableFolder } from './folders.ts';
import { person } from './peer.ts';

const realSchedule = (run: () => void, delayMs: number) => {
  const timer = setTimeout(run, delayMs);
  return () => clearTimeout(timer);
};
const realClock = { now: () => performance.now(), date: () => Date.now() };
const silent = { info: () => undefined, warn: () => undefined, error: () => undefined };

export type CollabServer = Awaited<ReturnType<typeof openCollabServer>>;

/**
 * A server with the real LevelDB and the real sockets. The cookie is the number of the person, 1 without; `nobody` is
 * not let in, and `stranger` is one. `time`: of its rooms; that of its sockets is in `options`.
 */
export async function openCollabServer(
  options: Partial<UpgradeOptions> = {},
  time: Pick<RoomTools, 'clock' | 'schedule'> = { clock: realClock, schedule: realSchedule },
) {
  const { folder, remove } = await removableFolder();
  const storage = await openLevelStorage(folder, { create: 'if-folder-is-new' });
  const commit = createCommit(storage);
  const noteLog = createNoteLog(storage, commit);
  const roots = { open: ['default'], owned: ['roll'] };
  const rooms = createRooms({ noteLog, commit, ...time, log: silent, roots });
  const collab = createUpgrade({
    rooms,
    identify: (request) => identify(request.headers.cookie),
    mayConnect: ({ id }) => id !== person(66).id,
    allowedOrigin: ({ headers }) => headers.origin === 'http://notes.example',
    schemaVersion: 3,
    epochOf: async () => 'first',
    clock: realClock,
    schedule: realSchedule,
    log: silent,
    ...options,
  });
  const remotePorts = new Set<number | undefined>();
  const server = createServer((_request, response) => response.end('page'));
  server.on('upgrade', (request, socket, head) => {
    if (!collab.upgrade(request, socket, head)) socket.end('HTTP/1.1 418 Left Alone\r\n\r\n');
  });
  server.on('connection', (socket) => {
    const { remotePort } = socket;
    remotePorts.add(remotePort);
    socket.on('close', () => remotePorts.delete(remotePort));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    rooms,
    port,
    /** Whether the server holds a socket to this port of a peer. */
    holds: (remotePort: number | undefined) => remotePorts.has(remotePort),
    origin: `ws://127.0.0.1:${port}`,
    async close() {
      await rooms.close();
      collab.close();
      server.close();
      server.closeAllConnections();
      await storage.close();
      await remove();
    },
  };
}

function identify(cookie = '1'): SessionPerson | null {
  if (cookie === 'nobody') return null;
  if (cookie !== 'stranger') return person(Number(cookie));
  return { ...person(0), id: createPersonId(randomBytes(16)), isStranger: true };
}
