// The document of an open note, and the one place where it changes.
//
// Within a tick it runs ahead of the disk: updates and edits are applied, and their bytes gathered as one change
// for the log. Whoever holds it lets nobody look before that change is durable. If an update stumbles in Yjs, or
// an edit throws half way, the document is `torn`: it can no longer be trusted and is made anew from the log.
//
// Owned maps: roots that only the server changes. What a session's update did to them is put back at once, and
// the correction goes out in the same change, so no peer ever shows the forgery.
// The document's `update` event is not used for what sessions send: Yjs would encode anew what is already bytes.
import * as Y from 'yjs';
import { applyRecords, createExactDocument } from '../storage/exact-document.ts';
import { recordsOf } from '../storage/read-note.ts';
import type { LoadedNote } from '../storage/read-note.ts';
import { mergeUpdates } from './merge.ts';
import type { Roots } from './validate.ts';

export class LiveDocument {
  readonly doc: Y.Doc;
  readonly #rows: Map<Y.Map<unknown>, Map<string, unknown>>;
  /** The Yjs ids under which the server itself has edited. */
  readonly serverPeers = new Set<number>();
  #parts: Uint8Array[] = [];
  #isTorn = false;

  /** The document of a note as loaded. Throws when its records do not fit together. */
  static of(note: LoadedNote, roots: Roots): LiveDocument {
    const doc = createExactDocument();
    applyRecords(
      doc,
      recordsOf(note).map(({ update }) => update),
    );
    if (hasPending(doc)) throw new Error('The records of this note do not fit together.');
    return new LiveDocument(doc, roots);
  }

  private constructor(doc: Y.Doc, roots: Roots) {
    this.doc = doc;
    this.#rows = new Map([...roots.owned].map((name) => [doc.getMap(name), new Map()]));
    this.#rememberRows();
  }

  get isTorn(): boolean {
    return this.#isTorn;
  }

  /** The bytes applied since `takeChange`. */
  get parts(): readonly Uint8Array[] {
    return this.#parts;
  }

  /** Brings this fresh document as far as `other` had come. Its parts were judged there. */
  replay({ parts, serverPeers }: LiveDocument): void {
    for (const peer of serverPeers) this.serverPeers.add(peer);
    for (const part of parts) Y.applyUpdate(this.doc, part);
    this.#parts = [...parts];
    this.#rememberRows();
  }

  /** Applies what sessions sent, examined and without gaps. False: it stumbled, and the document is torn. */
  apply(bytes: Uint8Array): boolean {
    try {
      const transaction = Y.transact(
        this.doc,
        (transaction) => {
          Y.applyUpdate(this.doc, bytes);
          return transaction;
        },
        'session',
        false,
      );
      if (hasPending(this.doc)) {
        this.#isTorn = true;
        return false;
      }
      // Peers that come back repeat all their deletions: mostly nothing new.
      if (!hasNews(transaction)) return true;
      this.#parts.push(bytes);
      this.#restoreRows(transaction);
      return true;
    } catch {
      this.#isTorn = true;
      return false;
    }
  }

  /** Runs the server's own change. If it throws after it changed something, the document is torn. */
  edit<T>(run: (doc: Y.Doc) => T): T {
    const { value, updates } = this.#watched(run);
    if (updates.length > 0) {
      this.#parts.push(...updates);
      this.#rememberRows();
    }
    return value;
  }

  /** Runs something that only looks. Changing the document there is our own mistake, and tears it. */
  look<T>(run: (doc: Y.Doc) => T): T {
    const { value, updates } = this.#watched(run);
    if (updates.length === 0) return value;
    this.#isTorn = true;
    throw new RangeError('Looking at a note must not change its document.');
  }

  /** Everything since the last call as one update; null when nothing changed. */
  takeChange(): Uint8Array | null {
    const parts = this.#parts;
    this.#parts = [];
    return parts.length === 0 ? null : mergeUpdates(parts);
  }

  #watched<T>(run: (doc: Y.Doc) => T): { value: T; updates: Uint8Array[] } {
    const updates: Uint8Array[] = [];
    const keep = (update: Uint8Array) => updates.push(update);
    const { clientID } = this.doc;
    this.doc.on('update', keep);
    try {
      const value = this.doc.transact(() => run(this.doc), 'server');
      if (updates.length > 0) this.serverPeers.add(clientID);
      return { value, updates };
    } catch (error) {
      if (updates.length > 0) this.#isTorn = true;
      throw error;
    } finally {
      this.doc.off('update', keep);
    }
  }

  #restoreRows(transaction: Y.Transaction): void {
    const changed: Map<unknown, Set<string | null>> = transaction.changed;
    for (const [map, rows] of this.#rows) {
      const keys = changed.get(map);
      if (!keys) continue;
      const { updates } = this.#watched(() => {
        for (const key of keys) {
          if (key === null) continue;
          if (rows.has(key)) map.set(key, rows.get(key));
          else map.delete(key);
        }
      });
      this.#parts.push(...updates);
    }
  }

  #rememberRows(): void {
    for (const map of this.#rows.keys()) this.#rows.set(map, new Map(map.entries()));
  }
}

const hasPending = ({ store }: Y.Doc) => store.pendingStructs !== null || store.pendingDs !== null;

function hasNews({ deleteSet, beforeState, afterState }: Y.Transaction): boolean {
  if (deleteSet.clients.size > 0) return true;
  for (const [peer, clock] of afterState) if (beforeState.get(peer) !== clock) return true;
  return false;
}
