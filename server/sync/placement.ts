// Where new nodes hang in the tree, known before they are applied.
//
// A struct names its parent by id or root, or leaves it to its neighbour: the left one if there is one, as in Yjs.
// Parents and neighbours are looked for in the document, in what was admitted earlier in the tick, and in the update
// itself. What hangs on something deleted will be deleted with it: it has no depth.
// Walks go upwards step by step and remember each level found, so that neither a deep tree nor a long row of
// siblings costs more than its length. A circle has infinite depth.
// An update without new nodes or attributes, as typing is, costs nothing here.
import * as Y from 'yjs';
import type { ExaminedUpdate, Run, Struct } from './validate.ts';

export const placementLimits = {
  /** Repaired documents are at most 100 deep, and what reads them stands 200. */
  maxDepth: 120,
  maxAttributes: 200,
} as const;

interface Step {
  struct: Struct | Y.AbstractStruct | null;
  /** How much deeper one is than it. */
  down: 0 | 1;
}

export class Placement {
  readonly #document: Y.Doc;
  readonly #admitted: ReadonlyMap<number, Run>[] = [];
  readonly #levels = new Map<object, number>();
  readonly #attributes = new Map<string, Set<string>>();

  constructor(document: Y.Doc) {
    this.#document = document;
  }

  /** False when something new in it hangs too deep, or on a node with too many attributes. Else it counts as there. */
  admit({ brings, nodes }: ExaminedUpdate, isNew: (node: Y.Item) => boolean): boolean {
    this.#admitted.push(brings);
    const isFit = nodes.every(
      (node) => !isNew(node) || (this.#hasRoomForAttribute(node) && this.#isShallow(node)),
    );
    if (!isFit) this.#admitted.pop();
    return isFit;
  }

  #isShallow(node: Y.Item): boolean {
    return !(node.content instanceof Y.ContentType) || this.#levelOf(node) < placementLimits.maxDepth;
  }

  #hasRoomForAttribute({ parent, parentSub }: Y.Item): boolean {
    // Without a parent of its own it replaces an attribute that is there.
    if (parentSub === null || parent === null || parent instanceof Y.AbstractType) return true;
    const name = parent instanceof Y.ID ? `${parent.client}:${parent.clock}` : parent;
    const added = this.#attributes.get(name) ?? new Set();
    this.#attributes.set(name, added.add(parentSub));
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
    for (const brings of this.#admitted) {
      const run = brings.get(client);
      if (run && clock >= run.from && clock < run.to) return structAt(run.structs, clock);
    }
    return null;
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
