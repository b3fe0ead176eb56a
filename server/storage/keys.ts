// The one key layout of the store. Every key is made here; nobody else joins strings.
//
//   note/<note id>/meta                      what the note is (title, kind, times): JSON, its owner is server/notes
//   note/<note id>/summary                   what the home page shows of it, derived: JSON
//   note/<note id>/snapshot                  a record that holds everything up to its sequence (record.ts)
//   note/<note id>/set-back                  when it was set back to an earlier state, ms since 1970: JSON
//   note/<note id>/update/<14 hex digits>    a record, one per sequence; in order because of the leading zeros
//   person/<person id>                       a person's profile: JSON
//   visit/<person id>/<note id>              that a person made or opened a note: JSON
//   probe                                    written to learn whether writing works again; its value means nothing
import type { NoteId, PersonId } from '../../src/core/ids.ts';
import { parseNoteId } from '../../src/core/ids.ts';
import type { Range } from './storage.ts';

const sequenceDigits = 14; // 56 bits: more than a JavaScript number counts exactly

export const noteMetaKey = (noteId: NoteId) => `note/${noteId}/meta`;
export const noteSummaryKey = (noteId: NoteId) => `note/${noteId}/summary`;
export const noteSnapshotKey = (noteId: NoteId) => `note/${noteId}/snapshot`;
/** Whatever restores or repairs a note writes it. */
export const noteSetBackKey = (noteId: NoteId) => `note/${noteId}/set-back`;

/** `sequence` counts from 1. */
export function noteUpdateKey(noteId: NoteId, sequence: number): string {
  if (!Number.isSafeInteger(sequence) || sequence < 1) {
    throw new RangeError(`A record's sequence is a whole number from 1 on, not ${sequence}.`);
  }
  return `note/${noteId}/update/${sequence.toString(16).padStart(sequenceDigits, '0')}`;
}

/** The sequence an update key names; null when `key` is no update key of this note. */
export function parseNoteUpdateKey(noteId: NoteId, key: string): number | null {
  const prefix = `note/${noteId}/update/`;
  const digits = key.slice(prefix.length);
  return key.startsWith(prefix) && /^[0-9a-f]{14}$/.test(digits) ? Number.parseInt(digits, 16) : null;
}

/** The note a key is kept under; null when it is no note's. */
export const parseNoteKey = (key: string): NoteId | null =>
  parseNoteId(/^note\/([^/]*)\//.exec(key)?.[1] ?? '');

/** Everything kept under one note, its meta first, then its snapshot and summary, then its updates in order. */
export const noteRange = (noteId: NoteId): Range => startingWith(`note/${noteId}/`);

export const personKey = (personId: PersonId) => `person/${personId}`;
export const visitKey = (personId: PersonId, noteId: NoteId) => `visit/${personId}/${noteId}`;
/** All visits of one person. */
export const visitRange = (personId: PersonId): Range => startingWith(`visit/${personId}/`);

/** The note a visit key is about; null when `key` is no visit of this person. */
export function parseVisitKey(personId: PersonId, key: string): NoteId | null {
  const prefix = `visit/${personId}/`;
  return key.startsWith(prefix) ? (key.slice(prefix.length) as NoteId) : null;
}

export const probeKey = 'probe';

// Every prefix ends in '/', and '0' is the character after it.
const startingWith = (prefix: string): Range => ({ from: prefix, to: `${prefix.slice(0, -1)}0` });
