// Everything that can still be read from the files of a damaged LevelDB store, without LevelDB: on damaged tables it
// may not only fail but end the process (an assertion, when keys come out of order). Nothing is written here.
//
// A table entry's key is the user's key and eight bytes: kind in the lowest, sequence in the other seven. A log's
// record is a batch: u64 sequence, u32 count, then entries. The greatest sequence of a key is its present state. Two
// passes, so that only keys and sequences are held in memory: which entry of each key counts, then the entries.
// Tables that the manifest does not name any more are left out; when it cannot be read, all count, and an entry that
// was deleted may come back.
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { liveFiles } from './level-files.ts';
import { readLevelLog } from './level-log.ts';
import { createNumbers, readTable } from './level-table.ts';
import type { Hole } from './read-around.ts';
import type { Operation } from './storage.ts';

interface Versioned {
  key: string;
  /** Null: deleted. */
  value: Uint8Array | null;
  sequence: number;
}

/** The entries as puts in no order, and where in the order of keys something is missing from a table. */
export async function* salvageLevelFiles(store: string): AsyncGenerator<{ put: Operation } | { hole: Hole }> {
  const newest = new Map<string, number>();
  for await (const found of versions(store)) {
    if ('hole' in found) yield found;
    else if (found.sequence > (newest.get(found.key) ?? -1)) newest.set(found.key, found.sequence);
  }
  for await (const found of versions(store)) {
    if ('hole' in found || newest.get(found.key) !== found.sequence) continue;
    newest.delete(found.key);
    if (found.value) yield { put: { type: 'put', key: found.key, value: found.value } };
  }
}

async function* versions(store: string): AsyncGenerator<Versioned | { hole: Hole }> {
  const live = await liveFiles(store);
  for (const name of (await readdir(store)).sort()) {
    const number = Number.parseInt(name, 10);
    if (/^\d+\.log$/.test(name) && number >= live.log) {
      for (const record of readLevelLog(await readFile(join(store, name))).records)
        yield* batchEntries(record);
    }
    const range = live.tables?.get(number);
    if (!/^\d+\.(ldb|sst)$/.test(name) || (live.tables && !range)) continue;
    let after = range?.smallest ?? null;
    for await (const block of readTable(join(store, name))) {
      const before = block.lastKey ? userKey(block.lastKey) : (range?.largest ?? null);
      if (block.data === null) yield { hole: { after, before } };
      else yield* blockEntries(block.data);
      after = before;
    }
  }
  for (const [number, { smallest, largest, isThere }] of live.tables ?? []) {
    if (!isThere && number >= 0) yield { hole: { after: smallest, before: largest } };
  }
}

function* batchEntries(batch: Uint8Array): Generator<Versioned> {
  if (batch.length < 12) return;
  let sequence = Number(new DataView(batch.buffer, batch.byteOffset, 8).getBigUint64(0, true));
  const reader = createNumbers(batch.subarray(12));
  const bytes = () => {
    const length = reader.number();
    const from = 12 + reader.at();
    reader.skip(length ?? 0);
    return length === null || from + length > batch.length ? null : batch.subarray(from, from + length);
  };
  while (!reader.isAtEnd()) {
    const isPut = reader.number() === 1;
    const key = bytes();
    const value = isPut ? bytes() : null;
    if (!key || (isPut && !value)) return;
    yield { key: text(key), value, sequence: sequence++ };
  }
}

function* blockEntries(block: Uint8Array): Generator<Versioned> {
  const restarts = new DataView(block.buffer, block.byteOffset + block.length - 4).getUint32(0, true);
  const reader = createNumbers(block.subarray(0, block.length - 4 - 4 * restarts));
  let key = Buffer.alloc(0);
  while (!reader.isAtEnd()) {
    const [shared, own, size] = [reader.number(), reader.number(), reader.number()];
    if (shared === null || own === null || size === null) return;
    const from = reader.at();
    key = Buffer.concat([key.subarray(0, shared), block.subarray(from, from + own)]);
    reader.skip(own + size);
    if (key.length < 8) return;
    const tag = key.readBigUInt64LE(key.length - 8);
    const value = (tag & 255n) === 1n ? block.subarray(from + own, from + own + size) : null;
    yield { key: userKey(key), value, sequence: Number(tag >> 8n) };
  }
}

const text = (bytes: Uint8Array) =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('utf8');
const userKey = (key: Uint8Array) => text(key.subarray(0, key.length - 8));
