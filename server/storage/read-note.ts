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

/** All of its records, in the order in which they make the document. */
export const recordsOf = ({ snapshot, updates }: Pick<LoadedNote, 'snapshot' | 'updates'>): NoteRecord[] =>
  snapshot ? [snapshot, ...updates] : updates;

/**
 * In full sentences: `missing` says what is not there, for whoever reads the note; `account` begins with that and goes on
 * with what is wrong on the disk. The note's id, which opens it, is not in them. `rest`: what is left as one snapshot;
 * null when that is nothing.
 */
export interface Damage {
  missing: string[];
  account: string[];
  rest: LoadedNote | null;
}

export type NoteLoad =
  { state: 'absent' } | { state: 'whole'; note: LoadedNote } | ({ state: 'damaged' } & Damage);

/** The note that `entries` are, with `holes` places among them that could not be read. Without `decode` the updates are taken as they are. */
export function readNote(
  noteId: NoteId,
  entries: readonly [string, Uint8Array][],
  { holes = 0, decode = true } = {},
): NoteLoad {
  const wrong: string[] = [];
  const missing: string[] = [];
  const updates: NoteRecord[] = [];
  const unreadable: number[] = [];
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
    const isMisplaced = 'record' in read && sequence !== null && read.record.sequence !== sequence;
    if ('damage' in read || isMisplaced) {
      const what = 'damage' in read ? read.damage : `says it is record ${read.record.sequence}`;
      wrong.push(`${name} ${what} (${bytes.length} bytes).`);
      if (sequence !== null) unreadable.push(sequence);
    } else if (sequence === null) snapshot = read.record;
    else updates.push(read.record);
  }

  let last: { sequence: number; at: number | null } = snapshot ?? { sequence: 0, at: null };
  for (const record of updates) {
    if (record.sequence !== last.sequence + 1) missing.push(gapSentence(last, record));
    last = record;
  }
  const behind = unreadable.filter((sequence) => sequence > last.sequence);
  if (behind.length > 0) missing.push(lossSentence(behind.length, last.at, null, listed(behind)));
  if (holes > 0) missing.push('Part of it cannot be read from the disk.');
  const records = recordsOf({ snapshot, updates });
  if (missing.length + wrong.length > 0) return { state: 'damaged', ...damageOf(records, missing, wrong) };
  if (records.length === 0) {
    return hasMeta ? { state: 'damaged', ...damageOf([], [], []) } : { state: 'absent' };
  }
  const { sequence: lastSequence, at } = last;
  const note: LoadedNote = { snapshot, updates, lastSequence, lastAt: at ?? 0 };
  if (setBackAt !== null) note.setBackAt = setBackAt;
  return { state: 'whole', note };
}

/** A note whose records are sound and do not fit together is damaged like any other. */
export function damageOfNote(note: LoadedNote): Damage {
  return damageOf(recordsOf(note), [], ['The records do not fit together.']);
}

function damageOf(records: readonly NoteRecord[], lost: readonly string[], wrong: readonly string[]): Damage {
  const { update, waiting } = salvage(records);
  const last = records.at(-1);
  const missing = [...lost];
  if (waiting.length > 0)
    missing.push(`${changes(waiting.length)} cannot be shown without what is missing (${listed(waiting)}).`);
  if (!update || !last) {
    missing.push('Nothing of its text is left.');
    return { missing, account: [...missing, ...wrong], rest: null };
  }
  const snapshot = { sequence: last.sequence, at: last.at, author: '', update, owners: ownersOf(records) };
  const rest = { snapshot, updates: [], lastSequence: last.sequence, lastAt: last.at };
  return { missing, account: [...missing, ...wrong], rest };
}

const changes = (count: number) => (count === 1 ? 'One change' : `${count} changes`);

const range = (first: number, end: number) =>
  first === end ? `record ${first}` : `records ${first} to ${end}`;

/** `record 4`, `records 4 to 9`, `records 4, 6 and 3 more`. */
function listed(sequences: readonly number[]): string {
  const [first = 0] = sequences;
  const end = sequences.at(-1) ?? 0;
  if (end - first === sequences.length - 1) return range(first, end);
  const rest = sequences.length - 2;
  return `records ${first}, ${sequences[1]!}${rest > 0 ? ` and ${rest} more` : ''}`;
}

function gapSentence(before: { sequence: number; at: number | null }, after: NoteRecord): string {
  const [first, end] = [before.sequence + 1, after.sequence - 1];
  return lossSentence(end - first + 1, before.at, after.at, range(first, end));
}

/** `from`, `to`: the times of the records around them; null where there is none. */
function lossSentence(count: number, from: number | null, to: number | null, which: string): string {
  return `${changes(count)}${span(from, to)} ${count === 1 ? 'is' : 'are'} missing (${which}).`;
}

function span(from: number | null, to: number | null): string {
  if (from === null) return to === null ? '' : ` from before ${formatTime(to)}`;
  if (to === null) return ` from after ${formatTime(from)}`;
  const [start, end] = [formatTime(from), formatTime(to)];
  return start === end ? ` from ${end}` : ` between ${start} and ${end}`;
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
