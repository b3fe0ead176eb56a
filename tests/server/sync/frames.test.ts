import { constants, inflateRawSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { toFrames } from '../../../server/sync/frames.ts';
import { Packet } from '../../../server/sync/packet.ts';
import { createRandom } from '../../support/random.ts';

/** RFC 6455 read by hand: unmasked, final, binary frames. */
function readFrames(bytes: Buffer) {
  const frames: { isDeflated: boolean; payload: Buffer }[] = [];
  for (let at = 0; at < bytes.length;) {
    expect(bytes[at]! & 0xbf).toBe(0x82);
    const short = bytes[at + 1]!;
    const start = at + (short < 126 ? 2 : short === 126 ? 4 : 10);
    const length =
      short < 126
        ? short
        : short === 126
          ? bytes.readUInt16BE(at + 2)
          : Number(bytes.readBigUInt64BE(at + 2));
    const payload = bytes.subarray(start, start + length);
    expect(payload.length).toBe(length);
    frames.push({ isDeflated: (bytes[at]! & 0x40) !== 0, payload });
    at = start + length;
  }
  return frames;
}

/** RFC 7692, 7.2.2. */
const inflate = (payload: Buffer) =>
  inflateRawSync(Buffer.concat([payload, Buffer.from([0, 0, 0xff, 0xff])]), {
    finishFlush: constants.Z_SYNC_FLUSH,
  });

const repeating = (length: number) => Buffer.from('{"cursor":null}'.repeat(length)).subarray(0, length);

describe('frames', () => {
  it.each([0, 1, 125, 126, 127, 255, 256, 65_535, 65_536, 600_000])('say messages of %i bytes', (length) => {
    const message = repeating(length);
    for (const deflate of [false, true]) {
      const [frame, more] = readFrames(toFrames(new Packet(message), { deflate }));
      expect(more).toBeUndefined();
      expect(Buffer.compare(frame!.isDeflated ? inflate(frame!.payload) : frame!.payload, message)).toBe(0);
      expect(frame!.isDeflated).toBe(deflate && length >= 256 && length < 600_000);
    }
  });

  it('have one frame for each message, each compressed for itself', () => {
    const messages = [repeating(10), repeating(1000), repeating(1000)];
    const frames = readFrames(toFrames(new Packet(...messages), { deflate: true }));
    expect(frames.map(({ isDeflated }) => isDeflated)).toEqual([false, true, true]);
    expect(Buffer.compare(frames[1]!.payload, frames[2]!.payload)).toBe(0);
    expect(Buffer.compare(inflate(frames[2]!.payload), messages[2]!)).toBe(0);
  });

  it('leave alone what does not shrink', () => {
    const random = createRandom(1);
    const noise = Uint8Array.from({ length: 2000 }, () => random.below(256));
    expect(readFrames(toFrames(new Packet(noise), { deflate: true }))[0]!.isDeflated).toBe(false);
  });

  it('are made once for all sockets', () => {
    const packet = new Packet(repeating(500));
    expect(toFrames(packet, { deflate: true })).toBe(toFrames(packet, { deflate: true }));
    expect(toFrames(packet, { deflate: false })).toBe(toFrames(packet, { deflate: false }));
  });
});
