// Rooms over a storage the test can break, with time in its hand.
import * as Y from 'yjs';
import { createCommit } from '../../server/storage/commit.ts';
import { openMemoryStorage } from '../../server/storage/memory.ts';
import { createNoteLog } from '../../server/storage/note-log.ts';
import type { Storage } from '../../server/storage/storage.ts';
import { StorageError } from '../../server/storage/storage.ts';
import { createRooms } from '../../server/sync/rooms.ts';
import type { RoomsOptions } from '../../server/sync/rooms.ts';
import { createNoteId } from '../../src/core/ids.ts';
import { createTestClock } from './clock.ts';

export const noteId = createNoteId(new Uint8Array(16).fill(7));
export const otherNoteId = createNoteId(new Uint8Array(16).fill(8));

/** Says no to every write while `isBroken` ('too late': once it is done), and can hold writes back until `release`. */
export function createFrailStorage(storage: Storage = openMemoryStorage()) {
  let held: (() => void)[] | null = null;
  return {
    ...storage,
    isBroken: false as boolean | 'too late',
    writes: 0,
    hold() {
      held ??= [];
    },
    release() {
      held?.forEach((go) => go());
      held = null;
    },
    async write(operations: Parameters<Storage['write']>[0]) {
      if (held) await new Promise<void>((go) => held!.push(go));
      if (this.isBroken === 'too late') await storage.write(operations);
      if (this.isBroken) throw new StorageError('io', 'The disk is full.');
      this.writes++;
      return storage.write(operations);
    },
  };
}

/** The update that makes a document which says `text`. */
export function textUpdate(text: string): Uint8Array {
  const doc = new Y.Doc();
  doc.getText('default').insert(0, text);
  return Y.encodeStateAsUpdate(doc);
}

/** Rooms as a server has them. `storage` may be one that other rooms have used and closed before. */
export function createTestRooms(storage = createFrailStorage(), options: Partial<RoomsOptions> = {}) {
  const clock = createTestClock();
  const commit = createCommit({ write: (operations) => storage.write(operations) });
  const noteLog = createNoteLog(storage, commit);
  const said: string[] = [];
  const say = (_fields: object, message: string) => void said.push(message);
  const rooms = createRooms({
    noteLog,
    commit,
    clock,
    schedule: clock.schedule,
    log: { info: say, warn: say, error: say },
    roots: { open: ['default'], owned: ['roll'] },
    ...options,
  });
  return { rooms, clock, storage, noteLog, said };
}
