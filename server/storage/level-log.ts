// LevelDB's log format, of its write-ahead logs and its manifest: blocks of 32 KiB, in them fragments with a
// checksum each, one or several to a record. https://github.com/google/leveldb/blob/main/doc/log_format.md
//
// Why we read it ourselves: when LevelDB opens a store and meets a fragment that does not match its checksum, it
// drops that and the rest of the block without a word, and then deletes the log. Acknowledged edits would be gone
// and nobody would know. What ends too early at the end of the file is another thing: the write under way when the
// power went, which nobody was told of. Bytes at the end that are complete and wrong cannot be told from that, as
// pages of an unsynced write may reach the disk in any order: they are `unfinished` too.
import { crc32c } from './crc32c.ts';

const blockBytes = 32 * 1024;
const headerBytes = 7;
const kind = { full: 1, first: 2, middle: 3, last: 4 } as const;

export interface LogReading {
  /** The records whose fragments are all intact, in order. */
  records: Uint8Array[];
  /** Places followed by intact fragments that are not. */
  faults: { offset: number; length: number; what: string }[];
  /** Bytes at the end that are no whole record. */
  unfinishedBytes: number;
}

/** Reads a whole log. Never throws. */
export function readLevelLog(bytes: Uint8Array): LogReading {
  const records: Uint8Array[] = [];
  const faults: LogReading['faults'] = [];
  let parts = null as Uint8Array[] | null;
  /** Where what is not yet known to be good began, and what is wrong with it. */
  let doubt = null as { offset: number; what: string } | null;
  let recordStart = 0;

  const suspect = (offset: number, what: string) => {
    doubt ??= { offset: parts ? recordStart : offset, what };
    parts = null;
  };
  let at = 0;
  while (at < bytes.length) {
    const left = blockBytes - (at % blockBytes);
    if (left < headerBytes) {
      // A trailer is zeros; anything else there harms nothing.
      at += left;
      continue;
    }
    const fragment = readFragment(bytes, at, left);
    if (typeof fragment === 'string') {
      suspect(at, fragment);
      // The length may be what is wrong: look for the next fragment byte by byte, at the block's end at the latest.
      at = nextFragment(bytes, at);
      continue;
    }
    const starts = fragment.kind === kind.full || fragment.kind === kind.first;
    if (!starts && !parts && !doubt) suspect(at, 'a piece of a record without its beginning');
    if (starts && parts) suspect(at, 'a record without its end');
    if (doubt && starts) {
      faults.push({ offset: doubt.offset, length: at - doubt.offset, what: doubt.what });
      doubt = null;
    }
    if (starts) {
      recordStart = at;
      parts = [fragment.data];
    } else parts?.push(fragment.data);
    at += headerBytes + fragment.data.length;
    if (parts && (fragment.kind === kind.full || fragment.kind === kind.last)) {
      records.push(joined(parts));
      parts = null;
    }
  }
  const end = doubt?.offset ?? (parts ? recordStart : bytes.length);
  return { records, faults, unfinishedBytes: bytes.length - end };
}

function readFragment(
  bytes: Uint8Array,
  at: number,
  left: number,
): { kind: number; data: Uint8Array } | string {
  if (at + headerBytes > bytes.length) return 'a piece that is cut off';
  const view = new DataView(bytes.buffer, bytes.byteOffset + at, headerBytes);
  const length = view.getUint16(4, true);
  const type = bytes[at + 6]!;
  if (headerBytes + length > left) return 'a piece that is longer than its block';
  if (at + headerBytes + length > bytes.length) return 'a piece that is cut off';
  if (type < kind.full || type > kind.last) return `a piece of no known kind (${type})`;
  const data = bytes.subarray(at + headerBytes, at + headerBytes + length);
  if (maskedCrc(type, data) !== view.getUint32(0, true)) return 'a piece that does not match its checksum';
  return { kind: type, data };
}

function nextFragment(bytes: Uint8Array, at: number): number {
  const end = Math.min(bytes.length, at - (at % blockBytes) + blockBytes);
  for (let next = at + 1; next + headerBytes <= end; next++) {
    const found = readFragment(bytes, next, end - next);
    if (typeof found !== 'string' && found.data.length > 0) return next;
  }
  return end;
}

const crcOfType = [0, 1, 2, 3, 4].map((type) => crc32c(Uint8Array.of(type)));
const maskedCrc = (type: number, data: Uint8Array) => maskCrc(crc32c(data, crcOfType[type]));

/** LevelDB stores checksums masked, since it computes checksums of bytes that hold checksums. */
export const maskCrc = (crc: number) => ((((crc >>> 15) | (crc << 17)) >>> 0) + 0xa282ead8) >>> 0;

function joined(parts: readonly Uint8Array[]): Uint8Array {
  if (parts.length === 1) return parts[0]!;
  const out = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}
