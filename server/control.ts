// How an operator's command reaches a running server: a socket in the data folder that only its owner may open.
// LevelDB belongs to one process; whoever wants something of an open store asks the process that has it.
//
//   peer: "backup\n"      server: the backup (storage/backup.ts), then it closes; cut off when it fails
//
// A backup proves its own completeness, so nothing else is said. Who opened the store made the socket, so one that
// is there already is left over from a crash.
import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { connect, createServer, type Socket } from 'node:net';
import { pipeline } from 'node:stream/promises';
import { Readable } from 'node:stream';
import type { Logger } from './log.ts';
import { writeBackup } from './storage/backup.ts';
import { controlSocket } from './storage/data-folder.ts';
import type { Storage } from './storage/storage.ts';

const maxRequestBytes = 64;

/** The kernel keeps a socket's path in so many bytes, and cuts off what is longer. */
const maxPathBytes = 100;

export interface Control {
  close(): Promise<void>;
}

/** Serves commands on the store that is open in `folder`. Without a socket the server runs all the same: it is logged. */
export async function openControl(
  folder: string,
  storage: Pick<Storage, 'range'>,
  clock: { now(): number },
  log: Logger,
): Promise<Control> {
  const path = controlSocket(folder);
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => socket.destroy());
    serve(socket, storage, clock, log).catch((error: unknown) => {
      log.error({ err: error }, 'a command failed');
      socket.destroy();
    });
  });
  try {
    if (Buffer.byteLength(path) > maxPathBytes) throw new Error('the path of the data folder is too long');
    await rm(path, { force: true });
    // The socket is made with these rights: nobody else gets in, not even for a moment.
    const before = process.umask(0o177);
    server.listen(path);
    process.umask(before);
    await once(server, 'listening');
  } catch (error) {
    log.warn({ err: error }, 'backups while running are not to be had: no control socket');
    return { close: async () => undefined };
  }
  return {
    async close() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close').catch(() => undefined);
      await rm(path, { force: true });
    },
  };
}

async function serve(
  socket: Socket,
  storage: Pick<Storage, 'range'>,
  clock: { now(): number },
  log: Logger,
): Promise<void> {
  let request = '';
  for await (const piece of socket.iterator({ destroyOnReturn: false })) {
    request += String(piece);
    if (request.endsWith('\n') || request.length > maxRequestBytes) break;
  }
  if (request !== 'backup\n') return void socket.destroy();
  await pipeline(Readable.from(writeBackup(storage, clock.now()), { objectMode: false }), socket);
  log.info({}, 'a backup was taken');
}

/** A backup from the server that has `folder` open; null when none listens there. */
export async function askForBackup(folder: string): Promise<AsyncIterable<Uint8Array> | null> {
  const socket = connect(controlSocket(folder));
  try {
    await once(socket, 'connect');
  } catch {
    return null;
  }
  socket.write('backup\n');
  return socket as AsyncIterable<Uint8Array>;
}
