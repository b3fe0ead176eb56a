// What rooms are given to work with.
import type { NoteLog } from '../storage/note-log.ts';
import type { SessionLimits } from './allowance.ts';
import type { Roots } from './validate.ts';

/** A clock that is put right goes back or leaps: what lasts is not measured with it, or it would last an hour. */
export interface RoomClock {
  /** Ms since some moment, forwards only: how long something takes. */
  now(): number;
  /** Ms since 1970: what is kept, and what is compared with that. */
  date(): number;
}

/** What a room works with. Time is a parameter: nothing here looks at a clock by itself. */
export interface RoomTools {
  noteLog: NoteLog;
  clock: RoomClock;
  /** Runs `run` once after `delayMs`, unless the returned function is called before. */
  schedule(run: () => void, delayMs: number): () => void;
  log: RoomLog;
  roots: Roots;
  limits: SessionLimits;
}

/** One line per event. Never a note's text. */
export interface RoomLog {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}
