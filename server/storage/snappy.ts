// Snappy's block format, the reading half: LevelDB compresses the index of its tables with it.
// https://github.com/google/snappy/blob/main/format_description.txt

/** The bytes that `compressed` stands for; null when it is not Snappy. */
export function readSnappy(compressed: Uint8Array): Uint8Array | null {
  let at = 0;
  let length = 0;
  for (let shift = 0; ; shift += 7) {
    const byte = compressed[at++];
    if (byte === undefined || shift > 28) return null;
    length += (byte & 127) * 2 ** shift;
    if (byte < 128) break;
  }
  // No element yields more than 64 bytes for each of its own at least.
  if (length > compressed.length * 64) return null;
  const out = new Uint8Array(length);
  let written = 0;
  while (at < compressed.length) {
    const tag = compressed[at++]!;
    const kind = tag & 3;
    const extra = kind === 0 ? Math.max(0, (tag >> 2) - 59) : kind === 3 ? 4 : kind;
    if (at + extra > compressed.length) return null;
    let number = 0;
    for (let i = 0; i < extra; i++) number += compressed[at + i]! * 2 ** (8 * i);
    at += extra;
    if (kind === 0) {
      const size = (extra > 0 ? number : tag >> 2) + 1;
      if (at + size > compressed.length || written + size > length) return null;
      out.set(compressed.subarray(at, at + size), written);
      at += size;
      written += size;
      continue;
    }
    const size = kind === 1 ? ((tag >> 2) & 7) + 4 : (tag >> 2) + 1;
    const back = kind === 1 ? number + ((tag >> 5) << 8) : number;
    if (back === 0 || back > written || written + size > length) return null;
    // Byte by byte: a copy may reach into what it is writing.
    for (let i = 0; i < size; i++, written++) out[written] = out[written - back]!;
  }
  return written === length ? out : null;
}
