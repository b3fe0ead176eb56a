// The data folder: what makes it Rollcall's, and whether it may be filled.
//
//   <folder>/FORMAT   {"format":"rollcall","version":1}, written and synced after the store is made
//   <folder>/store/   LevelDB's files
//   <folder>/pid      the process that has the store open; a courtesy for messages, not a lock
//   <folder>/control  the socket through which a running server is asked for a backup (control.ts)
//   <folder>/ballast  room on the disk, given up when there is none left (space.ts)
//   <folder>/aside/   what repairs took out of the store, byte by byte (repair.ts)
//   <folder>/RESTORING  a backup is being read into this folder, or was when it was cut short (restore.ts)
//
// LevelDB, asked to make what is missing, empties a store that has merely lost its CURRENT file. So a store is
// made only where nothing can have been: in a folder that is new or empty, or one whose first start was cut
// short before FORMAT was written, with a store that holds no data. FORMAT there and no store: refused, untouched.
import {
  access,
  constants,
  mkdir,
  open,
  readFile,
  readdir,
  rename,
  rm,
  rmdir,
  stat,
  writeFile,
} from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { StorageError } from './storage.ts';

const format = 'rollcall';
const version = 1;

export const controlSocket = (folder: string) => join(folder, 'control');
export const ballastFile = (folder: string) => join(folder, 'ballast');
export const asideFolder = (folder: string) => join(folder, 'aside');
export const restoringFile = (folder: string) => join(folder, 'RESTORING');
export const storeFolder = (folder: string) => join(folder, 'store');
const formatFile = (folder: string) => join(folder, 'FORMAT');
const pidFile = (folder: string) => join(folder, 'pid');

/** `kept`: must be opened as it is. `new`: may be made. `unfinished`: an earlier start was cut short; may be taken over if it holds no entry. */
export type FolderState = 'kept' | 'new' | 'unfinished';

/** Looks, and touches nothing. Throws StorageError 'missing' or 'damaged' when there is no honest way to open. */
export async function inspectFolder(folder: string): Promise<FolderState> {
  const names = (await namesIn(folder)) ?? [];
  const store = await namesIn(storeFolder(folder));
  if (names.includes('RESTORING')) {
    throw new StorageError(
      'damaged',
      `Restoring a backup into ${folder} was cut short. Nothing was changed; restore it again.`,
    );
  }
  if (names.includes('FORMAT')) {
    mustBeOurFormat(folder, await readFile(formatFile(folder), 'utf8'));
    if (store?.includes('CURRENT')) return 'kept';
    throw new StorageError(
      'missing',
      `The data folder ${folder} belongs to Rollcall, but its store is gone or incomplete (no store/CURRENT). Nothing was changed; “rollcall repair” makes it anew from what is there; or put the store back, or use another folder.`,
    );
  }
  if (names.length === 0) return 'new';
  if (store === null) {
    throw new StorageError(
      'missing',
      `The data folder ${folder} is not empty and holds no Rollcall store. Nothing was changed; use a new or empty folder.`,
    );
  }
  if (store.includes('CURRENT') || store.length === 0 || (await holdsNoData(folder, store)))
    return 'unfinished';
  throw new StorageError(
    'damaged',
    `The store in ${folder} has data but neither FORMAT nor store/CURRENT. Nothing was changed; put the missing files back.`,
  );
}

/** Makes the folders. The returned undo removes those that were made here and are still empty. */
export async function makeFolders(folder: string): Promise<() => Promise<void>> {
  await mustBeWritable(folder);
  const first = await mkdir(storeFolder(folder), { recursive: true });
  return async () => {
    if (first === undefined) return;
    for (let made = storeFolder(folder); made.length >= first.length; made = dirname(made)) {
      // Not empty: another process has moved in meanwhile.
      await rmdir(made).catch(() => undefined);
    }
  };
}

/** Asked of the nearest folder there is: making folders where one may not answers with whatever comes to its mind. */
async function mustBeWritable(folder: string): Promise<void> {
  for (let place = folder; ; place = dirname(place)) {
    const there = await stat(place).catch(() => null);
    if (there === null && place !== dirname(place)) continue;
    await access(place, constants.W_OK);
    return;
  }
}

/** Declares the store made. Survives a power cut once resolved. */
export async function writeFormat(folder: string): Promise<void> {
  const draft = `${formatFile(folder)}.new`;
  const file = await open(draft, 'w');
  try {
    await file.writeFile(`${JSON.stringify({ format, version })}\n`);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(draft, formatFile(folder));
  await syncFolder(folder);
}

/** Makes the names in a folder survive a power cut. */
export async function syncFolder(folder: string): Promise<void> {
  const inside = await open(folder, 'r');
  await inside.sync().finally(() => inside.close());
}

export const writePid = (folder: string) => writeFile(pidFile(folder), `${process.pid}\n`);
export const removePid = (folder: string) => rm(pidFile(folder), { force: true });

/** Who has the store open, as far as the folder tells. */
export async function readPid(folder: string): Promise<number | null> {
  const text = await readFile(pidFile(folder), 'utf8').catch(() => '');
  return /^[1-9]\d*\n$/.test(text) ? Number(text) : null;
}

function mustBeOurFormat(folder: string, text: string) {
  let found: unknown;
  try {
    found = JSON.parse(text);
  } catch {
    found = null;
  }
  const { format: name, version: number } = (found ?? {}) as Record<string, unknown>;
  if (name !== format || !Number.isInteger(number)) {
    throw new StorageError(
      'damaged',
      `The file FORMAT in ${folder} is not what Rollcall writes. Nothing was changed.`,
    );
  }
  if (number !== version) {
    throw new StorageError(
      'damaged',
      `The store in ${folder} has format version ${String(number)}; this Rollcall reads version ${version}. Nothing was changed.`,
    );
  }
}

// LevelDB made its lock and its first manifest, and was cut short before CURRENT: no table, no log with bytes in it.
async function holdsNoData(folder: string, names: string[]): Promise<boolean> {
  for (const name of names) {
    if (/\.(ldb|sst)$/.test(name)) return false;
    if (name.endsWith('.log') && (await stat(join(storeFolder(folder), name))).size > 0) return false;
  }
  return true;
}

// Null when there is no such folder. What file systems put there by themselves, and our own traces, do not count.
async function namesIn(folder: string): Promise<string[] | null> {
  try {
    const names = await readdir(folder);
    return names.filter((name) => !['lost+found', 'pid', 'FORMAT.new', 'control', 'ballast'].includes(name));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}
