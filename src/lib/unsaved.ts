// Which changes in a document the server may lack, by Yjs id: the clock from which on. One's own id is always among
// them; others are while the page has more than the server, as after a reload, when one's earlier words have another id.
import { getState, type Doc } from 'yjs';

export type Unsaved = ReadonlyMap<number, number>;

export class UnsavedClocks {
  readonly #doc: Doc;
  #from: Map<number, number>;

  constructor(doc: Doc) {
    this.#doc = doc;
    this.#from = new Map([[doc.clientID, 0]]);
  }

  get from(): Unsaved {
    return this.#from;
  }

  /** All that is here is on the server's disk. */
  saved(): void {
    const { clientID, store } = this.#doc;
    this.#from = new Map([[clientID, getState(store, clientID)]]);
  }

  /**
   * The server has this much, by its own word. What was unsaved before stays so until all is: an earlier connection may
   * have brought it there only now, behind changes of others who had not seen it.
   */
  serverHas(stateVector: ReadonlyMap<number, number>): void {
    const { store } = this.#doc;
    for (const id of store.clients.keys()) {
      const known = stateVector.get(id) ?? 0;
      if (getState(store, id) > known) this.#from.set(id, Math.min(known, this.#from.get(id) ?? known));
    }
  }
}
