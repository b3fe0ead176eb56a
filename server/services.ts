// Everything the server can do, made once from storage and clock, handed down by the composition roots.
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { may } from '../src/core/access.ts';
import { personCookie } from '../src/core/person.ts';
import { fragmentName, rollName } from '../src/core/note.ts';
import { schemaVersion } from '../src/blocks/schema.ts';
import type { Config } from './config.ts';
import type { Logger } from './log.ts';
import { createNotes, type Notes } from './notes/notes.ts';
import { createRollCall, type RollCall } from './notes/roll-call.ts';
import { createPeople, type People } from './people/people.ts';
import type { Offload } from './offload/offload.ts';
import { createCommit, type Health } from './storage/commit.ts';
import { createNoteLog } from './storage/note-log.ts';
import { isOwnOrigin, readCookie } from './people/request.ts';
import type { Storage } from './storage/storage.ts';
import { createRooms, type Rooms } from './sync/rooms.ts';
import { createUpgrade } from './sync/upgrade.ts';

export interface Services {
  people: People;
  notes: Notes;
  rollCall: RollCall;
  rooms: Rooms;
  /** True when the request was ours and its socket has been taken care of. */
  collab: { upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): boolean };
  config: Config;
  log: Logger;
  /** Whether a request with this Origin and Host comes from a page of ours. */
  isOwnOrigin(origin: string | null, host: string | null): boolean;
  /** `reason` is a sentence for the operator; null when all is well. */
  health(): { ok: boolean; reason: string | null };
  /** Stops accepting, writes what is waiting, tells sessions, closes the store. */
  close(): Promise<void>;
}

const clock = { now: () => Date.now() };
const roomClock = { now: () => performance.now(), date: clock.now };

/** Runs `run` after `delayMs`; the returned function calls it off. Never keeps the process alive by itself. */
export const schedule = (run: () => void, delayMs: number): (() => void) => {
  const timer = setTimeout(run, delayMs);
  timer.unref();
  return () => clearTimeout(timer);
};

export function createServices(
  config: Config,
  storage: Storage & { health?(): Health },
  log: Logger,
  offload: Offload,
): Services {
  const commit = createCommit(storage, schedule);
  const write = commit.write.bind(commit);
  const people = createPeople(storage, write);
  const rooms = createRooms({
    noteLog: createNoteLog(storage, commit, (order, bytes) => offload.run('makeSnapshot', order, bytes)),
    commit,
    roots: { open: [fragmentName], owned: [rollName] },
    clock: roomClock,
    schedule,
    log,
  });
  const failed = (error: unknown) => log.error({ err: error }, 'background work failed');
  const notes = createNotes({ storage, commit: write, rooms, offload, clock, schedule, failed });
  const rollCall = createRollCall(rooms, clock);

  const collab = createUpgrade({
    rooms,
    schemaVersion,
    clock: roomClock,
    schedule,
    log,
    async identify(request) {
      const known = await people.identify(readCookie(request, personCookie));
      const { id, role, profile, colour } = known ?? people.stranger();
      return { id, role, colour, name: profile.name, isStranger: known === null };
    },
    allowedOrigin: ({ headers }) => services.isOwnOrigin(headers.origin ?? null, headers.host ?? null),
    epochOf: (noteId) => notes.epoch(noteId),
    mayConnect: (person) => may(person.role, 'read'),
  });

  const services: Services = {
    people,
    notes,
    rollCall,
    rooms,
    collab,
    config,
    log,
    isOwnOrigin: (origin, host) => isOwnOrigin(origin, host, config.origin),
    health() {
      const stored = storage.health?.();
      return stored && !stored.ok ? stored : rooms.health();
    },
    async close() {
      collab.close();
      await notes.close();
      await rooms.close();
      await offload.close();
      await storage.close();
    },
  };
  return services;
}
