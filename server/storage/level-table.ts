// LevelDB's tables: whether every block matches its checksum. LevelDB itself does not look when it reads, and the
// binding cannot be told to. https://github.com/google/leveldb/blob/main/doc/table_format.md
// Reads one block at a time. What its entries are is level-salvage.ts's question.
import type { FileHandle } from 'node:fs/promises';
import { open } from 'node:fs/promises';
import { crc32c } from './crc32c.ts';
import { maskCrc } from './level-log.ts';
import { readSnappy } from './snappy.ts';

const footerBytes = 48;
const magic = [0x57, 0xfb, 0x80, 0x8b, 0x24, 0x75, 0x47, 0xdb];
const trailerBytes = 5;

interface Place {
  offset: number;
  size: number;
}

/** A block of entries: `data` null when it cannot be believed, `what` then says why. */
export interface TableBlock {
  data: Uint8Array | null;
  what: string;
  /** Not smaller than any key in the block, as LevelDB has keys inside; null when that is not known. */
  lastKey: Uint8Array | null;
}

/** The blocks of a table in order. A table whose index cannot be believed is one block without data. */
export async function* readTable(path: string): AsyncGenerator<TableBlock> {
  const file = await open(path, 'r');
  try {
    const { index } = await readFooter(file);
    if (typeof index === 'string') return yield { data: null, what: index, lastKey: null };
    for (const { place, key } of placesIn(index)) {
      const read = place ? await readBlock(file, place) : 'is not where the index says';
      const isSound = typeof read !== 'string';
      const what = isSound ? '' : `its block at ${place?.offset ?? 'an unknown place'} ${read}`;
      yield { data: isSound ? read : null, what, lastKey: key };
    }
  } finally {
    await file.close();
  }
}

/** What is wrong with the table, a clause each; empty when every byte that matters is as it was written. */
export async function tableFaults(path: string): Promise<string[]> {
  const faults: string[] = [];
  for await (const { data, what } of readTable(path)) if (!data) faults.push(what);
  const file = await open(path, 'r');
  try {
    const { filters } = await readFooter(file);
    if (typeof filters === 'string') return faults.length > 0 ? faults : [filters];
    for (const { place } of placesIn(filters)) {
      const read = place ? await readBlock(file, place) : 'is not where the table says';
      if (typeof read === 'string') faults.push(`its filter ${read}`);
    }
    return faults;
  } finally {
    await file.close();
  }
}

/** The two blocks that say where the others are, or what is wrong with each. */
async function readFooter(
  file: FileHandle,
): Promise<{ filters: Uint8Array | string; index: Uint8Array | string }> {
  const { size } = await file.stat();
  const footer = await bytesAt(file, { offset: size - footerBytes, size: footerBytes });
  if (!footer || magic.some((byte, i) => footer[footerBytes - 8 + i] !== byte)) {
    return { filters: 'has no readable end', index: 'has no readable end' };
  }
  const reader = createNumbers(footer);
  const read = async (name: string) => {
    const place = reader.place();
    const block = place ? await readBlock(file, place) : 'is not where the table says';
    return typeof block === 'string' ? `its ${name} ${block}` : block;
  };
  return { filters: await read('list of filters'), index: await read('index') };
}

async function readBlock(file: FileHandle, place: Place): Promise<Uint8Array | string> {
  const bytes = await bytesAt(file, { offset: place.offset, size: place.size + trailerBytes });
  if (!bytes) return 'lies beyond the file';
  const view = new DataView(bytes.buffer, bytes.byteOffset + place.size);
  if (maskCrc(crc32c(bytes.subarray(0, place.size + 1))) !== view.getUint32(1, true)) {
    return 'does not match its checksum';
  }
  const data = bytes.subarray(0, place.size);
  if (bytes[place.size] === 0) return data;
  return readSnappy(data) ?? 'cannot be unpacked';
}

/** What the entries of an index block name; a null place for one that is none. */
function placesIn(block: Uint8Array): { place: Place | null; key: Uint8Array | null }[] {
  const restarts = new DataView(block.buffer, block.byteOffset + block.length - 4).getUint32(0, true);
  const entries = block.subarray(0, Math.max(0, block.length - 4 - 4 * restarts));
  const reader = createNumbers(entries);
  const places: { place: Place | null; key: Uint8Array | null }[] = [];
  let key = Buffer.alloc(0);
  while (!reader.isAtEnd()) {
    const [shared, own, size] = [reader.number(), reader.number(), reader.number()];
    if (shared === null || own === null || size === null) return [...places, { place: null, key: null }];
    key = Buffer.concat([key.subarray(0, shared), entries.subarray(reader.at(), reader.at() + own)]);
    reader.skip(own);
    const end = reader.at() + size;
    places.push({ place: reader.place(), key });
    reader.skip(end - reader.at());
  }
  return places;
}

async function bytesAt(file: FileHandle, { offset, size }: Place): Promise<Buffer | null> {
  const { size: length } = await file.stat();
  if (offset < 0 || offset + size > length) return null;
  const { buffer } = await file.read(Buffer.alloc(size), 0, size, offset);
  return buffer;
}

/** LevelDB's variable length numbers, read one after the other; null at the end. */
export function createNumbers(bytes: Uint8Array) {
  let at = 0;
  const number = (): number | null => {
    let value = 0;
    for (let factor = 1; at < bytes.length && factor < 2 ** 53; factor *= 128) {
      const byte = bytes[at++]!;
      value += (byte & 127) * factor;
      if (byte < 128) return value;
    }
    return null;
  };
  return {
    number,
    place(): Place | null {
      const [offset, size] = [number(), number()];
      return offset === null || size === null ? null : { offset, size };
    },
    skip: (count: number) => void (at += count),
    at: () => at,
    isAtEnd: () => at >= bytes.length,
  };
}
