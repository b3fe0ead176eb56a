// Whether the bytes of an update, taken alone, may be let in: on arrival, before the document is looked at.
//
// Is it an update at all, complete, exact to its last byte, and of a size and shape the note can carry? If not, the
// peer is at fault and its session ends. Nothing was applied yet: Yjs applies what it can before it stumbles, so
// "try and see" would leave half an update behind. Where what is in it begins and ends is read in outline.ts; what is
// more than plain text is made, and looked at, here. What is left for the tick, when the document is at rest, is
// frontier.ts: whether it fits, whose ids it uses, where it hangs, how large the note gets.
//
// Not done: whether the two neighbours a struct names ever stood side by side. Where they did not, peers that get things
// in different orders can end with different texts. But Yjs' own undo writes such structs, rarely, for honest people:
// refusing them would shut those out of their note.
import * as decoding from 'lib0/decoding';
import * as Y from 'yjs';
import type { Outline, Struct } from './outline.ts';
import { readOutline } from './outline.ts';

export const updateLimits = {
  maxStructs: 100_000,
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
} as const;

/** What an update brings and needs, and what of it has to be placed in the tree. */
export interface ExaminedUpdate extends Pick<Outline, 'brings' | 'needs' | 'deletes'> {
  bytes: Uint8Array;
  /** What makes the tree deeper or wider: new nodes, and new attributes outside of owned maps. */
  nodes: readonly Y.Item[];
  /** How many structs and deleted ranges. */
  parts: number;
  isEmpty: boolean;
}

export type Examination = { update: ExaminedUpdate } | { fault: Fault };

type Fault = 'malformed' | 'forbidden' | 'too-large';

/** The root types of a note's document. Sessions may write into no others. */
export interface Roots {
  /** Sessions write here. */
  open: ReadonlySet<string>;
  /** Maps that only the server changes. A session's change is let in and undone in the same tick. */
  owned: ReadonlySet<string>;
}

const plain: { nodes: readonly Y.Item[] } = { nodes: [] };

/** Reads and judges; changes nothing, throws never. */
export function examineUpdate(bytes: Uint8Array, roots: Roots): Examination {
  const outline = readOutline(bytes);
  if (!outline) return { fault: 'malformed' };
  const { brings, needs, deletes, structs, ranges, isPlain } = outline;
  if (structs > updateLimits.maxStructs || ranges > updateLimits.maxDeletedRanges)
    return { fault: 'too-large' };
  const examined = isPlain ? plain : examineItems(bytes, roots);
  if ('fault' in examined) return examined;
  const isEmpty = brings.length === 0 && deletes.length === 0;
  const { nodes } = examined;
  return { update: { bytes, brings, needs, deletes, nodes, parts: structs + ranges, isEmpty } };
}

/** What is more than text behind text is made as Yjs makes it, and looked at. */
function examineItems(bytes: Uint8Array, roots: Roots): { nodes: Y.Item[] } | { fault: Fault } {
  const structs = decode(bytes);
  if (!structs) return { fault: 'malformed' };
  const nodes: Y.Item[] = [];
  for (const struct of structs) {
    if (!(struct instanceof Y.Item)) continue;
    const parent: unknown = struct.parent;
    if (typeof parent === 'string' && !mayHang(parent, struct.parentSub, roots))
      return { fault: 'forbidden' };
    if (!isContentAllowed(struct.content) || !isName(struct.parentSub)) return { fault: 'malformed' };
    const isAttribute = struct.parentSub !== null && !roots.owned.has(String(parent));
    if (isAttribute || struct.content instanceof Y.ContentType) nodes.push(struct);
  }
  return { nodes };
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

function decode(bytes: Uint8Array): readonly Struct[] | null {
  try {
    return Y.decodeUpdate(bytes).structs;
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
