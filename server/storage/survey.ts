// Everything in a store, looked at once: which notes are whole, what is wrong with the others, and what else does
// not belong. `rollcall verify` prints it, repair.ts goes by it. Holds one note in memory at a time; writes nothing.
import type { NoteId } from '../../src/core/ids.ts';
import {
  noteMetaKey,
  noteRange,
  noteSetBackKey,
  noteSnapshotKey,
  noteSummaryKey,
  parseNoteKey,
  parseNoteUpdateKey,
  probeKey,
} from './keys.ts';
import type { LoadedNote } from './read-note.ts';
import { damageOfNote, readNote, recordsOf } from './read-note.ts';
import type { Hole } from './read-around.ts';
import { readAround } from './read-around.ts';
import { salvage } from './salvage.ts';
import { readSealed } from './sealed.ts';
import type { Storage } from './storage.ts';

export type Entry = [key: string, value: Uint8Array];

/** A note that is not as it was written. */
export interface DamagedNote {
  noteId: NoteId;
  /** '' when no title can be read. */
  title: string;
  /** Full sentences. */
  account: string[];
  /** Everything that could be read of it, to be set aside. */
  entries: Entry[];
  /** Its records are damaged; else only what is kept beside them. */
  isTorn: boolean;
  /** What is left of its text; null when that is nothing. */
  rest: LoadedNote | null;
}

export interface Survey {
  notes: number;
  /** Commits of all notes together: it grows by one with each, so it says how far the store has come. */
  commits: number;
  damaged: DamagedNote[];
  /** Other entries that are damaged or unknown, each with a sentence about it. */
  strays: { entry: Entry | null; sentence: string }[];
}

const everything = { from: '', to: '\u{10ffff}' };

/** Looks at everything. `lost`: where entries are known to be missing, beyond what the store itself shows. Rejects with StorageError when the store cannot be read for another reason than damage. */
export async function surveyStore(
  storage: Pick<Storage, 'range'>,
  lost: readonly Hole[] = [],
): Promise<Survey> {
  const survey: Survey = { notes: 0, commits: 0, damaged: [], strays: [] };
  const known = new Set<string>();
  let note: { noteId: NoteId; entries: Entry[]; holes: number } | null = null;

  const finish = () => {
    if (note) {
      const { from, to } = noteRange(note.noteId);
      const gone = lost.filter(({ after, before }) => (after ?? '') < to && (before ?? to) >= from);
      surveyNote(survey, note.noteId, note.entries, note.holes + gone.length);
    }
    note = null;
  };
  for await (const found of readAround(storage, everything)) {
    if ('hole' in found) {
      survey.strays.push({ entry: null, sentence: holeSentence(found.hole) });
      const noteId = parseNoteKey(found.hole.after ?? '');
      // The hole may have taken the end of one note and the beginning of another.
      if (note && noteId) note.holes++;
      finish();
      const next = parseNoteKey(found.hole.before ?? '');
      if (next && next !== noteId) {
        note = { noteId: next, entries: [], holes: 1 };
        known.add(next);
      } else if (next && noteId) reopen(next);
      continue;
    }
    const [key] = found.entry;
    const noteId = parseNoteKey(key);
    if (noteId === null) {
      finish();
      surveyOther(survey, known, found.entry);
      continue;
    }
    if (note?.noteId !== noteId) {
      finish();
      note = { noteId, entries: [], holes: 0 };
      known.add(noteId);
    }
    note.entries.push(found.entry);
  }
  finish();
  for (const hole of lost) survey.strays.push({ entry: null, sentence: holeSentence(hole) });
  return survey;

  // A hole within one note: its two halves are one note still.
  function reopen(noteId: NoteId) {
    const begun = survey.damaged.findIndex((damaged) => damaged.noteId === noteId);
    const [half] = begun < 0 ? [] : survey.damaged.splice(begun, 1);
    survey.notes -= half ? 1 : 0;
    note = { noteId, entries: half?.entries ?? [], holes: 1 };
  }
}

function surveyNote(survey: Survey, noteId: NoteId, entries: Entry[], holes: number): void {
  survey.notes++;
  const beside: string[] = [];
  let title = '';
  let hasMeta = false;
  for (const [key, bytes] of entries) {
    const isMeta = key === noteMetaKey(noteId);
    hasMeta ||= isMeta;
    if (isMeta || key === noteSummaryKey(noteId)) {
      const read = readSealed<{ title?: unknown }>(key, bytes);
      const name = isMeta ? 'What it was made as (title, meeting, time)' : 'Its line on the home page';
      if ('damage' in read) beside.push(`${name} ${read.damage} (${bytes.length} bytes).`);
      else title = String(read.value.title ?? '') || title;
    } else if (!isKnown(noteId, key)) {
      beside.push(`It has an entry with a key that nobody knows: ${shown(key)}.`);
    }
  }
  if (!hasMeta) beside.push('What it was made as (title, meeting, time) is missing.');

  const load = readNote(noteId, entries, { holes });
  if (load.state === 'whole') {
    survey.commits += load.note.lastSequence;
    const doesFit = salvage(recordsOf(load.note)).waiting.length === 0;
    if (doesFit && beside.length === 0) return;
    const { account, rest } = doesFit ? { account: [], rest: null } : damageOfNote(load.note);
    survey.damaged.push({ noteId, title, account: [...account, ...beside], entries, isTorn: !doesFit, rest });
    return;
  }
  const account = load.state === 'absent' ? ['Nothing of its text is left.'] : load.account;
  const rest = load.state === 'damaged' ? load.rest : null;
  survey.commits += rest?.lastSequence ?? 0;
  survey.damaged.push({ noteId, title, account: [...account, ...beside], entries, isTorn: true, rest });
}

const isKnown = (noteId: NoteId, key: string) =>
  key === noteSnapshotKey(noteId) ||
  key === noteSetBackKey(noteId) ||
  parseNoteUpdateKey(noteId, key) !== null;

function surveyOther(survey: Survey, known: ReadonlySet<string>, entry: Entry): void {
  const [key, bytes] = entry;
  const stray = (sentence: string) => survey.strays.push({ entry, sentence });
  if (key === probeKey) {
    if (bytes.length > 0) stray('The probe entry is not empty.');
    return;
  }
  const visit = /^visit\/[\w-]{22}\/([\w-]{22})$/.exec(key);
  if (!visit && !/^person\/[\w-]{22}$/.test(key)) {
    stray(`An entry has a key that nobody knows: ${shown(key)}.`);
    return;
  }
  const read = readSealed(key, bytes);
  if ('damage' in read) stray(`The entry ${shown(key)} ${read.damage} (${bytes.length} bytes).`);
  else if (visit && !known.has(visit[1]!))
    stray(`Somebody visited note ${visit[1]!}, of which nothing is there.`);
}

const shown = (key: string) => JSON.stringify(key.slice(0, 80));

function holeSentence({ after, before }: Hole): string {
  const from = after === null ? 'From the beginning' : `From after ${shown(after)}`;
  return `${from} to ${before === null ? 'the end' : `before ${shown(before)}`} nothing can be read.`;
}
