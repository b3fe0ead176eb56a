// A backup: everything in the store at one moment, in one file.
//
//   "rollcall backup 1\n"
//   entries, in the order of their keys:  u32 key bytes • u32 value bytes • key (UTF-8) • value • u32 crc
//   end:  u32 0xffffffff • u32 bytes • JSON {"entries","notes","commits","at"} • u32 crc
//
// Numbers are little endian. A crc is the CRC-32C of all bytes of the file before it, so a piece that is lost, doubled
// or moved shows as well as one that is changed. `commits` counts the commits of all notes: the sequence at which the
// backup stands. One pass over one LevelDB snapshot, a mebibyte in memory, whatever is written meanwhile.
// Values are taken as they are: they carry checksums of their own, and a damaged one is backed up damaged.
import type { NoteId } from '../../src/core/ids.ts';
import { crc32c } from './crc32c.ts';
import { noteSnapshotKey, parseNoteKey, parseNoteUpdateKey } from './keys.ts';
import { readRecord } from './record.ts';
import type { Storage } from './storage.ts';
import { StorageError } from './storage.ts';

export interface BackupEnd {
  entries: number;
  notes: number;
  commits: number;
  /** When it was taken, ms since 1970. */
  at: number;
}

const opening = new TextEncoder().encode('rollcall backup 1\n');
const endMark = 0xffffffff;
const chunkBytes = 1024 * 1024;
/** No key and no value is larger; a backup that says so is damaged. */
const maxKeyBytes = 64 * 1024;
const maxValueBytes = 1024 * 1024 * 1024;

/** The file's bytes, in pieces of about a mebibyte. */
export async function* writeBackup(storage: Pick<Storage, 'range'>, now: number): AsyncGenerator<Uint8Array> {
  const utf8 = new TextEncoder();
  const tally = createTally();
  let crc = crc32c(opening);
  let parts: Uint8Array[] = [opening];
  let bytes = 0;
  let entries = 0;
  const add = (head: [number, number], ...body: Uint8Array[]) => {
    const piece = Buffer.concat([u32(head[0]), u32(head[1]), ...body]);
    crc = crc32c(piece, crc);
    const seal = u32(crc);
    crc = crc32c(seal, crc);
    parts.push(piece, seal);
    bytes += piece.length;
  };
  for await (const [key, value] of storage.range({ from: '', to: '\u{10ffff}' })) {
    const name = utf8.encode(key);
    add([name.length, value.length], name, value);
    tally.count(key, value);
    entries++;
    if (bytes < chunkBytes) continue;
    yield Buffer.concat(parts);
    [parts, bytes] = [[], 0];
  }
  const end: BackupEnd = { entries, ...tally.total(), at: now };
  const text = utf8.encode(JSON.stringify(end));
  add([endMark, text.length], text);
  yield Buffer.concat(parts);
}

/**
 * Reads a backup piece by piece: its entries, then its end. Throws StorageError 'damaged' at the first byte that
 * is not as it was written, and when anything is missing or left over.
 */
export async function* readBackup(
  pieces: AsyncIterable<Uint8Array>,
): AsyncGenerator<{ entry: [key: string, value: Uint8Array] } | { end: BackupEnd }> {
  const source = createSource(pieces);
  const start = await source.take(opening.length);
  if (Buffer.compare(start, opening) !== 0) throw damaged('This is no Rollcall backup');
  let crc = crc32c(opening);
  let entries = 0;
  for (;;) {
    const head = await source.take(8);
    const [first, second] = [readU32(head, 0), readU32(head, 4)];
    const isEnd = first === endMark;
    if ((!isEnd && first > maxKeyBytes) || second > (isEnd ? maxKeyBytes : maxValueBytes)) {
      throw damaged(`The backup is damaged behind its entry ${entries}`);
    }
    const body = await source.take((isEnd ? 0 : first) + second);
    crc = crc32c(body, crc32c(head, crc));
    const seal = await source.take(4);
    if (readU32(seal, 0) !== crc) throw damaged(`The backup is damaged behind its entry ${entries}`);
    crc = crc32c(seal, crc);
    if (!isEnd) {
      entries++;
      yield { entry: [body.subarray(0, first).toString('utf8'), body.subarray(first)] };
      continue;
    }
    const end = JSON.parse(body.toString('utf8')) as BackupEnd;
    if (end.entries !== entries) throw damaged(`The backup has ${entries} of its ${end.entries} entries`);
    if (!(await source.isOver())) throw damaged('The backup has bytes behind its end');
    yield { end };
    return;
  }
}

/** Reads a whole backup and keeps nothing of it. */
export async function checkBackup(pieces: AsyncIterable<Uint8Array>): Promise<BackupEnd> {
  for await (const found of readBackup(pieces)) if ('end' in found) return found.end;
  throw new RangeError('A backup that is read to its end has one.');
}

/** Counts notes and their commits, from entries in the order of their keys. */
function createTally() {
  let noteId: NoteId | null = null;
  let notes = 0;
  let last = 0;
  let commits = 0;
  return {
    count(key: string, value: Uint8Array) {
      const id = parseNoteKey(key);
      if (id === null) return;
      if (id !== noteId) {
        notes++;
        commits += last;
        [noteId, last] = [id, 0];
      }
      const sequence = parseNoteUpdateKey(id, key);
      if (sequence !== null) last = Math.max(last, sequence);
      if (key !== noteSnapshotKey(id)) return;
      const read = readRecord(key, value);
      if ('record' in read) last = Math.max(last, read.record.sequence);
    },
    total: () => ({ notes, commits: commits + last }),
  };
}

function createSource(pieces: AsyncIterable<Uint8Array>) {
  const iterator = pieces[Symbol.asyncIterator]();
  let held: Buffer = Buffer.alloc(0);
  return {
    async take(length: number): Promise<Buffer> {
      if (held.length < length) {
        const parts = [held];
        let have = held.length;
        while (have < length) {
          const { value, done } = await iterator.next();
          if (done) throw damaged('The backup ends too early');
          parts.push(Buffer.from(value as Uint8Array));
          have += (value as Uint8Array).length;
        }
        held = Buffer.concat(parts);
      }
      const taken = held.subarray(0, length);
      held = held.subarray(length);
      return taken;
    },
    async isOver(): Promise<boolean> {
      return held.length === 0 && (await iterator.next()).done === true;
    },
  };
}

function u32(value: number): Uint8Array {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, value, true);
  return bytes;
}

const readU32 = (bytes: Uint8Array, at: number) =>
  new DataView(bytes.buffer, bytes.byteOffset + at, 4).getUint32(0, true);

const damaged = (what: string) => new StorageError('damaged', `${what}. Nothing of it was used.`);
