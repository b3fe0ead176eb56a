// A record: one committed change of a note (or, as its snapshot, all changes up to a sequence).
//
//   byte version • varUint sequence • varUint at (ms since 1970) • varString author • varUint8Array update
//   • version 2 only: varUint n • n × ( varString owner • varUint m • m × varUint Yjs id )
//   • 4 bytes CRC-32C, little endian, of the record's key (UTF-8) followed by everything before the checksum
//
// LevelDB has been seen to return wrong bytes without a word, so a record proves itself: its length is exact,
// its checksum covers its own key (a record that turns up under another note or sequence is refused), and its
// sequence stands inside as well. Reading never throws; it says why a record cannot be believed.
import * as decoding from 'lib0/decoding';
import * as encoding from 'lib0/encoding';
import { crc32c } from './crc32c.ts';

/** A record without owners is written as version 1, which is all that older servers know. */
const recordVersions = { plain: 1, withOwners: 2 } as const;
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
  /** The Yjs ids first used in this record (in a snapshot: all), and whose they are. Absent when there are none. */
  owners?: ReadonlyMap<number, string>;
}

/** `damage` is a clause that fits behind "The record …". */
export type ReadRecord = { record: NoteRecord } | { damage: string };

/** The bytes of `record` as kept under `key`. */
export function writeRecord(key: string, record: NoteRecord): Uint8Array {
  const encoder = encoding.createEncoder();
  const owners = record.owners?.size ? record.owners : null;
  encoding.writeUint8(encoder, owners ? recordVersions.withOwners : recordVersions.plain);
  encoding.writeVarUint(encoder, record.sequence);
  encoding.writeVarUint(encoder, record.at);
  encoding.writeVarString(encoder, record.author);
  encoding.writeVarUint8Array(encoder, record.update);
  if (owners) writeOwners(encoder, owners);
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
    const hasOwners = version === recordVersions.withOwners;
    if (!hasOwners && version !== recordVersions.plain)
      return { damage: `has format ${version}, this server knows 1 and 2` };
    const record: NoteRecord = {
      sequence: decoding.readVarUint(decoder),
      at: decoding.readVarUint(decoder),
      author: decoding.readVarString(decoder),
      update: decoding.readVarUint8Array(decoder),
    };
    if (hasOwners) record.owners = readOwners(decoder);
    return decoding.hasContent(decoder) ? { damage: 'is longer than it says' } : { record };
  } catch {
    return { damage: 'ends too early' };
  }
}

/** Of every Yjs id in these records, in order: what a snapshot in their place has to keep. */
export function ownersOf(records: Iterable<NoteRecord>): Map<number, string> {
  const owners = new Map<number, string>();
  for (const record of records) for (const [id, owner] of record.owners ?? []) owners.set(id, owner);
  return owners;
}

function writeOwners(encoder: encoding.Encoder, owners: ReadonlyMap<number, string>): void {
  const idsOf = new Map<string, number[]>();
  for (const [id, owner] of owners) {
    const ids = idsOf.get(owner);
    if (ids) ids.push(id);
    else idsOf.set(owner, [id]);
  }
  encoding.writeVarUint(encoder, idsOf.size);
  for (const [owner, ids] of idsOf) {
    encoding.writeVarString(encoder, owner);
    encoding.writeVarUint(encoder, ids.length);
    for (const id of ids) encoding.writeVarUint(encoder, id);
  }
}

function readOwners(decoder: decoding.Decoder): Map<number, string> {
  const owners = new Map<number, string>();
  for (let left = decoding.readVarUint(decoder); left > 0; left--) {
    const owner = decoding.readVarString(decoder);
    for (let ids = decoding.readVarUint(decoder); ids > 0; ids--) {
      owners.set(decoding.readVarUint(decoder), owner);
    }
  }
  return owners;
}

const utf8 = new TextEncoder();
const checksum = (key: string, body: Uint8Array) => crc32c(body, crc32c(utf8.encode(key)));
