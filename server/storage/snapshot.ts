// Records of a note -> the one record that takes their place.
//
// Made from what is on disk, not from a document in memory, so that it can be made anywhere, and proves once more
// that the records can be read. Merging updates would not do: only a document collects what was deleted.
import * as Y from 'yjs';
import type { NoteId } from '../../src/core/ids.ts';
import { applyRecords, createExactDocument } from './exact-document.ts';
import { noteSnapshotKey } from './keys.ts';
import { readNote, recordsOf } from './read-note.ts';
import { ownersOf, writeRecord } from './record.ts';

export interface SnapshotOrder {
  noteId: NoteId;
  /** The note's entries as the store has them, up to `sequence`. */
  entries: readonly [string, Uint8Array][];
  sequence: number;
  /** Of the document at `sequence`. */
  stateVector: Uint8Array;
}

/** The snapshot's bytes. Throws RangeError when the entries do not make the document they should. */
export function makeSnapshot({ noteId, entries, sequence, stateVector }: SnapshotOrder): Uint8Array {
  const load = readNote(noteId, entries, { decode: false });
  if (load.state !== 'whole' || load.note.lastSequence !== sequence)
    throw new RangeError('A snapshot must be made of a whole note.');
  const { lastAt: at } = load.note;
  const records = recordsOf(load.note);
  const update = stateOf(records.map((record) => record.update)).state;
  const copy = stateOf([update]);
  if (copy.isPending || Buffer.compare(copy.vector, stateVector) !== 0)
    throw new RangeError('A snapshot must give back the document it was made from.');
  const owners = ownersOf(records);
  return writeRecord(noteSnapshotKey(noteId), { sequence, at, author: '', update, owners });
}

function stateOf(updates: readonly Uint8Array[]) {
  const document = createExactDocument();
  applyRecords(document, updates);
  const { pendingStructs, pendingDs } = document.store;
  const isPending = pendingStructs !== null || pendingDs !== null;
  const state = Y.encodeStateAsUpdate(document);
  const vector = Y.encodeStateVector(document);
  document.destroy();
  return { state, vector, isPending };
}
