// The files of a LevelDB store, looked at from outside and untouched: what of it is not as LevelDB wrote it.
//
// CURRENT names the manifest; the manifest says which tables make up the store and from which log on writes are
// replayed. LevelDB opens a store whose log is missing as if nothing had been written since, and one with a flipped
// bit in its log without what lay behind it: so the server looks here before it opens (`startFaults`, some
// milliseconds). It reads the tables too: over a damaged one LevelDB's compaction may end the whole process.
// One loss cannot be seen from outside: a log that ends early exactly between two writes.
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { readLevelLog } from './level-log.ts';
import { createNumbers, tableFaults } from './level-table.ts';

export interface FileFault {
  /** Name of the file in the store's folder. */
  file: string;
  /** A clause that fits behind its name. */
  what: string;
}

export interface FilesReading {
  faults: FileFault[];
  /** Bytes at the end of the log that are no whole write: cut short by a power failure, or damaged there. */
  unfinishedBytes: number;
}

/** The tables a store is made of, by number, and the first log that is replayed. */
export interface LiveFiles {
  /** Null when the manifest cannot be read: then every table that is there may count. */
  tables: Map<number, LiveTable> | null;
  log: number;
}

interface LiveTable {
  size: number;
  smallest: string;
  largest: string;
  isThere: boolean;
}

/** What is not as LevelDB wrote it. Whoever has the store open changes it meanwhile. */
export async function fileFaults(store: string): Promise<FilesReading> {
  const names = await readdir(store);
  const { fault, name: manifestName } = await findManifest(store, names);
  if (!manifestName) return { faults: [fault, ...(await faultsOfTables(store, names))], unfinishedBytes: 0 };
  const faults: FileFault[] = [];
  const manifest = readLevelLog(await readFile(join(store, manifestName)));
  for (const { offset, what } of manifest.faults) {
    faults.push({ file: manifestName, what: `has at ${offset} ${what}` });
  }
  if (manifest.records.length === 0) faults.push({ file: manifestName, what: 'is empty' });
  if (manifest.unfinishedBytes > 0) {
    const what = `ends with ${manifest.unfinishedBytes} bytes that are no whole entry`;
    faults.push({ file: manifestName, what });
  }
  const { tables, log } = readEdits(manifest.records, names);
  for (const [number, { size, isThere }] of tables) {
    const file = tableName(number, names);
    if (!isThere) faults.push({ file, what: 'is missing' });
    else {
      const found = (await stat(join(store, file))).size;
      if (found !== size) faults.push({ file, what: `has ${found} bytes instead of ${size}` });
    }
  }
  const logs = names.filter((name) => /^\d+\.log$/.test(name) && Number.parseInt(name, 10) >= log).sort();
  if (log > 0 && !logs.includes(`${padded(log)}.log`)) {
    faults.push({ file: `${padded(log)}.log`, what: 'is missing' });
  }
  let unfinishedBytes = 0;
  for (const name of logs) {
    const reading = readLevelLog(await readFile(join(store, name)));
    for (const { offset, length, what } of reading.faults) {
      faults.push({ file: name, what: `has at ${offset} ${what} (${length} bytes)` });
    }
    unfinishedBytes += reading.unfinishedBytes;
  }
  // A table that the manifest does not name is one that a crash has cut short: LevelDB takes it away when it opens.
  const files = [...tables.keys()].map((number) => tableName(number, names));
  const isBelieved = faults.every(({ file }) => file !== manifestName);
  const counted = isBelieved ? names.filter((name) => files.includes(name)) : names;
  faults.push(...(await faultsOfTables(store, counted)));
  return { faults, unfinishedBytes };
}

/** What the manifest says the store is made of. */
export async function liveFiles(store: string): Promise<LiveFiles> {
  const names = await readdir(store);
  const { name } = await findManifest(store, names);
  const manifest = name ? readLevelLog(await readFile(join(store, name))) : null;
  if (!manifest || manifest.records.length === 0 || manifest.faults.length + manifest.unfinishedBytes > 0) {
    return { tables: null, log: 0 };
  }
  return readEdits(manifest.records, names);
}

async function findManifest(store: string, names: readonly string[]) {
  const current = (await readFile(join(store, 'CURRENT'), 'utf8').catch(() => null)) ?? null;
  if (current === null) return { name: null, fault: { file: 'CURRENT', what: 'is missing' } };
  const name = /^(MANIFEST-\d+)\n$/.exec(current)?.[1];
  if (name && names.includes(name)) return { name, fault: { file: '', what: '' } };
  return { name: null, fault: { file: 'CURRENT', what: 'names no manifest that is there' } };
}

async function faultsOfTables(store: string, names: readonly string[]): Promise<FileFault[]> {
  const faults: FileFault[] = [];
  for (const name of [...names].sort()) {
    if (!/\.(ldb|sst)$/.test(name)) continue;
    for (const what of await tableFaults(join(store, name))) faults.push({ file: name, what });
  }
  return faults;
}

const editTag = {
  comparator: 1,
  log: 2,
  next: 3,
  sequence: 4,
  pointer: 5,
  gone: 6,
  made: 7,
  before: 9,
} as const;

function readEdits(records: readonly Uint8Array[], names: readonly string[]) {
  const tables = new Map<number, LiveTable>();
  let log = 0;
  for (const record of records) {
    const reader = createNumbers(record);
    const key = (): string => {
      const length = reader.number() ?? 0;
      const from = reader.at();
      reader.skip(length);
      return Buffer.from(record.subarray(from, Math.max(from, from + length - 8))).toString('utf8');
    };
    while (!reader.isAtEnd()) {
      switch (reader.number()) {
        case editTag.comparator:
          key();
          break;
        case editTag.log:
          log = reader.number() ?? log;
          break;
        case editTag.pointer:
          reader.number();
          key();
          break;
        case editTag.gone:
          reader.number();
          tables.delete(reader.number() ?? -1);
          break;
        case editTag.made: {
          reader.number();
          const [number, size] = [reader.number() ?? -1, reader.number() ?? -1];
          const isThere = names.includes(tableName(number, names));
          tables.set(number, { size, smallest: key(), largest: key(), isThere });
          break;
        }
        default:
          reader.number();
      }
    }
  }
  return { tables, log };
}

const tableName = (number: number, names: readonly string[]) =>
  names.find((name) => name === `${padded(number)}.sst`) ?? `${padded(number)}.ldb`;
const padded = (number: number) => String(number).padStart(6, '0');
