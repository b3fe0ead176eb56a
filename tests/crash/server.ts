// A server to be killed: the real storage, rooms and door behind http on a free port, told to the parent process.
// node server.js <data folder> <note id>; the note is made if it is not there.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import * as Y from 'yjs';
import { createCommit } from '../../server/storage/commit.ts';
import { openLevelStorage } from '../../server/storage/leveldb.ts';
import { createNoteLog } from '../../server/storage/note-log.ts';
import { createRooms } from '../../server/sync/rooms.ts';
import { createUpgrade } from '../../server/sync/upgrade.ts';
import { createPersonId, parseNoteId } from '../../src/core/ids.ts';

const [folder = '', id = ''] = process.argv.slice(2);
const noteId = parseNoteId(id);
if (!noteId) throw new RangeError('The second argument is a note id.');

const clock = { now: () => performance.now(), date: () => Date.now() };
const schedule = (run: () => void, delayMs: number) => {
  const timer = setTimeout(run, delayMs);
  return () => clearTimeout(timer);
};
const log = { info: () => undefined, warn: () => undefined, error: () => undefined };

const storage = await openLevelStorage(folder, { create: 'if-folder-is-new' });
const commit = createCommit(storage);
const noteLog = createNoteLog(storage, commit);
const roots = { open: ['default'], owned: ['roll'] };
const rooms = createRooms({ noteLog, commit, clock, schedule, log, roots });
const person = {
  id: createPersonId(new Uint8Array(16)),
  name: 'Ana',
  colour: '#b4452f',
  role: 'guest',
} as const;
const collab = createUpgrade({
  rooms,
  identify: () => person,
  mayConnect: () => true,
  allowedOrigin: () => false,
  schemaVersion: 1,
  epochOf: async () => '',
  clock,
  schedule,
  log,
});

if ((await noteLog.load(noteId)).state === 'absent') {
  const doc = new Y.Doc();
  doc.getMap('default').set('made', 1);
  await rooms.create(noteId, Y.encodeStateAsUpdate(doc), []);
}

const server = createServer();
server.on('upgrade', (request, socket, head) => void collab.upgrade(request, socket, head));
server.listen(0, '127.0.0.1', () => process.send?.((server.address() as AddressInfo).port));
