// A note's entries in the store -> the note, or an account of what is wrong with it.
//
//   snapshot (optional, contains 1 … s)   update s+1   update s+2   …   update n
//
// Invariants: sequences have no gap; every record proves itself (record.ts) and its Yjs update decodes. A note that
// breaks one of them is `damaged` and is never opened as if it were empty or shorter: what is left of it comes with an
// account of what is missing, to be shown and not to be written to. A note without any record is `absent`, unless its
// meta is there: then it is damaged too. A whole note is read without building a document. Repair is not done here.
import * as Y from 'yjs';
import type { NoteId } from '../../src/core/ids.ts';
import { noteMetaKey, noteSetBackKey, noteSnapshotKey, parseNoteUpdateKey } from './keys.ts';
import type { NoteRecord } from './record.ts';
import { ownersOf, readRecord } from './record.ts';
import { salvage } from './salvage.ts';
import { readSetBack } from './set-back.ts';

/** Everything needed to make the document: apply the snapshot, then the updates in order. */
export interface LoadedNote {
  snapshot: NoteRecord | null;
  updates: NoteRecord[];
  /** Of the last record, snapshot included; the next commit has one more. */
  lastSequence: number;
  /** Server time of the last record, ms. */
  lastAt: number;
  /** When it was last restored or repaired, ms; browsers may know more of it than its records. Absent: never. */
  setBackAt?: number;
}

/**
 * `account`: full sentences, one per thing wrong; the note's id, which opens it, is not in them. `rest`: what is left
 * as one snapshot; null when that is nothing.
 */
export type NoteLoad =
  | { state: 'absent' }
  | { state: 'whole'; note: LoadedNote }
  | { state: 'damaged'; account: string[]; rest: LoadedNote | null };

/** The note that `entries` are, with `holes` places among them that could not be read. Without `decode` the updates are taken as they are. */
export function readNote(
  noteId: NoteId,
  entries: readonly [string, Uint8Array][],
  { holes = 0, decode = true } = {},
): NoteLoad {
  const account: string[] = [];
  const updates: NoteRecord[] = [];
  let snapshot: NoteRecord | null = null;
  let hasMeta = false;
  let setBackAt: number | null = null;

  for (const [key, bytes] of entries) {
    const sequence = parseNoteUpdateKey(noteId, key);
    if (key === noteMetaKey(noteId)) hasMeta = true;
    if (key === noteSetBackKey(noteId)) setBackAt = readSetBack(bytes);
    if (sequence === null && key !== noteSnapshotKey(noteId)) continue;
    const name = sequence === null ? 'The snapshot' : `Record ${sequence}`;
    const read = decode ? readVerified(key, bytes) : readRecord(key, bytes);
    if ('damage' in read) account.push(`${name} ${read.damage} (${bytes.length} bytes).`);
    else if (sequence === null) snapshot = read.record;
    else if (read.record.sequence !== sequence)
      account.push(`${name} says it is record ${read.record.sequence}.`);
    else updates.push(read.record);
  }

  let last: { sequence: number; at: number | null } = snapshot ?? { sequence: 0, at: null };
  for (const record of updates) {
    if (record.sequence !== last.sequence + 1) account.push(gapSentence(last, record));
    last = record;
  }
  if (holes > 0) account.push('Part of it cannot be read from the disk.');
  const records = [...(snapshot ? [snapshot] : []), ...updates];
  if (account.length > 0) return { state: 'damaged', ...restOf(records, account) };
  if (records.length === 0) {
    return hasMeta
      ? { state: 'damaged', account: ['The note has lost all its text.'], rest: null }
      : { state: 'absent' };
  }
  const { sequence: lastSequence, at } = last;
  const note: LoadedNote = { snapshot, updates, lastSequence, lastAt: at ?? 0 };
  if (setBackAt !== null) note.setBackAt = setBackAt;
  return { state: 'whole', note };
}

/** A note whose records are sound and do not fit together is damaged like any other. */
export function restOfNote({ snapshot, updates }: LoadedNote): {
  account: string[];
  rest: LoadedNote | null;
} {
  return restOf([...(snapshot ? [snapshot] : []), ...updates], ['The records do not fit together.']);
}

function restOf(records: readonly NoteRecord[], account: readonly string[]) {
  const { update, waiting } = salvage(records);
  const waits = waiting.length === 0 ? [] : [`${listed(waiting)} built on what is missing.`];
  const last = records.at(-1);
  if (!update || !last)
    return { account: [...account, ...waits, 'Nothing of its text is left.'], rest: null };
  const snapshot = { sequence: last.sequence, at: last.at, author: '', update, owners: ownersOf(records) };
  const rest = { snapshot, updates: [], lastSequence: last.sequence, lastAt: last.at };
  return { account: [...account, ...waits], rest };
}

/** `Record 4`, `Records 4 to 9`, `Records 4, 6 and 3 more`. */
function listed(sequences: readonly number[]): string {
  const [first = 0] = sequences;
  const end = sequences.at(-1) ?? 0;
  if (sequences.length === 1) return `Record ${first}`;
  if (end - first === sequences.length - 1) return `Records ${first} to ${end}`;
  const rest = sequences.length - 2;
  return `Records ${first}, ${sequences[1]!}${rest > 0 ? ` and ${rest} more` : ''}`;
}

function gapSentence(before: { sequence: number; at: number | null }, after: NoteRecord): string {
  const count = after.sequence - before.sequence - 1;
  const what =
    count === 1
      ? `Record ${before.sequence + 1} is missing: one change`
      : `Records ${before.sequence + 1} to ${after.sequence - 1} are missing: ${count} changes`;
  return `${what} from ${span(before.at, after.at)}.`;
}

function span(from: number | null, to: number): string {
  const end = formatTime(to);
  if (from === null) return `before ${end}`;
  return formatTime(from) === end ? end : `between ${formatTime(from)} and ${end}`;
}

const formatTime = (at: number) => `${new Date(at).toISOString().slice(0, 19).replace('T', ' ')} UTC`;

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
