// A backup into a file: from the running server if there is one, else from the store itself. The file appears under
// its name only when it is complete and checked.
import { open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { askForBackup } from './control.ts';
import { checkBackup, writeBackup, type BackupEnd } from './storage/backup.ts';
import { syncFolder } from './storage/data-folder.ts';
import { openLevelStorage } from './storage/leveldb.ts';
import { StorageError } from './storage/storage.ts';

/** Rejects with StorageError; then there is no such file, or the one that was there before. */
export async function takeBackup(folder: string, path: string): Promise<BackupEnd> {
  const running = await askForBackup(folder);
  if (running) return keep(running, path);
  const storage = await openLevelStorage(folder);
  try {
    return await keep(writeBackup(storage, Date.now()), path);
  } finally {
    await storage.close();
  }
}

async function keep(pieces: AsyncIterable<Uint8Array>, path: string): Promise<BackupEnd> {
  const draft = `${path}.part`;
  try {
    const file = await open(draft, 'w', 0o600);
    try {
      const end = await checkBackup(written(pieces, (piece) => file.writeFile(piece)));
      await file.sync();
      await rename(draft, path);
      await syncFolder(dirname(path));
      return end;
    } finally {
      await file.close();
    }
  } catch (error) {
    await rm(draft, { force: true }).catch(() => undefined);
    if (error instanceof StorageError) throw error;
    throw new StorageError('io', `The backup could not be written to ${path}: ${(error as Error).message}.`, {
      cause: error,
    });
  }
}

/** The pieces, each passed on once it has been written. */
async function* written(
  pieces: AsyncIterable<Uint8Array>,
  write: (piece: Uint8Array) => Promise<void>,
): AsyncGenerator<Uint8Array> {
  for await (const piece of pieces) {
    await write(piece);
    yield piece;
  }
}
