// What rooms are given to work with.
import type { NoteLog } from '../storage/note-log.ts';
import type { SessionLimits } from './allowance.ts';
import type { Roots } from './validate.ts';

/** What a room works with. Time is a parameter: nothing here looks at a clock by itself. */
export interface RoomTools {
  noteLog: NoteLog;
  clock: { now(): number };
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
