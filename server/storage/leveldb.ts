// The storage contract on LevelDB, through leveldown. The only file that knows leveldown.
//
// leveldown ends the whole process (SIGSEGV) when it is used before open or after close, so whether the store
// is open is kept here and asked before every call, and close waits for calls under way. It gives its errors no
// codes: they are told apart by their text. A failed second open in one process would release the first one's
// lock (POSIX drops a file's locks with any descriptor), so a folder that is open here is refused before
// LevelDB sees it. Whether a store may be made at all is data-folder.ts's question.
import { link, mkdtemp, realpath, rm } from 'node:fs/promises';
import { join } from 'node:path';
import leveldown from 'leveldown';
import {
  inspectFolder,
  makeFolders,
  readPid,
  removePid,
  storeFolder,
  writeFormat,
  writePid,
} from './data-folder.ts';
import { fileFaults } from './level-files.ts';
import type { Range, Storage } from './storage.ts';
import { StorageError } from './storage.ts';

type Level = ReturnType<typeof leveldown>;
type LevelIterator = ReturnType<Level['iterator']>;

// A fact about the process, so the process keeps it: see the note on locks above.
const openHere = new Set<string>();

/**
 * Opens the store in a data folder. Without `create` a folder that holds none is 'missing'; with it, a store is
 * made in a folder that is new or empty, and nowhere else. Rejects with StorageError and then leaves no trace.
 */
export async function openLevelStorage(
  folder: string,
  options: {
    create?: 'if-folder-is-new';
    /** Called when the last write before a crash is found half done: so many bytes, which nobody was told of. */
    cutShort?(bytes: number): void;
  } = {},
): Promise<Storage> {
  try {
    return await openStore(folder, options.create === 'if-folder-is-new', options.cutShort);
  } catch (error) {
    throw error instanceof StorageError ? error : wrapped(error, `The data folder ${folder}`);
  }
}

/** Opens bare LevelDB files, without the folder around them. For repair and restore, on files that are nobody else's. */
export async function openLevelFiles(path: string, { create = false } = {}): Promise<Storage> {
  const level = leveldown(path);
  await openLevel(level, path, create);
  return storageOn(level, async () => undefined);
}

/** Rejects with 'busy' when a process has the store in `folder`, or its files at `files`, open. Leaves them alone. */
export async function mustBeClosed(folder: string, files = storeFolder(folder)): Promise<void> {
  const store = await realpath(files).catch(() => null);
  if (store === null) return;
  mustNotBeOpenHere(folder, store);
  // A folder that shares only the lock's file: LevelDB takes the lock first, and then finds no store.
  const probe = await mkdtemp(join(folder, 'lock-'));
  try {
    await link(join(store, 'LOCK'), join(probe, 'LOCK'));
    await openLevel(leveldown(probe), folder, false);
  } catch (error) {
    if (error instanceof StorageError && error.code === 'busy') throw error;
  } finally {
    await rm(probe, { recursive: true, force: true });
  }
}

function mustNotBeOpenHere(folder: string, path: string): void {
  if (!openHere.has(path)) return;
  throw new StorageError('busy', `The store in ${folder} is already open in this process (${process.pid}).`);
}

async function openStore(
  folder: string,
  mayCreate: boolean,
  cutShort: (bytes: number) => void = () => undefined,
): Promise<Storage> {
  const state = await inspectFolder(folder);
  if (state !== 'kept' && !mayCreate) {
    throw new StorageError('missing', `There is no Rollcall store in ${folder}. Nothing was changed.`);
  }
  const removeFolders = await makeFolders(folder);
  const path = await realpath(storeFolder(folder));
  mustNotBeOpenHere(folder, path);
  openHere.add(path);
  try {
    if (state === 'kept') await mustBeSound(folder, path, cutShort);
    const level = leveldown(path);
    await openLevel(level, folder, state !== 'kept');
    try {
      if (state === 'unfinished') await mustBeEmpty(level, folder);
      if (state !== 'kept') await writeFormat(folder);
      await writePid(folder);
    } catch (error) {
      await called((done) => level.close(done));
      throw error;
    }
    return storageOn(level, async () => {
      await removePid(folder).catch(() => undefined);
      openHere.delete(path);
    });
  } catch (error) {
    openHere.delete(path);
    await removeFolders();
    throw error;
  }
}

function storageOn(level: Level, afterClose: () => Promise<void>): Storage {
  const underWay = new Set<Promise<unknown>>();
  let closing: Promise<void> | null = null;

  async function use<T>(
    what: string,
    call: (done: (error: unknown, value?: T) => void) => void,
  ): Promise<T | undefined> {
    if (closing) throw new StorageError('closed', 'The storage is closed.');
    const result = called(call);
    underWay.add(result);
    try {
      return await result;
    } catch (error) {
      throw wrapped(error, what);
    } finally {
      underWay.delete(result);
    }
  }

  async function* entries(iterator: LevelIterator): AsyncGenerator<[string, Uint8Array]> {
    try {
      for (;;) {
        const entry = await use<[Buffer, Buffer] | null>('Reading the store', (done) =>
          iterator.next((error: unknown, key: unknown, value: unknown) =>
            done(error, key === undefined ? null : [key as Buffer, value as Buffer]),
          ),
        );
        if (!entry) return;
        yield [entry[0].toString('utf8'), entry[1]];
      }
    } finally {
      // close() ends open iterators by itself, and must be the last to touch them.
      if (!closing) await use('Reading the store', (done) => iterator.end(done));
    }
  }

  return {
    async get(key) {
      const value = await use<Buffer>('Reading the store', (done) =>
        level.get(key, (error: unknown, found: unknown) =>
          isAbsent(error) ? done(null) : done(error, found as Buffer),
        ),
      );
      return value ?? null;
    },
    range(range) {
      if (closing) return refused();
      return entries(level.iterator(iteratorOptions(range)));
    },
    async write(operations) {
      if (operations.some(({ key }) => key === '')) throw new RangeError('A key must not be empty.');
      const batch = operations.map((operation) =>
        operation.type === 'put'
          ? { type: 'put' as const, key: operation.key, value: Buffer.from(operation.value) }
          : { type: 'del' as const, key: operation.key },
      );
      await use('Writing to the store', (done) => level.batch(batch, { sync: true }, done));
    },
    close() {
      closing ??= Promise.allSettled(underWay)
        .then(() => called((done) => level.close(done)))
        .then(afterClose);
      return closing;
    },
  };
}

async function openLevel(level: Level, folder: string, createIfMissing: boolean): Promise<void> {
  try {
    await called((done) => level.open({ createIfMissing, errorIfExists: false }, done));
  } catch (error) {
    if (codeOf(error) !== 'busy') throw wrapped(error, `Opening the store in ${folder}`);
    const pid = await readPid(folder);
    const who = pid === null ? 'Another process' : `Another process (${pid})`;
    throw new StorageError('busy', `${who} has the store in ${folder} open. Nothing was changed.`, {
      cause: error,
    });
  }
}

/** LevelDB would open what has lost its log, or a piece of it, and say nothing: see level-files.ts. */
async function mustBeSound(folder: string, path: string, cutShort: (bytes: number) => void): Promise<void> {
  const { faults, unfinishedBytes } = await fileFaults(path);
  if (faults.length > 0) {
    openHere.delete(path);
    await mustBeClosed(folder); // a store in use changes while it is looked at
    const list = faults.map(({ file, what }) => `${file} ${what}`).join('; ');
    throw new StorageError(
      'damaged',
      `The store in ${folder} is damaged: ${list}. Nothing was changed; “rollcall verify” says what is lost, “rollcall repair” sets it aside.`,
    );
  }
  if (unfinishedBytes > 0) cutShort(unfinishedBytes);
}

async function mustBeEmpty(level: Level, folder: string): Promise<void> {
  const iterator = level.iterator({ limit: 1 });
  const isEmpty = await called<boolean>((done) =>
    iterator.next((error: unknown, key: unknown) => done(error, key === undefined)),
  );
  await called((done) => iterator.end(done));
  if (isEmpty) return;
  throw new StorageError(
    'damaged',
    `The store in ${folder} has data but no FORMAT file. Nothing was changed; put the file back.`,
  );
}

const iteratorOptions = ({ from, to, reverse = false, limit = -1 }: Range) => ({
  gte: from,
  lt: to,
  reverse,
  limit,
});

// eslint-disable-next-line require-yield
async function* refused(): AsyncGenerator<[string, Uint8Array]> {
  throw new StorageError('closed', 'The storage is closed.');
}

const called = <T = void>(
  call: (done: (error: unknown, value?: T) => void) => void,
): Promise<T | undefined> =>
  new Promise((resolve, reject) => call((error, value) => (error ? reject(error) : resolve(value))));

/** leveldown says of what is not there that reading it failed. */
const isAbsent = (error: unknown) => error instanceof Error && /notfound/i.test(error.message);

function codeOf(error: unknown): StorageError['code'] {
  const text = String(error);
  if (/EACCES|EPERM|EROFS|ENOTDIR|EEXIST|Permission denied|Read-only file system/i.test(text))
    return 'denied';
  if (/lock /i.test(text) && /unavailable|already held/i.test(text)) return 'busy';
  if (/corruption|checksum/i.test(text)) return 'damaged';
  if (/does not exist|No such file/i.test(text)) return 'damaged';
  return 'io';
}

function wrapped(error: unknown, what: string): StorageError {
  const text = error instanceof Error ? error.message : String(error);
  const code = codeOf(error);
  const sentences: Partial<Record<StorageError['code'], string>> = {
    denied: `${what} was denied by the file system: ${text}.`,
    damaged: `${what} failed because its files are damaged: ${text}. Nothing was repaired.`,
  };
  return new StorageError(code, sentences[code] ?? `${what} failed: ${text}.`, { cause: error });
}
