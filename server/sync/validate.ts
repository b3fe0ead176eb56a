// Whether an update may be let in. Two questions, asked at two times:
//
//   on arrival  examineUpdate: is it an update at all, complete, exact to its last byte, and of a size and shape
//               the note can carry? If not, the peer is at fault and its session ends. Nothing was applied yet:
//               Yjs applies what it can before it stumbles, so "try and see" would leave half an update behind.
//   in the tick Frontier.admit: does it fit on what the document has? An update with a hole before it would lie
//               in the document as "pending", invisible and hiding all later edits of its author. It is turned
//               away, and its session is asked for everything it has.
//
// Not done here: whose a Yjs peer id is, how deep the tree gets, how large the whole note becomes.
import * as decoding from 'lib0/decoding';
import * as Y from 'yjs';

export const updateLimits = {
  maxStructs: 100_000,
  /** Of new clock values a deleted run may claim at once: it costs no bytes, and uses up the id's clock. */
  maxDeletedRun: 2 ** 20,
  /** Of JSON values inside one struct. */
  maxValueDepth: 32,
  /** A Yjs id is a random 32 bit number; larger ones have been seen from other implementations (53 bits). */
  maxClock: 2 ** 40,
} as const;

/** What an update brings and needs, by Yjs peer id. `needs`: clocks that must exist before it can be applied. */
export interface ExaminedUpdate {
  bytes: Uint8Array;
  brings: ReadonlyMap<number, { from: number; to: number; lastDeletedFrom: number }>;
  needs: ReadonlyMap<number, number>;
  isEmpty: boolean;
}

export type Examination = { update: ExaminedUpdate } | { fault: 'malformed' | 'forbidden' | 'too-large' };

/** The root types of a note's document. Sessions may write into no others. */
export interface Roots {
  /** Sessions write here. */
  open: ReadonlySet<string>;
  /** Maps that only the server changes. A session's change is let in and undone in the same tick. */
  owned: ReadonlySet<string>;
}

/** Decodes and judges; changes nothing, throws never. */
export function examineUpdate(bytes: Uint8Array, roots: Roots): Examination {
  const decoded = decode(bytes);
  if (!decoded) return { fault: 'malformed' };
  if (decoded.structs.length > updateLimits.maxStructs) return { fault: 'too-large' };

  const brings = new Map<number, { from: number; to: number; lastDeletedFrom: number }>();
  const needs = new Map<number, number>();
  const need = (id: Y.ID | null) => {
    if (id) needs.set(id.client, Math.max(needs.get(id.client) ?? 0, id.clock + 1));
  };

  for (const struct of decoded.structs) {
    const { client, clock } = struct.id;
    const to = clock + struct.length;
    const known = brings.get(client);
    // Yjs writes a peer's structs in one run; a second run for the same peer would silently replace the first.
    if (struct.length < 1 || to > updateLimits.maxClock || (known && known.to !== clock)) {
      return { fault: 'malformed' };
    }
    const isRun =
      struct instanceof Y.GC || struct instanceof Y.Skip || struct.content instanceof Y.ContentDeleted;
    const lastDeletedFrom = isRun && struct.length > updateLimits.maxDeletedRun ? clock : -1;
    brings.set(client, {
      from: known?.from ?? clock,
      to,
      lastDeletedFrom: Math.max(known?.lastDeletedFrom ?? -1, lastDeletedFrom),
    });
    // A skip is a hole with a name.
    if (struct instanceof Y.Skip) needs.set(client, Math.max(needs.get(client) ?? 0, Infinity));
    if (!(struct instanceof Y.Item)) continue;
    need(struct.origin);
    need(struct.rightOrigin);
    const parent: unknown = struct.parent;
    if (parent instanceof Y.ID) need(parent);
    if (typeof parent === 'string' && !mayHang(parent, struct.parentSub, roots))
      return { fault: 'forbidden' };
    if (!isContentAllowed(struct.content)) return { fault: 'malformed' };
  }

  for (const [client, deleted] of decoded.ds.clients) {
    for (const { clock, len } of deleted) {
      if (clock + len > updateLimits.maxClock) return { fault: 'malformed' };
      needs.set(client, Math.max(needs.get(client) ?? 0, clock + len));
    }
  }
  return { update: { bytes, brings, needs, isEmpty: brings.size === 0 && needs.size === 0 } };
}

/** A state vector as a peer sends it; null when it is none. */
export function readStateVector(bytes: Uint8Array): Map<number, number> | null {
  try {
    const decoder = decoding.createDecoder(bytes);
    const vector = new Map<number, number>();
    for (let left = decoding.readVarUint(decoder); left > 0; left--) {
      vector.set(decoding.readVarUint(decoder), decoding.readVarUint(decoder));
    }
    return decoding.hasContent(decoder) ? null : vector;
  } catch {
    return null;
  }
}

/** How far the document will reach, peer by peer, once what was admitted so far is applied. Lives for one tick. */
export class Frontier {
  readonly #document: Y.Doc;
  readonly #reached = new Map<number, number>();

  constructor(document: Y.Doc) {
    this.#document = document;
  }

  #clockOf(peer: number): number {
    return this.#reached.get(peer) ?? Y.getState(this.#document.store, peer);
  }

  /** `gap`: something it builds on is not there. `fault`: it claims clocks beyond reason. Else it counts as reached. */
  admit({ brings, needs }: ExaminedUpdate): 'admitted' | 'gap' | 'fault' {
    for (const [peer, { from, lastDeletedFrom }] of brings) {
      if (from > this.#clockOf(peer)) return 'gap';
      if (lastDeletedFrom >= this.#clockOf(peer)) return 'fault';
    }
    for (const [peer, clock] of needs) {
      if (clock > Math.max(this.#clockOf(peer), brings.get(peer)?.to ?? 0)) return 'gap';
    }
    for (const [peer, { to }] of brings) this.#reached.set(peer, Math.max(this.#clockOf(peer), to));
    return 'admitted';
  }
}

function decode(bytes: Uint8Array) {
  const decoders: Y.UpdateDecoderV1[] = [];
  // Y.decodeUpdate does not say where it stopped; its decoder, handed in, does.
  class WatchedDecoder extends Y.UpdateDecoderV1 {
    constructor(decoder: decoding.Decoder) {
      super(decoder);
      decoders.push(this);
    }
  }
  try {
    const decoded = Y.decodeUpdateV2(bytes, WatchedDecoder);
    const isExact = decoders.every(({ restDecoder }) => !decoding.hasContent(restDecoder));
    return isExact ? decoded : null;
  } catch {
    return null;
  }
}

// An owned map is put right key by key, so nothing may hang there but keys.
const mayHang = (root: string, key: string | null, { open, owned }: Roots) =>
  open.has(root) || (owned.has(root) && key !== null);

function isContentAllowed(content: Y.Item['content']): boolean {
  if (content instanceof Y.ContentDoc) return false; // a document in the document: nothing of ours reads it
  if (content instanceof Y.ContentAny) return isShallow(content.arr);
  if (content instanceof Y.ContentJSON) return isShallow(content.arr);
  if (content instanceof Y.ContentEmbed) return isShallow(content.embed);
  if (content instanceof Y.ContentFormat) return isShallow(content.value);
  return true;
}

// Level by level: a recursive walk is what hostile depth would break.
function isShallow(value: unknown): boolean {
  let level: unknown[] = [value];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > updateLimits.maxValueDepth) return false;
    level = level.flatMap((entry) =>
      typeof entry === 'object' && entry !== null && !(entry instanceof Uint8Array)
        ? Object.values(entry)
        : [],
    );
  }
  return true;
}
