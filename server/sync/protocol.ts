// The wire: bytes <-> messages. PROTOCOL.md is its grammar and its rules; this is the only place that knows a
// message number or a close code. One message per WebSocket frame, and nothing behind it.
//
// The types 0, 1 and 3 are y-websocket's, so that any y-websocket peer can join. Types 4 to 6 are ours and go
// only to sessions that asked for them. Reading never throws: what is no message is null. Yjs updates and state
// vectors inside a message are bytes here; validate.ts reads them.
import * as decoding from 'lib0/decoding';
import * as encoding from 'lib0/encoding';
import type { PersonId } from '../../src/core/ids.ts';

const messageType = { sync: 0, awareness: 1, queryAwareness: 3, receipt: 4, denied: 5, notice: 6 } as const;
const syncType = { step1: 0, step2: 1, update: 2 } as const;

/** Why a session ends. 4400 to 4499 are final for a y-websocket peer; on the others it comes back. */
export const closeCode = {
  /** Too much at once. */
  policy: 1008,
  /** A failure of this server. */
  failure: 1011,
  /** This server is going down. */
  restart: 1012,
  /** The peer does not read what it is sent. */
  overload: 1013,
  malformed: 4400,
  /** The change is to something only the server changes. */
  forbidden: 4403,
  noSuchNote: 4404,
  /** The change stands under a Yjs id that is somebody else's. */
  foreignId: 4405,
  /** The page is older than the note. */
  pageTooOld: 4409,
  /** The peer's copy belongs to another note that had this id. */
  otherEpoch: 4410,
  tooLarge: 4413,
  /** The note's records are damaged and nothing of its text is left. */
  damaged: 4423,
} as const;
export type CloseCode = (typeof closeCode)[keyof typeof closeCode];

/** What `ws` says of a socket that is gone without a close frame. Never sent. */
export const brokenCode = 1006;

/** Larger frames end the session: room for a pasted megabyte and for a long day offline. */
export const maxFrameBytes = 4 * 1024 * 1024;

export type Message =
  | { type: 'step1'; stateVector: Uint8Array }
  | { type: 'step2'; update: Uint8Array }
  | { type: 'update'; update: Uint8Array }
  | { type: 'awareness'; awareness: Uint8Array }
  | { type: 'query-awareness' };

/** What a session says, or null when it is not in the grammar. The byte arrays are views of `frame`. */
export function readMessage(frame: Uint8Array): Message | null {
  try {
    const decoder = decoding.createDecoder(frame);
    const message = readBody(decoder);
    return decoding.hasContent(decoder) ? null : message;
  } catch {
    return null;
  }
}

function readBody(decoder: decoding.Decoder): Message | null {
  switch (decoding.readVarUint(decoder)) {
    case messageType.sync:
      return readSync(decoder);
    case messageType.awareness:
      return { type: 'awareness', awareness: decoding.readVarUint8Array(decoder) };
    case messageType.queryAwareness:
      return { type: 'query-awareness' };
    default:
      return null;
  }
}

function readSync(decoder: decoding.Decoder): Message | null {
  switch (decoding.readVarUint(decoder)) {
    case syncType.step1:
      return { type: 'step1', stateVector: decoding.readVarUint8Array(decoder) };
    case syncType.step2:
      return { type: 'step2', update: decoding.readVarUint8Array(decoder) };
    case syncType.update:
      return { type: 'update', update: decoding.readVarUint8Array(decoder) };
    default:
      return null;
  }
}

/** "This is what I have; send me the rest." */
export const writeStep1 = (stateVector: Uint8Array) => writeSync(syncType.step1, stateVector);
/** "This is what you lacked." */
export const writeStep2 = (update: Uint8Array) => writeSync(syncType.step2, update);
export const writeUpdate = (update: Uint8Array) => writeSync(syncType.update, update);

function writeSync(type: number, bytes: Uint8Array): Uint8Array {
  return write((encoder) => {
    encoding.writeVarUint(encoder, messageType.sync);
    encoding.writeVarUint(encoder, type);
    encoding.writeVarUint8Array(encoder, bytes);
  });
}

/** One peer's presence as y-protocols' awareness has it. `state`: JSON; 'null' when the peer is gone. */
export interface AwarenessEntry {
  readonly peer: number;
  readonly clock: number;
  readonly state: string;
}

/** Null when the bytes are not awareness, or hold more than `maxEntries`. `state` is not looked into. */
export function readAwareness(awareness: Uint8Array, maxEntries: number): AwarenessEntry[] | null {
  try {
    const decoder = decoding.createDecoder(awareness);
    const length = decoding.readVarUint(decoder);
    if (length > maxEntries) return null;
    const entries = Array.from({ length }, () => ({
      peer: decoding.readVarUint(decoder),
      clock: decoding.readVarUint(decoder),
      state: decoding.readVarString(decoder),
    }));
    return decoding.hasContent(decoder) ? null : entries;
  } catch {
    return null;
  }
}

// Everybody's entries are written for each newcomer, and few of them have changed.
const writtenEntries = new WeakMap<AwarenessEntry, Uint8Array>();

function writeEntry(entry: AwarenessEntry): Uint8Array {
  const known = writtenEntries.get(entry);
  if (known) return known;
  const bytes = write((encoder) => {
    encoding.writeVarUint(encoder, entry.peer);
    encoding.writeVarUint(encoder, entry.clock);
    encoding.writeVarString(encoder, entry.state);
  });
  writtenEntries.set(entry, bytes);
  return bytes;
}

/** Without entries: a message that says nothing, and keeps a y-websocket peer from giving up on a quiet room. */
export function writeAwareness(entries: readonly AwarenessEntry[]): Uint8Array {
  const awareness = write((encoder) => {
    encoding.writeVarUint(encoder, entries.length);
    for (const entry of entries) encoding.writeUint8Array(encoder, writeEntry(entry));
  });
  return write((encoder) => {
    encoding.writeVarUint(encoder, messageType.awareness);
    encoding.writeVarUint8Array(encoder, awareness);
  });
}

/** "Of your sync frames (step 2 and update) the first `count` are on disk." */
export function writeReceipt(count: number): Uint8Array {
  return write((encoder) => {
    encoding.writeVarUint(encoder, messageType.receipt);
    encoding.writeVarUint(encoder, count);
  });
}

/** "Your sync frame number `count` was refused and will not be kept." */
export function writeDenied(count: number, reason: string): Uint8Array {
  return write((encoder) => {
    encoding.writeVarUint(encoder, messageType.denied);
    encoding.writeVarUint(encoder, count);
    encoding.writeVarString(encoder, reason);
  });
}

/**
 * What the room as a whole has to say. `reason` is a sentence for people. `silent`: all who were writing and are not
 * heard, and for how long; `back`: who no longer is among them, and whether everything of theirs has arrived.
 */
export type Notice =
  | { kind: 'read-only'; reason: string }
  | { kind: 'live' }
  | {
      kind: 'silent';
      people: { id: PersonId; name: string; colour: string; forMs: number }[];
      back: { id: PersonId; name: string; isWhole: boolean }[];
    };

export function writeNotice(notice: Notice): Uint8Array {
  return write((encoder) => {
    encoding.writeVarUint(encoder, messageType.notice);
    encoding.writeVarString(encoder, JSON.stringify(notice));
  });
}

function write(body: (encoder: encoding.Encoder) => void): Uint8Array {
  const encoder = encoding.createEncoder();
  body(encoder);
  return encoding.toUint8Array(encoder);
}
