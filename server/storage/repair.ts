// Verifying and repairing a data folder whose store is closed. The operator's side: see also survey.ts.
//
// Verify looks at the files first (level-files.ts). Sound files are opened, which takes the lock and changes
// nothing in them. Damaged ones are never opened, since LevelDB would replay, drop and delete: a working copy is,
// with tables as hard links, logs rewritten without their damaged pieces, and, where the manifest is lost or a
// table is missing, rebuilt by LevelDB from what is there.
//
// Repair works in this order, so that a power cut at any point loses nothing:
//   files damaged:   working copy → everything readable into a new store → damaged notes mended there →
//                    the old store moved to aside/, the new one into its place
//   entries damaged: their bytes into a file in aside/, synced → one atomic write that takes them out
// A damaged note becomes a snapshot of what is left and can be written to again; browsers that still hold what was
// lost bring it back by themselves. A note of which nothing is left becomes an empty one, for the same reason.
import { copyFile, link, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as Y from 'yjs';
import type { NoteId } from '../../src/core/ids.ts';
import { setAside } from './aside.ts';
import { asideFolder, storeFolder, syncFolder, writeFormat } from './data-folder.ts';
import { noteMetaKey, noteSnapshotKey, noteSummaryKey, parseNoteUpdateKey } from './keys.ts';
import { openLevelFiles, openLevelStorage, mustBeClosed, rebuildLevelFiles } from './leveldb.ts';
import type { FilesReading } from './level-files.ts';
import { allFaults } from './level-files.ts';
import { readLevelLog, writeLevelLog } from './level-log.ts';
import { readAround } from './read-around.ts';
import { writeRecord } from './record.ts';
import { readSealed } from './sealed.ts';
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

export const isSound = ({ files, survey }: Verdict) =>
  files.faults.length + survey.damaged.length + survey.strays.length === 0;

/** Looks at everything and changes nothing. Rejects with StorageError 'busy' when the store is open. */
export async function verifyFolder(folder: string): Promise<Verdict> {
  const files = await filesOf(folder);
  if (files.faults.length === 0) {
    const storage = await openLevelStorage(folder);
    return { files, survey: await surveyStore(storage).finally(() => storage.close()) };
  }
  const work = join(folder, 'repair');
  try {
    const storage = await openWorkingCopy(folder, work);
    return { files, survey: await surveyStore(storage).finally(() => storage.close()) };
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

/** Mends everything, or of the notes only `noteId`. `name` tells this repair from others in aside/. */
export async function repairFolder(folder: string, name: string, noteId?: NoteId): Promise<Repair> {
  // A repair that was cut short between its last two steps is finished.
  await rename(join(folder, 'repair', 'new'), storeFolder(folder)).catch(() => undefined);
  const files = await filesOf(folder);
  if (files.faults.length > 0) return rebuildStore(folder, name, files);
  const storage = await openLevelStorage(folder);
  try {
    const survey = await surveyStore(storage);
    const aside = await mendEntries(folder, name, storage, noteId ? ofNote(survey, noteId) : survey);
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
  return allFaults(storeFolder(folder));
}

async function rebuildStore(folder: string, name: string, files: FilesReading): Promise<Repair> {
  const work = join(folder, 'repair');
  const kept = join(asideFolder(folder), name);
  try {
    const damaged = await openWorkingCopy(folder, work);
    const fresh = await openLevelFiles(join(work, 'new'), { create: true });
    let survey: Survey;
    try {
      survey = await surveyStore(damaged);
      await copyReadable(damaged, fresh);
      await mendEntries(folder, name, fresh, survey);
    } finally {
      await damaged.close();
      await fresh.close();
    }
    await mkdir(kept, { recursive: true, mode: 0o700 });
    await rename(storeFolder(folder), join(kept, 'store'));
    await rename(join(work, 'new'), storeFolder(folder));
    await writeFormat(folder);
    await syncFolder(kept);
    return { files, survey, aside: kept };
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

async function openWorkingCopy(folder: string, work: string): Promise<Storage> {
  await rm(work, { recursive: true, force: true });
  const copy = join(work, 'copy');
  await mkdir(copy, { recursive: true, mode: 0o700 });
  const store = storeFolder(folder);
  for (const name of await readdir(store)) {
    const [from, to] = [join(store, name), join(copy, name)];
    if (/\.(ldb|sst)$/.test(name)) await link(from, to).catch(() => copyFile(from, to));
    else if (name.endsWith('.log'))
      await writeFile(to, writeLevelLog(readLevelLog(await readFile(from)).records));
    else if (/^(CURRENT|MANIFEST-)/.test(name)) await copyFile(from, to);
  }
  const remaining = (await allFaults(copy)).faults;
  if (
    remaining.some(
      ({ file, what }) => !/\.(ldb|sst)$/.test(file) || / is missing|^is missing|instead of/.test(what),
    )
  ) {
    await rebuildLevelFiles(copy);
  }
  return openLevelFiles(copy).catch(async (error: unknown) => {
    if (!(error instanceof StorageError) || error.code !== 'damaged') throw error;
    await rebuildLevelFiles(copy);
    return openLevelFiles(copy);
  });
}

/** So many bytes are copied in one write. */
const batchBytes = 1024 * 1024;

async function copyReadable(from: Storage, to: Storage): Promise<void> {
  let batch: Operation[] = [];
  let bytes = 0;
  for await (const found of readAround(from, { from: '', to: '\u{10ffff}' })) {
    if (!('entry' in found)) continue;
    const [key, value] = found.entry;
    if (key === '') continue;
    batch.push({ type: 'put', key, value });
    bytes += value.length;
    if (bytes < batchBytes) continue;
    await to.write(batch);
    [batch, bytes] = [[], 0];
  }
  await to.write(batch);
}

const ofNote = (survey: Survey, noteId: NoteId): Survey => ({
  ...survey,
  damaged: survey.damaged.filter((note) => note.noteId === noteId),
  strays: [],
});

async function mendEntries(
  folder: string,
  name: string,
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
    if (note.isTorn) operations.push(snapshotOf(note));
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
    if (key !== noteMetaKey(noteId) && key !== noteSummaryKey(noteId)) return true;
    return 'damage' in readSealed(key, bytes);
  });
}

function snapshotOf({ noteId, entries, rest }: DamagedNote): Operation {
  const key = noteSnapshotKey(noteId);
  const sequences = entries.map(([entry]) => parseNoteUpdateKey(noteId, entry) ?? 1);
  const sequence = Math.max(1, rest?.lastSequence ?? 0, ...sequences);
  const update = rest?.snapshot?.update ?? Y.encodeStateAsUpdate(new Y.Doc());
  return {
    type: 'put',
    key,
    value: writeRecord(key, { sequence, at: rest?.lastAt ?? 0, author: '', update }),
  };
}
