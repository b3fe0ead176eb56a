// A backup becomes a data folder again. Only into a folder that is new or empty; whole or not at all.
//
// The file is read twice: once to the end, checking everything, before anything is made; then into a store. From the
// first byte to the last a file RESTORING marks the folder, and whoever finds it there refuses to open the store
// (data-folder.ts); a second restore starts over. FORMAT, which makes a folder ours, is written before the mark
// goes. Notes keep their epoch: what is restored is the same history at an earlier point, and browsers that hold
// newer text bring it back by themselves: each note is marked as set back, so that the server lets them.
import { createReadStream } from 'node:fs';
import { mkdir, open, readdir, rm } from 'node:fs/promises';
import type { NoteId } from '../../src/core/ids.ts';
import type { BackupEnd } from './backup.ts';
import { checkBackup, readBackup } from './backup.ts';
import { inspectFolder, restoringFile, storeFolder, syncFolder, writeFormat } from './data-folder.ts';
import { noteSetBackKey, parseNoteKey } from './keys.ts';
import { mustBeClosed, openLevelFiles } from './leveldb.ts';
import { putSetBack } from './set-back.ts';
import type { Operation } from './storage.ts';
import { StorageError } from './storage.ts';
import type { Survey } from './survey.ts';
import { surveyStore } from './survey.ts';

const batchBytes = 1024 * 1024;

/** What was restored, and how its notes are. Rejects with StorageError, and then leaves no store that opens. */
export async function restoreBackup(
  file: string,
  folder: string,
  now: number,
): Promise<{ end: BackupEnd; survey: Survey }> {
  await mustBeFree(folder);
  await checkBackup(pieces(file));
  // That took its time: a server may have started in the folder, or another restore.
  await mustBeFree(folder);
  await mustBeClosed(folder);
  await mkdir(folder, { recursive: true });
  const mark = await open(restoringFile(folder), 'w');
  await mark.sync().finally(() => mark.close());
  await syncFolder(folder);
  await rm(storeFolder(folder), { recursive: true, force: true });
  await rm(`${folder}/FORMAT`, { force: true });
  await mkdir(storeFolder(folder));
  const storage = await openLevelFiles(storeFolder(folder), { create: true });
  try {
    let end: BackupEnd | null = null;
    let note: NoteId | null = null;
    let batch: Operation[] = [];
    let bytes = 0;
    for await (const found of readBackup(pieces(file))) {
      if ('end' in found) {
        end = found.end;
        continue;
      }
      const [key, value] = found.entry;
      const noteId = parseNoteKey(key);
      if (noteId && noteId !== note) batch.push(putSetBack(noteId, now));
      note = noteId;
      if (noteId && key === noteSetBackKey(noteId)) continue;
      batch.push({ type: 'put', key, value });
      bytes += value.length;
      if (bytes < batchBytes) continue;
      await storage.write(batch);
      [batch, bytes] = [[], 0];
    }
    await storage.write(batch);
    if (!end) throw new RangeError('A backup that is read to its end has one.');
    const survey = await surveyStore(storage);
    // The store stays open, and locked, until the folder is whole: nobody takes it for one that was cut short.
    await writeFormat(folder);
    await rm(restoringFile(folder));
    await syncFolder(folder);
    return { end, survey };
  } finally {
    await storage.close();
  }
}

async function mustBeFree(folder: string): Promise<void> {
  const names = await readdir(folder).catch((): string[] => []);
  // What a restore that was cut short left behind is ours to take away.
  if (names.includes('RESTORING')) return;
  if (names.length === 0 || (await inspectFolder(folder)) === 'new') return;
  throw new StorageError(
    'denied',
    `The data folder ${folder} is not empty. Nothing was changed; restore into a new or empty folder.`,
  );
}

async function* pieces(file: string): AsyncGenerator<Uint8Array> {
  try {
    for await (const piece of createReadStream(file)) yield piece as Buffer;
  } catch (error) {
    throw new StorageError('io', `The backup ${file} cannot be read: ${(error as Error).message}.`, {
      cause: error,
    });
  }
}
