// What a change from the server deletes, as those who made it knew the note.
//
// A change names each thing it deletes: of a block, everything in it that its writer had seen. What else is in the block
// goes with it all the same. So what is named was deleted by somebody who saw it, and what goes without being named was
// not seen. That holds for a change as the server passes it on (server/PROTOCOL.md, S7). In a document both look alike: what
// a device gets that comes back names all that is deleted of what the server had, whoever had seen it.

import * as Y from 'yjs';

/** What comes from the server, as it comes. */
export interface Incoming {
  update: Uint8Array;
  /** False while the page catches up: then it is no change, but all that was missed. */
  isLive: boolean;
}

export class IncomingDeletes {
  readonly #doc: Y.Doc;
  readonly #isLive: boolean;
  readonly #named: ReturnType<typeof Y.createDeleteSet>;

  /** `incoming` is about to be taken into `doc`. Null: nothing is known of what others saw. */
  constructor(doc: Y.Doc, incoming: Incoming | null) {
    this.#doc = doc;
    this.#isLive = incoming?.isLive ?? false;
    this.#named = incoming ? Y.decodeUpdate(incoming.update).ds : Y.createDeleteSet();
  }

  /** Whether whoever deletes the one thing of this Yjs id had certainly seen it. */
  wasSeen(client: number, clock: number): boolean {
    return this.#isLive && this.#names(client, clock);
  }

  /** Whether the one thing of this Yjs id goes, as it is in `within`, without being named. */
  passesOver(client: number, clock: number, within: unknown): boolean {
    return this.#takes(within) && !this.#names(client, clock);
  }

  /** The lines that go, or of which a part does, and that part or a text of the line. */
  lines(): Map<Y.XmlElement, Y.XmlText> {
    const lines = new Map<Y.XmlElement, Y.XmlText>();
    const add = (type: unknown) => {
      if (type instanceof Y.XmlElement) for (const child of type.toArray()) add(child);
      else if (type instanceof Y.XmlText && type.parent instanceof Y.XmlElement) lines.set(type.parent, type);
    };
    for (const type of this.#types()) if (!this.#takes(type.parent)) add(type);
    return lines;
  }

  /** What is named and still there of what others can be in. */
  *#types(): Generator<Y.AbstractType<unknown>> {
    const { store } = this.#doc;
    for (const [client, ranges] of this.#named.clients) {
      const structs = store.clients.get(client);
      for (const { clock, len } of ranges) {
        if (!structs || clock >= Y.getState(store, client)) continue;
        for (let n = Y.findIndexSS(structs, clock); n < structs.length; n++) {
          const item = structs[n]!;
          if (item.id.clock >= clock + len) break;
          if (item instanceof Y.Item && !item.deleted && item.content instanceof Y.ContentType)
            yield item.content.type;
        }
      }
    }
  }

  #names(client: number, clock: number): boolean {
    return Y.isDeleted(this.#named, Y.createID(client, clock));
  }

  /** Whether `type` is named, or something around it. */
  #takes(type: unknown): boolean {
    for (let around = type; around instanceof Y.AbstractType && around._item; around = around.parent) {
      const { client, clock } = around._item.id;
      if (this.#names(client, clock)) return true;
    }
    return false;
  }
}
