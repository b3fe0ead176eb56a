// Whether the bytes of an update, taken alone, may be let in: on arrival, before the document is looked at.
//
// Is it an update at all, complete, exact to its last byte, and of a size and shape the note can carry? If not, the
// peer is at fault and its session ends. Nothing was applied yet: Yjs applies what it can before it stumbles, so
// "try and see" would leave half an update behind. What is left for the tick, when the document is at rest, is
// frontier.ts: whether it fits, whose ids it uses, where it hangs, how large the note gets.
//
// Not done: whether the two neighbours a struct names ever stood side by side. Where they did not, peers that get things
// in different orders can end with different texts. But Yjs' own undo writes such structs, rarely, for honest people:
// refusing them would shut those out of their note.
import * as decoding from 'lib0/decoding';
import * as Y from 'yjs';

export const updateLimits = {
  maxStructs: 100_000,
  /** Of new clock values a deleted run may claim at once: it costs no bytes, and uses up the id's clock. */
  maxDeletedRun: 2 ** 20,
  /** Of ranges in its delete set: peers that come back repeat all of their note's deletions. */
  maxDeletedRanges: 500_000,
  /** Of JSON values inside one struct. */
  maxValueDepth: 32,
  maxValueEntries: 10_000,
  /** In characters: what a person put into one attribute, like a raw block's source. */
  maxValueLength: 1_000_000,
  /** In characters, of attribute, mark and node names. */
  maxNameLength: 512,
  /** A peer that has seen the note has no more; ids per note are bounded too (peer-owners.ts). */
  maxStateVectorEntries: 40_000,
  /** A Yjs id is a random 32 bit number; larger ones have been seen from other implementations (53 bits). */
  maxClock: 2 ** 40,
} as const;

export type Struct = Y.Item | Y.GC | Y.Skip;

export type DeleteSet = ReturnType<typeof Y.createDeleteSet>;

/** What an update has of one peer: clocks `from` to below `to`, as `structs`. */
export interface Run {
  from: number;
  to: number;
  /** Where the last deleted run of unusual length begins; -1: none. */
  lastDeletedFrom: number;
  structs: Struct[];
}

/** What an update brings and needs, by Yjs peer id. */
export interface ExaminedUpdate {
  bytes: Uint8Array;
  brings: ReadonlyMap<number, Run>;
  /** Clocks that must exist before it can be applied. */
  needs: ReadonlyMap<number, number>;
  deletes: DeleteSet;
  /** What makes the tree deeper or wider: new nodes, and new attributes outside of owned maps. */
  nodes: readonly Y.Item[];
  /** How many structs and deleted ranges. */
  parts: number;
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

  const brings = new Map<number, Run>();
  const needs = new Map<number, number>();
  const nodes: Y.Item[] = [];

  for (const struct of decoded.structs) {
    const { client, clock } = struct.id;
    const to = clock + struct.length;
    let run = brings.get(client);
    // Yjs writes a peer's structs in one run; a second run for the same peer would silently replace the first.
    if (struct.length < 1 || to > updateLimits.maxClock || (run && run.to !== clock)) {
      return { fault: 'malformed' };
    }
    if (run) run.to = to;
    else brings.set(client, (run = { from: clock, to, lastDeletedFrom: -1, structs: [] }));
    run.structs.push(struct);
    const isDeleted =
      struct instanceof Y.GC || struct instanceof Y.Skip || struct.content instanceof Y.ContentDeleted;
    if (isDeleted && struct.length > updateLimits.maxDeletedRun) run.lastDeletedFrom = clock;
    // A skip is a hole with a name.
    if (struct instanceof Y.Skip) needs.set(client, Infinity);
    if (!(struct instanceof Y.Item)) continue;
    const parent: unknown = struct.parent;
    for (const id of [struct.origin, struct.rightOrigin, parent]) {
      if (!(id instanceof Y.ID)) continue;
      // Yjs looks for gaps at other peers only: a struct that builds on its own future makes it stumble.
      if (id.client === client ? id.clock >= clock : id.clock >= updateLimits.maxClock) {
        return { fault: 'malformed' };
      }
      needs.set(id.client, Math.max(needs.get(id.client) ?? 0, id.clock + 1));
    }
    if (typeof parent === 'string' && !mayHang(parent, struct.parentSub, roots))
      return { fault: 'forbidden' };
    if (!isContentAllowed(struct.content) || !isName(struct.parentSub)) return { fault: 'malformed' };
    const isAttribute = struct.parentSub !== null && !roots.owned.has(String(parent));
    if (isAttribute || struct.content instanceof Y.ContentType) nodes.push(struct);
  }

  let ranges = 0;
  for (const [client, deleted] of decoded.ds.clients) {
    ranges += deleted.length;
    for (const { clock, len } of deleted) {
      if (clock + len > updateLimits.maxClock) return { fault: 'malformed' };
      needs.set(client, Math.max(needs.get(client) ?? 0, clock + len));
    }
  }
  if (ranges > updateLimits.maxDeletedRanges) return { fault: 'too-large' };
  const isEmpty = brings.size === 0 && needs.size === 0;
  const parts = decoded.structs.length + ranges;
  return { update: { bytes, brings, needs, deletes: decoded.ds, nodes, parts, isEmpty } };
}

/** A state vector as a peer sends it; null when it is none. */
export function readStateVector(bytes: Uint8Array): Map<number, number> | null {
  try {
    const decoder = decoding.createDecoder(bytes);
    const vector = new Map<number, number>();
    const length = decoding.readVarUint(decoder);
    if (length > updateLimits.maxStateVectorEntries) return null;
    for (let left = length; left > 0; left--) {
      vector.set(decoding.readVarUint(decoder), decoding.readVarUint(decoder));
    }
    return decoding.hasContent(decoder) ? null : vector;
  } catch {
    return null;
  }
}

// Y.decodeUpdate does not say where it stopped; a decoder of our own does. It is handed in as a constructor's result,
// since a class made for each update costs more than reading one.
function decode(bytes: Uint8Array) {
  const decoder = new Y.UpdateDecoderV1(decoding.createDecoder(bytes));
  function Reader() {
    return decoder;
  }
  try {
    const decoded = Y.decodeUpdateV2(bytes, Reader as unknown as typeof Y.UpdateDecoderV1);
    return decoding.hasContent(decoder.restDecoder) ? null : decoded;
  } catch {
    return null;
  }
}

// An owned map is put right key by key, so nothing may hang there but keys.
const mayHang = (root: string, key: string | null, { open, owned }: Roots) =>
  open.has(root) || (owned.has(root) && key !== null);

const isName = (text: unknown) => typeof text !== 'string' || text.length <= updateLimits.maxNameLength;

function isContentAllowed(content: Y.Item['content']): boolean {
  if (content instanceof Y.ContentString || content instanceof Y.ContentDeleted) return true;
  if (content instanceof Y.ContentDoc) return false; // a document in the document: nothing of ours reads it
  if (content instanceof Y.ContentAny) return isModest(content.arr);
  if (content instanceof Y.ContentJSON) return isModest(content.arr);
  if (content instanceof Y.ContentEmbed) return isModest(content.embed);
  if (content instanceof Y.ContentFormat) return isName(content.key) && isModest(content.value);
  if (content instanceof Y.ContentType) {
    const { type } = content;
    return !(type instanceof Y.XmlElement) || isName(type.nodeName);
  }
  return true;
}

// Level by level: a recursive walk is what hostile depth would break.
function isModest(value: unknown): boolean {
  let level: unknown[] = [value];
  let entries = 0;
  let length = 0;
  for (let depth = 0; level.length > 0; depth++) {
    entries += level.length;
    if (depth > updateLimits.maxValueDepth || entries > updateLimits.maxValueEntries) return false;
    const below: unknown[] = [];
    for (const entry of level) {
      if (typeof entry === 'string') length += entry.length;
      else if (entry instanceof Uint8Array) length += entry.length;
      else if (Array.isArray(entry)) for (const inner of entry) below.push(inner);
      else if (typeof entry === 'object' && entry !== null) {
        for (const [key, inner] of Object.entries(entry)) {
          length += key.length;
          below.push(inner);
        }
      }
    }
    if (length > updateLimits.maxValueLength) return false;
    level = below;
  }
  return true;
}
