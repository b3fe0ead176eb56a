// Packets as bytes on a WebSocket, made once however many sockets they go to.
//
// What a server of this kind costs is the number of socket writes, and then what is made anew for each of them. A
// server's frames are not masked, and are compressed without context takeover, so the same bytes are right for
// every socket that agreed to permessage-deflate, and a tick is compressed once.
// Not compressed: what is small (it would hardly shrink) and what is so large that it would hold up everybody.
// Sources: RFC 6455, section 5.2 (frames); RFC 7692, section 7.2.1 (the four bytes that are left out).
import { constants, deflateRawSync } from 'node:zlib';
import type { Packet } from './packet.ts';

const worthDeflating = { fromBytes: 256, toBytes: 512 * 1024 } as const;
/** Presence of many people repeats itself within a few kB; a large window would only cost memory to set up. */
const deflateOptions = {
  level: 1,
  memLevel: 5,
  windowBits: 13,
  finishFlush: constants.Z_SYNC_FLUSH,
} as const;
const deflateTailBytes = 4;

const binaryAndFinal = 0x82;
const compressed = 0x40;

interface Framed {
  plain?: Buffer;
  deflated?: Buffer;
}

const framed = new WeakMap<Packet, Framed>();

/** The packet's messages as frames, one each; shared: not to be changed. `deflate`: the socket takes compressed ones. */
export function toFrames(packet: Packet, { deflate }: { deflate: boolean }): Buffer {
  const kind = deflate ? 'deflated' : 'plain';
  let known = framed.get(packet);
  if (!known) framed.set(packet, (known = {}));
  return (known[kind] ??= Buffer.concat(packet.messages.flatMap((message) => toFrame(message, deflate))));
}

function toFrame(message: Uint8Array, mayDeflate: boolean): Uint8Array[] {
  const { fromBytes, toBytes } = worthDeflating;
  if (!mayDeflate || message.length < fromBytes || message.length > toBytes)
    return [head(binaryAndFinal, message.length), message];
  const body = deflateRawSync(message, deflateOptions).subarray(0, -deflateTailBytes);
  return body.length < message.length
    ? [head(binaryAndFinal | compressed, body.length), body]
    : [head(binaryAndFinal, message.length), message];
}

function head(first: number, length: number): Uint8Array {
  if (length < 126) return Uint8Array.of(first, length);
  if (length < 2 ** 16) return Uint8Array.of(first, 126, length >> 8, length & 0xff);
  const bytes = Buffer.alloc(10);
  bytes[0] = first;
  bytes[1] = 127;
  bytes.writeBigUInt64BE(BigInt(length), 2);
  return bytes;
}
