// LevelDB's tables: whether every block matches its checksum. LevelDB itself does not look when it reads, and the
// binding cannot be told to. https://github.com/google/leveldb/blob/main/doc/table_format.md
// Reads one block at a time; knows nothing of keys and values.
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

/** What is wrong with the table, a clause each; empty when every byte that matters is as it was written. */
export async function tableFaults(path: string): Promise<string[]> {
  const file = await open(path, 'r');
  try {
    const { size } = await file.stat();
    const footer = await bytesAt(file, { offset: size - footerBytes, size: footerBytes });
    if (!footer || magic.some((byte, i) => footer[footerBytes - 8 + i] !== byte))
      return ['has no readable end'];
    const reader = createNumbers(footer);
    const places = [reader.place(), reader.place()];
    const faults: string[] = [];
    for (const [i, name] of ['list of filters', 'index'].entries()) {
      const place = places[i];
      const index = place ? await readBlock(file, place) : 'is not where the table says';
      if (typeof index === 'string') {
        faults.push(`its ${name} ${index}`);
        continue;
      }
      for (const block of placesIn(index)) {
        // A filter has no checksum kind of its own: the same trailer, never compressed.
        const read = block ? await readBlock(file, block, false) : 'is not where the index says';
        if (typeof read === 'string')
          faults.push(`its block at ${block?.offset ?? 'an unknown place'} ${read}`);
      }
    }
    return faults;
  } finally {
    await file.close();
  }
}

async function readBlock(file: FileHandle, place: Place, isIndex = true): Promise<Uint8Array | string> {
  const bytes = await bytesAt(file, { offset: place.offset, size: place.size + trailerBytes });
  if (!bytes) return 'lies beyond the file';
  const view = new DataView(bytes.buffer, bytes.byteOffset + place.size);
  if (maskCrc(crc32c(bytes.subarray(0, place.size + 1))) !== view.getUint32(1, true)) {
    return 'does not match its checksum';
  }
  const data = bytes.subarray(0, place.size);
  if (!isIndex || bytes[place.size] === 0) return data;
  return readSnappy(data) ?? 'cannot be unpacked';
}

/** The places that the values of an index block name; null for one that is none. */
function placesIn(block: Uint8Array): (Place | null)[] {
  const restarts = new DataView(block.buffer, block.byteOffset + block.length - 4).getUint32(0, true);
  const entries = block.subarray(0, block.length - 4 - 4 * restarts);
  const reader = createNumbers(entries);
  const places: (Place | null)[] = [];
  while (!reader.isAtEnd()) {
    const [shared, rest, size] = [reader.number(), reader.number(), reader.number()];
    if (shared === null || rest === null || size === null) return [...places, null];
    reader.skip(rest);
    const end = reader.at() + size;
    places.push(reader.place());
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
