// A record: one committed change of a note (or, as its snapshot, all changes up to a sequence).
//
//   byte version (1) • varUint sequence • varUint at (ms since 1970) • varString author • varUint8Array update
//   • 4 bytes CRC-32C, little endian, of the record's key (UTF-8) followed by everything before the checksum
//
// LevelDB has been seen to return wrong bytes without a word, so a record proves itself: its length is exact,
// its checksum covers its own key (a record that turns up under another note or sequence is refused), and its
// sequence stands inside as well. Reading never throws; it says why a record cannot be believed.
import * as decoding from 'lib0/decoding';
import * as encoding from 'lib0/encoding';
import { crc32c } from './crc32c.ts';

const recordVersion = 1;
const checksumBytes = 4;

export interface NoteRecord {
  /** Counts a note's commits from 1. In a snapshot: the last commit it contains. */
  sequence: number;
  /** Server time of the commit, ms since 1970. Never smaller than the record's before it. */
  at: number;
  /** Whose edit it is; '' when the server's own or several persons' at once. */
  author: string;
  /** A Yjs update, version 1. */
  update: Uint8Array;
}

/** `damage` is a clause that fits behind "The record …". */
export type ReadRecord = { record: NoteRecord } | { damage: string };

/** The bytes of `record` as kept under `key`. */
export function writeRecord(key: string, record: NoteRecord): Uint8Array {
  const encoder = encoding.createEncoder();
  encoding.writeUint8(encoder, recordVersion);
  encoding.writeVarUint(encoder, record.sequence);
  encoding.writeVarUint(encoder, record.at);
  encoding.writeVarString(encoder, record.author);
  encoding.writeVarUint8Array(encoder, record.update);
  const body = encoding.toUint8Array(encoder);
  encoding.writeUint32(encoder, checksum(key, body));
  return encoding.toUint8Array(encoder);
}

/** The record kept under `key`, fully verified but for the Yjs update inside, which is only known to be unchanged. */
export function readRecord(key: string, bytes: Uint8Array): ReadRecord {
  if (bytes.length <= checksumBytes) return { damage: `is only ${bytes.length} bytes long` };
  const body = bytes.subarray(0, bytes.length - checksumBytes);
  const stored = new DataView(bytes.buffer, bytes.byteOffset + body.length, checksumBytes).getUint32(0, true);
  if (checksum(key, body) !== stored) return { damage: 'does not match its checksum' };
  try {
    const decoder = decoding.createDecoder(body);
    const version = decoding.readUint8(decoder);
    if (version !== recordVersion)
      return { damage: `has format ${version}, this server knows ${recordVersion}` };
    const record: NoteRecord = {
      sequence: decoding.readVarUint(decoder),
      at: decoding.readVarUint(decoder),
      author: decoding.readVarString(decoder),
      update: decoding.readVarUint8Array(decoder),
    };
    return decoding.hasContent(decoder) ? { damage: 'is longer than it says' } : { record };
  } catch {
    return { damage: 'ends too early' };
  }
}

const utf8 = new TextEncoder();
const checksum = (key: string, body: Uint8Array) => crc32c(body, crc32c(utf8.encode(key)));
