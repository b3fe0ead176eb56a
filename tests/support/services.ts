// Notes, roll calls and people over rooms in memory, with time in the test's hand.
import { createInlineOffload } from '../../server/offload/offload.ts';
import { createNotes } from '../../server/notes/notes.ts';
import { createRollCall } from '../../server/notes/roll-call.ts';
import { createPeople } from '../../server/people/people.ts';
import { createCommit } from '../../server/storage/commit.ts';
import type { Operation } from '../../server/storage/storage.ts';
import type { Rooms } from '../../server/sync/rooms.ts';
import { createFrailStorage, createTestRooms } from './rooms.ts';

const tickMs = 20;

export function createTestServices(storage = createFrailStorage()) {
  const { rooms: resting, clock } = createTestRooms(storage);
  // A room answers once per tick: time passes while it is asked something, and only then.
  async function whileTimePasses<T>(change: Promise<T>): Promise<T> {
    let isDone = false;
    const done = () => void (isDone = true);
    change.then(done, done);
    while (!isDone) await clock.advance(tickMs);
    return change;
  }
  const rooms: Rooms = {
    ...resting,
    use: (noteId, edit) => whileTimePasses(resting.use(noteId, edit)),
    read: (noteId, look) => whileTimePasses(resting.read(noteId, look)),
  };
  const commit = createCommit({ write: (operations) => storage.write(operations) });
  const write = (operations: readonly Operation[]) => commit.write([...operations]);
  const failures: unknown[] = [];
  const notes = createNotes({
    offload: createInlineOffload(),
    storage,
    commit: write,
    rooms,
    clock,
    schedule: clock.schedule,
    failed: (error) => void failures.push(error),
  });
  const people = createPeople(storage, write);
  return { storage, rooms, clock, notes, people, rollCall: createRollCall(rooms, clock), failures };
}
