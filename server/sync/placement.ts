// Where new nodes hang in the tree, known before they are applied.
//
// A struct names its parent by id or root, or leaves it to its neighbour: the left one if there is one, as in Yjs.
// Parents and neighbours are looked for in the document, in what was admitted earlier in the tick, and in the update
// itself. What hangs on something deleted will be deleted with it: it has no depth.
// Walks go upwards step by step and remember each level found, so that neither a deep tree nor a long row of
// siblings costs more than its length. A circle has infinite depth.
// An update without new nodes or attributes, as typing is, costs nothing here.
import * as Y from 'yjs';
import type { Struct } from './outline.ts';
import { runOf } from './outline.ts';
import type { ExaminedUpdate } from './validate.ts';

export const placementLimits = {
  /** Repaired documents are at most 100 deep, and what reads them stands 200. */
  maxDepth: 120,
  maxAttributes: 200,
} as const;

type Brings = ExaminedUpdate['brings'];

interface Step {
  struct: Struct | Y.AbstractStruct | null;
  /** How much deeper one is than it. */
  down: 0 | 1;
}

export class Placement {
  readonly #document: Y.Doc;
  readonly #admitted: readonly Brings[];
  #own: Brings = [];
  readonly #levels = new Map<object, number>();
  /** By node: attributes of what was found to fit, */
  readonly #attributes = new Map<string, Set<string>>();
  /** and those of what is looked at. */
  #ownAttributes = new Map<string, Set<string>>();

  /** `admitted` may grow as the tick goes on. */
  constructor(document: Y.Doc, admitted: readonly Brings[]) {
    this.#document = document;
    this.#admitted = admitted;
  }

  /** False when one of `nodes`, new in an update that `brings` them, hangs too deep or on a node with too many attributes. */
  fits(brings: Brings, nodes: readonly Y.Item[]): boolean {
    this.#own = brings;
    this.#ownAttributes = new Map();
    if (!nodes.every((node) => this.#hasRoomForAttribute(node) && this.#isShallow(node))) return false;
    for (const [name, attributes] of this.#ownAttributes) this.#attributes.set(name, attributes);
    return true;
  }

  #isShallow(node: Y.Item): boolean {
    return !(node.content instanceof Y.ContentType) || this.#levelOf(node) < placementLimits.maxDepth;
  }

  #hasRoomForAttribute({ parent, parentSub }: Y.Item): boolean {
    // Without a parent of its own it replaces an attribute that is there.
    if (parentSub === null || parent === null || parent instanceof Y.AbstractType) return true;
    const name = parent instanceof Y.ID ? `${parent.client}:${parent.clock}` : parent;
    const added = this.#ownAttributes.get(name) ?? new Set(this.#attributes.get(name));
    this.#ownAttributes.set(name, added.add(parentSub));
    const there = parent instanceof Y.ID ? typeIn(this.#find(parent)) : this.#document.share.get(parent);
    return added.size + (there?._map.size ?? 0) <= placementLimits.maxAttributes;
  }

  /** How many nodes are above it; 0 for what hangs on a root, or on nothing any more. */
  #levelOf(start: Y.Item): number {
    const path: { item: Y.Item; down: number }[] = [];
    let level = 0;
    for (let current: Step['struct'] = start; current instanceof Y.Item;) {
      const known = this.#levels.get(current);
      if (known !== undefined) {
        level = known;
        break;
      }
      this.#levels.set(current, Infinity);
      const { struct, down } = this.#above(current);
      path.push({ item: current, down });
      current = struct;
    }
    for (const { item, down } of path.reverse()) this.#levels.set(item, (level += down));
    return level;
  }

  #above({ parent, origin, rightOrigin }: Y.Item): Step {
    if (parent instanceof Y.ID) return { struct: this.#find(parent), down: 1 };
    if (parent instanceof Y.AbstractType) return { struct: parent._item, down: parent._item ? 1 : 0 };
    const neighbour = typeof parent === 'string' ? null : (origin ?? rightOrigin);
    return { struct: neighbour && this.#find(neighbour), down: 0 };
  }

  #find({ client, clock }: Y.ID): Struct | Y.AbstractStruct | null {
    const { store } = this.#document;
    if (clock < Y.getState(store, client)) {
      const structs = store.clients.get(client);
      return structs?.[Y.findIndexSS(structs, clock)] ?? null;
    }
    const runIn = (brings: Brings) => {
      const run = runOf(brings, client);
      return run && clock >= run.from && clock < run.to ? run : undefined;
    };
    // What came first is what will be applied.
    const first = this.#admitted.find(runIn) ?? this.#own;
    const run = runIn(first);
    return run ? structAt(run.structs, clock) : null;
  }
}

const typeIn = (struct: unknown) =>
  struct instanceof Y.Item && struct.content instanceof Y.ContentType ? struct.content.type : null;

function structAt(structs: readonly Struct[], clock: number): Struct | null {
  let [low, high] = [0, structs.length - 1];
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (structs[middle]!.id.clock <= clock) low = middle;
    else high = middle - 1;
  }
  return structs[low] ?? null;
}
