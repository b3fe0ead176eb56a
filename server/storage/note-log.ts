// A note on disk: a log of records with a snapshot before it.
//
//   snapshot (optional, contains 1 … s)   update s+1   update s+2   …   update n
//
// Invariants: sequences have no gap; the snapshot changes in the same atomic write that deletes the updates it
// contains; every record proves itself (record.ts) and its Yjs update decodes. A note that breaks one of them
// is `damaged` and is never opened as if it were empty or shorter. A note without any record is `absent`,
// unless its meta is there: then it is damaged too.
// Loading does not build a document. Repair, and opening what is left of a damaged note, are not done here.
import * as Y from 'yjs';
import type { NoteId } from '../../src/core/ids.ts';
import type { Commit } from './commit.ts';
import {
  noteMetaKey,
  noteRange,
  noteSnapshotKey,
  noteUpdateKey,
  parseNoteUpdateKey,
  probeKey,
} from './keys.ts';
import type { NoteRecord } from './record.ts';
import { readRecord, writeRecord } from './record.ts';
import type { Operation, Storage } from './storage.ts';

/** Everything needed to make the document: apply the snapshot, then the updates in order. */
export interface LoadedNote {
  snapshot: NoteRecord | null;
  updates: NoteRecord[];
  /** Of the last record, snapshot included; the next commit has one more. */
  lastSequence: number;
  /** Server time of the last record, ms. */
  lastAt: number;
}

/** `account`: full sentences, one per thing wrong, for an operator; the note's id, which opens it, is not in them. */
export type NoteLoad =
  { state: 'absent' } | { state: 'whole'; note: LoadedNote } | { state: 'damaged'; account: string[] };

export interface NoteLog {
  /** Rejects with StorageError when the store cannot be read. */
  load(noteId: NoteId): Promise<NoteLoad>;
  /** Adds one record, synced, together with `also`. The caller owns the sequence: one writer per note. */
  append(noteId: NoteId, record: NoteRecord, also?: readonly Operation[]): Promise<void>;
  /**
   * Replaces everything up to `last` by one snapshot of `document`, which must be the note at `last.sequence`.
   * `from` is the first update still in the log. Rejects, and changes nothing, when the snapshot does not give
   * the document back.
   */
  compact(
    noteId: NoteId,
    document: Y.Doc,
    from: number,
    last: { sequence: number; at: number },
  ): Promise<void>;
  /** Resolves when the store takes synced writes (again). */
  probe(): Promise<void>;
}

/** The log of every note in `storage`; all writes go through `commit`. */
export function createNoteLog(storage: Pick<Storage, 'range'>, commit: Commit): NoteLog {
  return {
    async load(noteId) {
      const entries: [string, Uint8Array][] = [];
      for await (const entry of storage.range(noteRange(noteId))) entries.push(entry);
      return readNote(noteId, entries);
    },

    append(noteId, record, also = []) {
      const key = noteUpdateKey(noteId, record.sequence);
      return commit.write([{ type: 'put', key, value: writeRecord(key, record) }, ...also]);
    },

    async compact(noteId, document, from, last) {
      const update = Y.encodeStateAsUpdate(document);
      mustGiveBack(update, document);
      const key = noteSnapshotKey(noteId);
      const operations: Operation[] = [
        { type: 'put', key, value: writeRecord(key, { ...last, author: '', update }) },
      ];
      for (let sequence = from; sequence <= last.sequence; sequence++) {
        operations.push({ type: 'delete', key: noteUpdateKey(noteId, sequence) });
      }
      await commit.write(operations);
    },

    probe: () => commit.write([{ type: 'put', key: probeKey, value: new Uint8Array() }]),
  };
}

function readNote(noteId: NoteId, entries: [string, Uint8Array][]): NoteLoad {
  const account: string[] = [];
  const updates: NoteRecord[] = [];
  let snapshot: NoteRecord | null = null;
  let hasMeta = false;

  for (const [key, bytes] of entries) {
    const sequence = parseNoteUpdateKey(noteId, key);
    if (key === noteMetaKey(noteId)) hasMeta = true;
    if (sequence === null && key !== noteSnapshotKey(noteId)) continue;
    const name = sequence === null ? 'The snapshot' : `Record ${sequence}`;
    const read = readVerified(key, bytes);
    if ('damage' in read) account.push(`${name} ${read.damage}.`);
    else if (sequence === null) snapshot = read.record;
    else if (read.record.sequence !== sequence)
      account.push(`${name} says it is record ${read.record.sequence}.`);
    else updates.push(read.record);
  }

  let lastSequence = snapshot?.sequence ?? 0;
  for (const { sequence } of updates) {
    if (sequence !== lastSequence + 1) {
      account.push(`Everything between record ${lastSequence} and record ${sequence} is missing.`);
    }
    lastSequence = sequence;
  }
  if (account.length > 0) return { state: 'damaged', account };
  if (lastSequence === 0) {
    return hasMeta ? { state: 'damaged', account: ['The note has lost all its text.'] } : { state: 'absent' };
  }
  const lastAt = updates.at(-1)?.at ?? snapshot?.at ?? 0;
  return { state: 'whole', note: { snapshot, updates, lastSequence, lastAt } };
}

function readVerified(key: string, bytes: Uint8Array) {
  const read = readRecord(key, bytes);
  if ('damage' in read) return read;
  try {
    Y.decodeUpdate(read.record.update);
    return read;
  } catch {
    return { damage: 'holds no readable Yjs update' };
  }
}

function mustGiveBack(update: Uint8Array, document: Y.Doc) {
  const copy = new Y.Doc();
  Y.applyUpdate(copy, update);
  const same = Buffer.compare(Y.encodeStateVector(copy), Y.encodeStateVector(document)) === 0;
  const whole = copy.store.pendingStructs === null && copy.store.pendingDs === null;
  copy.destroy();
  if (!same || !whole) throw new RangeError('A snapshot must give back the document it was made from.');
}
