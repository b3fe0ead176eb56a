// What an update holds, read over without making it: whose structs from which clock to which, what must be there
// before, and what is deleted. Nearly all that people send is typing and deleting; for that this is all that has to
// be known, at a fraction of what Yjs' objects cost. It is also how the bytes of a whole note are known to fit
// together before a document is made of them.
//
// Yjs' version 1, as its reader takes it, to the last byte. Three things are refused that it would take: a struct of no
// length, a second run of the same peer, which would silently replace the first, and runs in another order than from the
// highest peer down. All that write updates keep to that order, and Yjs' merging relies on it: it would leave out a run.
// Not done here: what content that is not plain says, and whether anybody may write it (validate.ts).
import * as decoding from 'lib0/decoding';
import * as encoding from 'lib0/encoding';
import * as Y from 'yjs';

export const clockLimits = {
  /** A Yjs id is a random 32 bit number; larger ones have been seen from other implementations (53 bits). */
  maxClock: 2 ** 40,
  /** Of new clock values a deleted run may claim at once: it costs no bytes, and uses up the id's clock. */
  maxDeletedRun: 2 ** 20,
} as const;

export type Struct = Y.Item | Y.GC | Y.Skip;

export interface Deleted {
  clock: number;
  len: number;
}

/** What an update has of one peer: clocks `from` to below `to`, as `count` structs at bytes `start` to `end`. */
export class Run {
  to: number;
  count = 0;
  start = 0;
  end = 0;
  /** Where the last deleted run of unusual length begins; -1: none. */
  lastDeletedFrom = -1;
  #structs: Struct[] | null = null;

  constructor(
    readonly bytes: Uint8Array,
    readonly peer: number,
    readonly from: number,
  ) {
    this.to = from;
  }

  /** Made when somebody asks. */
  get structs(): readonly Struct[] {
    if (this.#structs) return this.#structs;
    const encoder = encoding.createEncoder();
    for (const number of [1, this.count, this.peer, this.from]) encoding.writeVarUint(encoder, number);
    encoding.writeUint8Array(encoder, this.bytes.subarray(this.start, this.end));
    encoding.writeVarUint(encoder, 0);
    return (this.#structs = Y.decodeUpdate(encoding.toUint8Array(encoder)).structs);
  }
}

/** What an update deletes of one peer. */
export interface Deletion {
  peer: number;
  ranges: readonly Deleted[];
}

/** Lists, not maps: most hold one entry or none, and this is made for every letter that anybody types. */
export interface Outline {
  /** One for each peer, the highest first. */
  brings: readonly Run[];
  /** By other peers' ids: clocks that its structs build on. Of its own, whoever goes on without a gap has all before it. */
  needs: ReadonlyMap<number, number>;
  /** A peer may have several. */
  deletes: readonly Deletion[];
  /** How many. */
  structs: number;
  ranges: number;
  /** Whether there is nothing in it but text behind text, and what is deleted. */
  isPlain: boolean;
}

/** Null when the bytes are no update. */
export function readOutline(bytes: Uint8Array): Outline | null {
  try {
    return new Reader(bytes).read();
  } catch {
    return null;
  }
}

/** How far each peer reaches in what these updates make, one applied after the other; null when something is missing. */
export function reachOf(updates: readonly Uint8Array[]): Map<number, number> | null {
  const reach = new Map<number, number>();
  const reachOfPeer = (peer: number) => reach.get(peer) ?? 0;
  for (const bytes of updates) {
    const outline = readOutline(bytes);
    if (!outline) return null;
    for (const { peer, from, to } of outline.brings) {
      if (from > reachOfPeer(peer)) return null;
      reach.set(peer, Math.max(to, reachOfPeer(peer)));
    }
    for (const [peer, clock] of outline.needs) if (clock > reachOfPeer(peer)) return null;
    for (const { peer, ranges } of outline.deletes) if (endOf(ranges) > reachOfPeer(peer)) return null;
  }
  return reach;
}

/** The run of this peer. */
export function runOf(runs: readonly Run[], peer: number): Run | undefined {
  let [low, high] = [0, runs.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (runs[middle]!.peer > peer) low = middle + 1;
    else high = middle;
  }
  return runs[low]?.peer === peer ? runs[low] : undefined;
}

/** The first clock behind all of them. */
export const endOf = (ranges: readonly Deleted[]) =>
  ranges.reduce((end, { clock, len }) => Math.max(end, clock + len), 0);

const content = {
  gc: 0,
  deleted: 1,
  json: 2,
  binary: 3,
  string: 4,
  embed: 5,
  format: 6,
  type: 7,
  any: 8,
  skip: 10,
};
const flags = { origin: 0x80, rightOrigin: 0x40, parentSub: 0x20, content: 0x1f };
const typesWithName = [3, 5];

const noNeeds: ReadonlyMap<number, number> = new Map();
const none: readonly never[] = [];

/** For lists that mostly hold one, and wait for a tick: V8 makes room for 17 when the first is pushed to an empty one. */
function append<T>(list: T[] | null, item: T): T[] {
  if (!list) return [item];
  list.push(item);
  return list;
}

class Reader {
  readonly #decoder: decoding.Decoder;
  #needs: Map<number, number> | null = null;
  #structs = 0;
  #isPlain = true;

  constructor(bytes: Uint8Array) {
    this.#decoder = decoding.createDecoder(bytes);
  }

  read(): Outline {
    const brings = this.#readRuns();
    const { deletes, ranges } = this.#readDeletes();
    if (decoding.hasContent(this.#decoder)) throw new RangeError('An update ends where it ends.');
    const needs = this.#needs ?? noNeeds;
    return { brings, needs, deletes, structs: this.#structs, ranges, isPlain: this.#isPlain };
  }

  #readRuns(): readonly Run[] {
    const decoder = this.#decoder;
    let left = decoding.readVarUint(decoder);
    if (left === 0) return none;
    let runs: Run[] | null = null;
    let above = Infinity;
    for (; left > 0; left--) {
      const count = decoding.readVarUint(decoder);
      const peer = decoding.readVarUint(decoder);
      const run = new Run(decoder.arr, peer, decoding.readVarUint(decoder));
      if (count === 0) continue;
      if (peer >= above) throw new RangeError('Each peer has one run, the highest peer comes first.');
      above = peer;
      runs = append(runs, run);
      run.count = count;
      run.start = decoder.pos;
      for (let n = 0; n < count; n++) this.#readStruct(run);
      run.end = decoder.pos;
      this.#structs += count;
    }
    return runs ?? none;
  }

  #readStruct(run: Run): void {
    const clock = run.to;
    const info = decoding.readUint8(this.#decoder);
    const kind = info & flags.content;
    if (info === content.skip || kind === content.gc) {
      // A skip is a hole with a name.
      if (kind !== content.gc) this.#need(run.peer, Infinity);
      run.to += decoding.readVarUint(this.#decoder);
    } else {
      this.#readPlace(info, run.peer, clock);
      run.to += this.#readContent(kind);
    }
    const length = run.to - clock;
    if (length < 1 || run.to > clockLimits.maxClock) throw new RangeError('A struct has a length.');
    const isDeleted = info === content.skip || kind === content.gc || kind === content.deleted;
    if (isDeleted && length > clockLimits.maxDeletedRun) run.lastDeletedFrom = clock;
  }

  #readPlace(info: number, peer: number, clock: number): void {
    if (info & flags.origin) this.#readId(peer, clock);
    if (info & flags.rightOrigin) this.#readId(peer, clock);
    if (info & (flags.origin | flags.rightOrigin)) return;
    this.#isPlain = false;
    if (decoding.readVarUint(this.#decoder) === 1) this.#skipBytes();
    else this.#readId(peer, clock);
    if (info & flags.parentSub) this.#skipBytes();
  }

  /** Yjs looks for gaps at other peers only: a struct that builds on its own future makes it stumble. */
  #readId(ofPeer: number, ofClock: number): void {
    const peer = decoding.readVarUint(this.#decoder);
    const clock = decoding.readVarUint(this.#decoder);
    const isOwn = peer === ofPeer;
    if (clock >= (isOwn ? ofClock : clockLimits.maxClock))
      throw new RangeError('Nothing builds on what comes after it.');
    if (!isOwn) this.#need(peer, clock + 1);
  }

  #need(peer: number, clock: number): void {
    const needs = (this.#needs ??= new Map<number, number>());
    const known = needs.get(peer);
    if (known === undefined || known < clock) needs.set(peer, clock);
  }

  /** Its length in clocks. */
  #readContent(kind: number): number {
    if (kind === content.string) return this.#readTextLength();
    if (kind === content.deleted) return decoding.readVarUint(this.#decoder);
    this.#isPlain = false;
    switch (kind) {
      case content.json:
        return this.#times(() => this.#skipBytes());
      case content.any:
        return this.#times(() => void decoding.readAny(this.#decoder));
      case content.binary:
      case content.embed:
        this.#skipBytes();
        return 1;
      case content.format:
        this.#skipBytes();
        this.#skipBytes();
        return 1;
      case content.type:
        if (typesWithName.includes(decoding.readVarUint(this.#decoder))) this.#skipBytes();
        return 1;
      default:
        // A document in the document among them: nothing of ours reads it.
        throw new RangeError('There is no such content.');
    }
  }

  #times(read: () => void): number {
    const count = decoding.readVarUint(this.#decoder);
    for (let n = 0; n < count; n++) read();
    return count;
  }

  #skipBytes(): void {
    const decoder = this.#decoder;
    const length = decoding.readVarUint(decoder);
    decoder.pos += length;
    if (decoder.pos > decoder.arr.length) throw new RangeError('An update ends too early.');
  }

  /** In UTF-16 units, as Yjs counts. */
  #readTextLength(): number {
    const decoder = this.#decoder;
    const { arr, pos } = decoder;
    const length = decoding.readVarUint(decoder);
    const end = decoder.pos + length;
    if (end > arr.length) throw new RangeError('An update ends too early.');
    for (let at = decoder.pos; at < end; at++) {
      if (arr[at]! < 0x80) continue;
      decoder.pos = pos;
      return decoding.readVarString(decoder).length;
    }
    decoder.pos = end;
    return length;
  }

  #readDeletes(): { deletes: Outline['deletes']; ranges: number } {
    const decoder = this.#decoder;
    let left = decoding.readVarUint(decoder);
    if (left === 0) return { deletes: none, ranges: 0 };
    let deletes: Deletion[] | null = null;
    let count = 0;
    for (; left > 0; left--) {
      const peer = decoding.readVarUint(decoder);
      let ranges: Deleted[] | null = null;
      for (let n = decoding.readVarUint(decoder); n > 0; n--) {
        const clock = decoding.readVarUint(decoder);
        const len = decoding.readVarUint(decoder);
        if (clock + len > clockLimits.maxClock) throw new RangeError('Nothing is deleted that cannot be.');
        ranges = append(ranges, { clock, len });
      }
      if (!ranges) continue;
      count += ranges.length;
      deletes = append(deletes, { peer, ranges });
    }
    return { deletes: deletes ?? none, ranges: count };
  }
}
