// The servers: how each is started on a data folder, and where its rooms are. All with their own defaults, except
// for what is named here.
import { join } from 'node:path';

const root = join(import.meta.dirname, '../..');

/**
 * @typedef {{ folder: string, port: number, peers: string, nodeArgs: string[] }} Place
 * @typedef {object} ServerKind
 * @property {string} name
 * @property {string} title
 * @property {boolean} [isFloor] nobody's peer: what any server here costs at least, where a scenario asks for it
 * @property {(place: Place) => { args: string[], env: Record<string, string>, cwd?: string }} command
 * @property {(port: number, count: number, text?: string) => Promise<{ path: string, name: string | null }[]>} createRooms new ones, empty or nearly so
 */

const roomNames = (count) => Array.from({ length: count }, (_, n) => `room-${Date.now()}-${n}`);

const hocuspocus = (name, title, ...options) => ({
  name,
  title,
  command: ({ folder, port, peers }) => ({
    args: [join(import.meta.dirname, 'hocuspocus-process.mjs'), peers, folder, String(port), ...options],
    env: {},
  }),
  createRooms: async (_port, count) => roomNames(count).map((room) => ({ path: '/', name: room })),
});

/** A note must exist before somebody comes. People are let in as Rollcall's own pages are: with receipts. */
async function createNote(port, text = '# Bench\n') {
  const response = await fetch(`http://127.0.0.1:${port}/api/notes`, {
    method: 'POST',
    headers: { 'content-type': 'text/markdown' },
    body: text,
  });
  if (response.status !== 201)
    throw new Error(`No note was made: ${response.status} ${await response.text()}`);
  const { id } = await response.json();
  return { path: `/collab/${id}?rollcall=1`, name: null };
}

/** @type {ServerKind[]} */
export const servers = [
  {
    name: 'rollcall',
    title: 'Rollcall',
    command: ({ folder, port, nodeArgs }) => ({
      args: [...nodeArgs, join(root, 'build/main.js')],
      cwd: root,
      env: { DATA_DIR: join(folder, 'data'), HOST: '127.0.0.1', PORT: String(port) },
    }),
    async createRooms(port, count, text) {
      const rooms = [];
      while (rooms.length < count) {
        const some = Math.min(20, count - rooms.length);
        rooms.push(...(await Promise.all(Array.from({ length: some }, () => createNote(port, text)))));
      }
      return rooms;
    },
  },
  hocuspocus('hocuspocus', 'Hocuspocus 4.7'),
  hocuspocus('hocuspocus-20', 'Hocuspocus 4.7, flushDelay 20', '20'),
  {
    name: 'y-websocket',
    title: 'y-websocket 2.1 + LevelDB',
    command: ({ folder, port, peers }) => ({
      args: [join(peers, 'node_modules/y-websocket/bin/server.cjs')],
      env: { HOST: '127.0.0.1', PORT: String(port), YPERSISTENCE: join(folder, 'level') },
    }),
    createRooms: async (_port, count) => roomNames(count).map((room) => ({ path: `/${room}`, name: null })),
  },
  {
    name: 'floor',
    title: 'bare Node + ws',
    isFloor: true,
    command: ({ port }) => ({ args: [join(import.meta.dirname, 'bare-process.mjs'), String(port)], env: {} }),
    createRooms: async (_port, count) => roomNames(count).map((room) => ({ path: `/${room}`, name: null })),
  },
];
