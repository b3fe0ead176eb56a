// A note on disk: a log of records with a snapshot before it (read-note.ts), written in order and compacted.
//
// Invariant: the snapshot changes in the same atomic write that deletes the updates it contains.
import type { NoteId } from '../../src/core/ids.ts';
import type { Commit } from './commit.ts';
import { probe } from './commit.ts';
import { noteRange, noteSnapshotKey, noteUpdateKey, parseNoteUpdateKey } from './keys.ts';
import type { NoteRecord } from './record.ts';
import { readAround } from './read-around.ts';
import type { NoteLoad } from './read-note.ts';
import { readNote } from './read-note.ts';
import { writeRecord } from './record.ts';
import type { SnapshotOrder } from './snapshot.ts';
import { makeSnapshot } from './snapshot.ts';
import type { Operation, Storage } from './storage.ts';

export interface NoteLog {
  /**
   * Rejects with StorageError when the store cannot be read. `willApply`: the caller is about to apply the updates,
   * which proves them; then they are not decoded here, and one that is none is not named.
   */
  load(noteId: NoteId, options?: { willApply: boolean }): Promise<NoteLoad>;
  /** Adds one record, synced, together with `also`. The caller owns the sequence: one writer per note. */
  append(noteId: NoteId, record: NoteRecord, also?: readonly Operation[]): Promise<void>;
  /**
   * Puts one snapshot in the place of the records up to `sequence`; more may be appended meanwhile. Rejects, and
   * changes nothing, when they cannot be read or do not give a document with this state vector.
   */
  compact(noteId: NoteId, upTo: { sequence: number; stateVector: Uint8Array }): Promise<void>;
  /** Resolves when the store takes synced writes (again). */
  probe(): Promise<void>;
}

/** Makes a snapshot, here or elsewhere; `bytes`: of its entries. */
export type SnapshotMaker = (order: SnapshotOrder, bytes: number) => Promise<Uint8Array>;

const makeHere: SnapshotMaker = async (order) => makeSnapshot(order);

/** The log of every note in `storage`; all writes go through `commit`. */
export function createNoteLog(
  storage: Pick<Storage, 'range'>,
  commit: Commit,
  make: SnapshotMaker = makeHere,
): NoteLog {
  const read = async (noteId: NoteId) => {
    const entries: [string, Uint8Array][] = [];
    let holes = 0;
    for await (const found of readAround(storage, noteRange(noteId))) {
      if ('entry' in found) entries.push(found.entry);
      else holes++;
    }
    return { entries, holes };
  };

  return {
    async load(noteId, { willApply } = { willApply: false }) {
      const { entries, holes } = await read(noteId);
      return readNote(noteId, entries, { holes, decode: !willApply });
    },

    append(noteId, record, also = []) {
      const key = noteUpdateKey(noteId, record.sequence);
      return commit.write([{ type: 'put', key, value: writeRecord(key, record) }, ...also]);
    },

    async compact(noteId, { sequence, stateVector }) {
      const { entries: all, holes } = await read(noteId);
      if (holes > 0) throw new RangeError('A snapshot must be made of a whole note.');
      const entries = all.filter(([key]) => (parseNoteUpdateKey(noteId, key) ?? 0) <= sequence);
      const bytes = entries.reduce((sum, [, value]) => sum + value.length, 0);
      const value = await make({ noteId, entries, sequence, stateVector }, bytes);
      const contained = entries.map(([key]) => key).filter((key) => parseNoteUpdateKey(noteId, key) !== null);
      await commit.write([
        { type: 'put', key: noteSnapshotKey(noteId), value },
        ...contained.map((key) => ({ type: 'delete', key }) as const),
      ]);
    },

    probe: () => commit.write([probe]),
  };
}
