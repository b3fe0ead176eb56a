// Yjs updates written by hand, byte by byte: what no Yjs would write.
import * as encoding from 'lib0/encoding';
import * as Y from 'yjs';

/** A struct on the wire: its info byte, and what follows. */
export type WrittenStruct = (encoder: Y.UpdateEncoderV1) => void;

/** The structs of one peer, from `clock` on. */
export interface WrittenRun {
  peer: number;
  clock: number;
  structs: readonly WrittenStruct[];
}

/** An update of these runs, and deletions as [peer, clock, length]. */
export function writtenUpdate(
  runs: readonly WrittenRun[],
  deletions: readonly [number, number, number][] = [],
): Uint8Array {
  const encoder = new Y.UpdateEncoderV1();
  const { restEncoder } = encoder;
  encoding.writeVarUint(restEncoder, runs.length);
  for (const { peer, clock, structs } of runs) {
    encoding.writeVarUint(restEncoder, structs.length);
    encoder.writeClient(peer);
    encoding.writeVarUint(restEncoder, clock);
    for (const write of structs) write(encoder);
  }
  encoding.writeVarUint(restEncoder, deletions.length);
  for (const [peer, clock, length] of deletions) {
    for (const number of [peer, 1, clock, length]) encoding.writeVarUint(restEncoder, number);
  }
  return encoder.toUint8Array();
}

const content = { deleted: 1, string: 4, type: 7, any: 8 } as const;
const kind = { withOrigin: 0x80, withRightOrigin: 0x40, withKey: 0x20 } as const;

/** Where a struct hangs: at a root, on a node, or behind or before another struct. */
export type Place =
  { root: string } | { node: [number, number] } | { behind: [number, number] } | { before: [number, number] };

/** A struct at `place` whose content `write` gives; `key` makes it an attribute. */
function struct(ref: number, place: Place, key: string | null, write: WrittenStruct): WrittenStruct {
  return (encoder) => {
    const own = 'behind' in place ? kind.withOrigin : 'before' in place ? kind.withRightOrigin : 0;
    encoder.writeInfo(ref | own | (key === null ? 0 : kind.withKey));
    if ('behind' in place) encoder.writeLeftID(Y.createID(...place.behind));
    else if ('before' in place) encoder.writeRightID(Y.createID(...place.before));
    else if ('root' in place) {
      encoder.writeParentInfo(true);
      encoder.writeString(place.root);
    } else {
      encoder.writeParentInfo(false);
      encoder.writeLeftID(Y.createID(...place.node));
    }
    if (key !== null && !own) encoder.writeString(key);
    write(encoder);
  };
}

export const text = (place: Place, words: string) =>
  struct(content.string, place, null, (encoder) => encoder.writeString(words));

/** A run of deleted clocks. */
export const deleted = (place: Place, length: number) =>
  struct(content.deleted, place, null, (encoder) => encoder.writeLen(length));

/** A node named `name`. */
export const node = (place: Place, name = 'paragraph') =>
  struct(content.type, place, null, (encoder) => {
    encoder.writeTypeRef(3);
    encoder.writeKey(name);
  });

export const attribute = (place: Place, key: string, value: string) =>
  struct(content.any, place, key, (encoder) => {
    encoder.writeLen(1);
    encoder.writeAny(value);
  });

/** Clocks that are gone, without a place. */
export const gone =
  (length: number): WrittenStruct =>
  (encoder) => {
    encoder.writeInfo(0);
    encoder.writeLen(length);
  };

/** A named hole. */
export const hole =
  (length: number): WrittenStruct =>
  ({ restEncoder }) => {
    encoding.writeUint8(restEncoder, 10);
    encoding.writeVarUint(restEncoder, length);
  };

/** Nodes inside one another, all of one peer. */
export function nested(peer: number, depth: number): WrittenRun {
  return {
    peer,
    clock: 0,
    structs: Array.from({ length: depth }, (_, n) =>
      node(n === 0 ? { root: 'default' } : { node: [peer, n - 1] }),
    ),
  };
}

/** Two characters of two peers, each right of the other: well formed, without holes, and impossible. */
export const circle = (high: number, low: number) =>
  writtenUpdate([
    { peer: high, clock: 0, structs: [text({ behind: [low, 0] }, 'z')] },
    { peer: low, clock: 0, structs: [text({ behind: [high, 0] }, 'z')] },
  ]);
