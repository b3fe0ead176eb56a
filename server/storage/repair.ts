// Verifying and repairing a data folder whose store is closed. The operator's side: see also survey.ts.
//
// Verify looks at the files first (level-files.ts). Sound files are opened, which takes the lock and changes
// nothing in them. Damaged ones are never opened, since LevelDB would replay, drop and delete, or end the process:
// what can be read of them (level-salvage.ts) goes into a new store beside them, and that is looked at.
//
// Repair works in this order, so that a power cut at any point loses nothing:
//   files damaged:   everything readable into a new store → damaged notes mended there → the old store moved to aside/, the new one into its place
//   entries damaged: their bytes into a file in aside/, synced → one atomic write that takes them out
// A damaged note becomes a snapshot of what is left and can be written to again; browsers that still hold what was
// lost bring it back by themselves. A note of which nothing is left becomes an empty one, for the same reason. In a store
// whose files were damaged each note may have lost its last records without a trace: all of them count as set back.
import { mkdir, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import * as Y from 'yjs';
import type { NoteId } from '../../src/core/ids.ts';
import { setAside } from './aside.ts';
import { asideFolder, storeFolder, syncFolder, writeFormat } from './data-folder.ts';
import {
  noteMetaKey,
  noteSetBackKey,
  noteSnapshotKey,
  noteSummaryKey,
  parseNoteKey,
  parseNoteUpdateKey,
} from './keys.ts';
import { mustBeClosed, openLevelFiles, openLevelStorage } from './leveldb.ts';
import type { FilesReading } from './level-files.ts';
import { fileFaults } from './level-files.ts';
import { salvageLevelFiles } from './level-salvage.ts';
import type { Hole } from './read-around.ts';
import { writeRecord } from './record.ts';
import { readSealed } from './sealed.ts';
import { putSetBack } from './set-back.ts';
import type { Operation, Storage } from './storage.ts';
import { StorageError } from './storage.ts';
import type { DamagedNote, Entry, Survey } from './survey.ts';
import { surveyStore } from './survey.ts';

export interface Verdict {
  files: FilesReading;
  survey: Survey;
}

export interface Repair extends Verdict {
  /** Where what was taken out is kept; null when nothing was. */
  aside: string | null;
}

interface Occasion {
  name: string;
  now: number;
}

export const isSound = ({ files, survey }: Verdict) =>
  files.faults.length + survey.damaged.length + survey.strays.length === 0;

/** Looks at everything and changes nothing. Rejects with StorageError 'busy' when the store is open. */
export async function verifyFolder(folder: string): Promise<Verdict> {
  const files = await filesOf(folder);
  if (files.faults.length === 0) {
    const storage = await openLevelStorage(folder);
    return { files, survey: await surveyStore(storage).finally(() => storage.close()) };
  }
  const work = workFolder(folder);
  await mustBeClosed(folder, work);
  try {
    const { storage, lost } = await salvageStore(folder, work);
    return { files, survey: await surveyStore(storage, lost).finally(() => storage.close()) };
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

/** Mends everything, or of the notes only `noteId`. `name` tells this repair from others in aside/; `now`: ms. */
export async function repairFolder(
  folder: string,
  { name, now }: Occasion,
  noteId?: NoteId,
): Promise<Repair> {
  // A repair that was cut short between its last two steps is finished.
  if ((await readdir(folder).catch((): string[] => [])).includes('store') === false) {
    await rename(workFolder(folder), storeFolder(folder)).catch(() => undefined);
  }
  const files = await filesOf(folder);
  if (files.faults.length > 0) return rebuildStore(folder, { name, now }, files);
  const storage = await openLevelStorage(folder);
  try {
    const survey = await surveyStore(storage);
    const aside = await mendEntries(folder, { name, now }, storage, noteId ? ofNote(survey, noteId) : survey);
    return { files, survey, aside };
  } finally {
    await storage.close();
  }
}

async function filesOf(folder: string): Promise<FilesReading> {
  const names = await readdir(folder).catch((): string[] => []);
  if (names.includes('RESTORING')) {
    throw new StorageError('damaged', `Restoring a backup into ${folder} was cut short: restore it again.`);
  }
  if (!names.includes('store')) {
    throw new StorageError('missing', `There is no Rollcall store in ${folder}. Nothing was changed.`);
  }
  await mustBeClosed(folder);
  return fileFaults(storeFolder(folder));
}

async function rebuildStore(folder: string, occasion: Occasion, files: FilesReading): Promise<Repair> {
  const work = workFolder(folder);
  const kept = join(asideFolder(folder), occasion.name);
  await mustBeClosed(folder, work);
  try {
    const { storage, lost } = await salvageStore(folder, work);
    let survey: Survey;
    try {
      survey = await surveyStore(storage, lost);
      await mendEntries(folder, occasion, storage, survey);
      await setAllBack(storage, occasion.now);
    } finally {
      await storage.close();
    }
    await mkdir(kept, { recursive: true, mode: 0o700 });
    await rename(storeFolder(folder), join(kept, 'store'));
    await rename(work, storeFolder(folder));
    await writeFormat(folder);
    await syncFolder(kept);
    return { files, survey, aside: kept };
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

/** So many bytes are copied in one write. */
const batchBytes = 1024 * 1024;

/** Everything that can be read of the folder's damaged store, in a new one at `work`. */
async function salvageStore(folder: string, work: string): Promise<{ storage: Storage; lost: Hole[] }> {
  await rm(work, { recursive: true, force: true });
  await mkdir(work, { mode: 0o700 });
  const storage = await openLevelFiles(work, { create: true });
  const lost: Hole[] = [];
  try {
    let batch: Operation[] = [];
    let bytes = 0;
    for await (const found of salvageLevelFiles(storeFolder(folder))) {
      if ('hole' in found) {
        lost.push(found.hole);
        continue;
      }
      if (found.put.key === '' || found.put.type !== 'put') continue;
      batch.push(found.put);
      bytes += found.put.value.length;
      if (bytes < batchBytes) continue;
      await storage.write(batch);
      [batch, bytes] = [[], 0];
    }
    await storage.write(batch);
    return { storage, lost };
  } catch (error) {
    await storage.close();
    throw error;
  }
}

async function setAllBack(storage: Storage, now: number): Promise<void> {
  const notes = new Set<NoteId>();
  for await (const [key] of storage.range({ from: 'note/', to: 'note0' })) {
    const noteId = parseNoteKey(key);
    if (noteId) notes.add(noteId);
  }
  await storage.write([...notes].map((noteId) => putSetBack(noteId, now)));
}

const workFolder = (folder: string) => join(folder, 'repair');

const ofNote = (survey: Survey, noteId: NoteId): Survey => ({
  ...survey,
  damaged: survey.damaged.filter((note) => note.noteId === noteId),
  strays: [],
});

async function mendEntries(
  folder: string,
  { name, now }: Occasion,
  storage: Storage,
  { damaged, strays }: Survey,
): Promise<string | null> {
  const out: { entry: Entry; why: string }[] = [];
  const operations: Operation[] = [];
  for (const note of damaged) {
    const taken = takenOut(note);
    const why = note.account.join(' ');
    out.push(...taken.map((entry) => ({ entry, why })));
    operations.push(...taken.map(([key]): Operation => ({ type: 'delete', key })));
    if (note.isTorn) operations.push(snapshotOf(note), putSetBack(note.noteId, now));
  }
  for (const { entry, sentence } of strays) {
    // A visit to a lost note is sound by itself, and all that tells of the note.
    if (!entry || sentence.startsWith('Somebody visited')) continue;
    out.push({ entry, why: sentence });
    operations.push({ type: 'delete', key: entry[0] });
  }
  if (operations.length === 0) return null;
  const path = await setAside(folder, name, out);
  await storage.write(operations);
  return path;
}

/** A torn note's records, the intact ones too, since the snapshot takes their place; and what is damaged beside them. */
function takenOut({ noteId, entries, isTorn }: DamagedNote): Entry[] {
  return entries.filter(([key, bytes]) => {
    if (key === noteSnapshotKey(noteId) || parseNoteUpdateKey(noteId, key) !== null) return isTorn;
    if (key === noteSetBackKey(noteId)) return false;
    if (key !== noteMetaKey(noteId) && key !== noteSummaryKey(noteId)) return true;
    return 'damage' in readSealed(key, bytes);
  });
}

function snapshotOf({ noteId, entries, rest }: DamagedNote): Operation {
  const key = noteSnapshotKey(noteId);
  const sequences = entries.map(([entry]) => parseNoteUpdateKey(noteId, entry) ?? 1);
  const sequence = Math.max(1, rest?.lastSequence ?? 0, ...sequences);
  const update = rest?.snapshot?.update ?? Y.encodeStateAsUpdate(new Y.Doc());
  const owners = rest?.snapshot?.owners ?? new Map<number, string>();
  return {
    type: 'put',
    key,
    value: writeRecord(key, { sequence, at: rest?.lastAt ?? 0, author: '', update, owners }),
  };
}
