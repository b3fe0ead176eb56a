// The files of a LevelDB store, looked at from outside and untouched: what of it is not as LevelDB wrote it.
//
// CURRENT names the manifest; the manifest says which tables make up the store and from which log on writes are
// replayed. LevelDB opens a store whose log is missing as if nothing had been written since, and one with a flipped
// bit in its log without what lay behind it: so the server looks here before it opens (`startFaults`, some
// milliseconds), and `rollcall verify` reads the tables as well. One loss cannot be seen from outside: a log that
// ends early exactly between two writes.
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

/** What would make LevelDB open a store with less than it was given, or not at all; tables are not read. */
export async function startFaults(store: string): Promise<FilesReading> {
  const names = await readdir(store);
  const current = (await readFile(join(store, 'CURRENT'), 'utf8').catch(() => null))?.trim() ?? null;
  if (current === null) return { faults: [{ file: 'CURRENT', what: 'is missing' }], unfinishedBytes: 0 };
  if (!/^MANIFEST-\d+$/.test(current) || !names.includes(current)) {
    return { faults: [{ file: 'CURRENT', what: 'names no manifest that is there' }], unfinishedBytes: 0 };
  }
  const faults: FileFault[] = [];
  const manifest = readLevelLog(await readFile(join(store, current)));
  for (const { offset, what } of manifest.faults)
    faults.push({ file: current, what: `has at ${offset} ${what}` });
  const { tables, log } = readEdits(manifest.records);
  if (manifest.records.length === 0) faults.push({ file: current, what: 'is empty' });
  if (manifest.unfinishedBytes > 0) {
    faults.push({
      file: current,
      what: `ends with ${manifest.unfinishedBytes} bytes that are no whole entry`,
    });
  }
  for (const [number, size] of tables) {
    const file = ['ldb', 'sst'].map((ext) => `${padded(number)}.${ext}`).find((name) => names.includes(name));
    const found = file ? (await stat(join(store, file))).size : null;
    if (found === null) faults.push({ file: `${padded(number)}.ldb`, what: 'is missing' });
    else if (found !== size) faults.push({ file: file!, what: `has ${found} bytes instead of ${size}` });
  }
  const logs = names.filter((name) => /^\d+\.log$/.test(name) && Number.parseInt(name, 10) >= log).sort();
  if (log > 0 && !logs.includes(`${padded(log)}.log`))
    faults.push({ file: `${padded(log)}.log`, what: 'is missing' });
  let unfinishedBytes = 0;
  for (const name of logs) {
    const reading = readLevelLog(await readFile(join(store, name)));
    for (const { offset, length, what } of reading.faults) {
      faults.push({ file: name, what: `has at ${offset} ${what} (${length} bytes)` });
    }
    unfinishedBytes += reading.unfinishedBytes;
  }
  return { faults, unfinishedBytes };
}

/** The same, and every block of every table. Nobody may have the store open. */
export async function allFaults(store: string): Promise<FilesReading> {
  const { faults, unfinishedBytes } = await startFaults(store);
  for (const name of (await readdir(store)).sort()) {
    if (!/\.(ldb|sst)$/.test(name)) continue;
    for (const what of await tableFaults(join(store, name))) faults.push({ file: name, what });
  }
  return { faults, unfinishedBytes };
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

/** The tables (number and size) and the first log that the manifest's entries come to. */
function readEdits(records: readonly Uint8Array[]): { tables: Map<number, number>; log: number } {
  const tables = new Map<number, number>();
  let log = 0;
  for (const record of records) {
    const reader = createNumbers(record);
    const text = () => reader.skip(reader.number() ?? 0);
    while (!reader.isAtEnd()) {
      switch (reader.number()) {
        case editTag.comparator:
          text();
          break;
        case editTag.log:
          log = reader.number() ?? log;
          break;
        case editTag.pointer:
          reader.number();
          text();
          break;
        case editTag.gone:
          reader.number();
          tables.delete(reader.number() ?? -1);
          break;
        case editTag.made: {
          reader.number();
          const [number, size] = [reader.number() ?? -1, reader.number() ?? -1];
          tables.set(number, size);
          text();
          text();
          break;
        }
        default:
          reader.number();
      }
    }
  }
  return { tables, log };
}

const padded = (number: number) => String(number).padStart(6, '0');
