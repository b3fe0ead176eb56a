// The copy of a note that this device keeps, so that text typed offline survives a reload.
//
// Model: y-indexeddb writes every change to a database of the note's own. It says nothing when a device has no
// IndexedDB (private windows, storage switched off) or runs out of room, so the database is tried first and
// then watched; the copy counts as kept only while neither has failed.
// Deliberately not done: encryption, and forgetting: the copy lives on this device until its storage is cleared.

import { IndexeddbPersistence } from 'y-indexeddb';
import type { Doc } from 'yjs';

export interface LocalCopy {
  /** The origin of changes that come from the copy. */
  origin: object;
  /** Resolves when what was kept is in the document. */
  loaded: Promise<unknown>;
}

/** Null when this device cannot keep anything. `onLost` is called when it no longer can. Ends with the document. */
export async function openLocalCopy(name: string, doc: Doc, onLost: () => void): Promise<LocalCopy | null> {
  if (!(await canStore()) || doc.isDestroyed) return null;
  const persistence = new IndexeddbPersistence(name, doc);
  void persistence._db.then((db) => {
    for (const event of ['abort', 'error', 'close', 'versionchange']) db.addEventListener(event, onLost);
  }, onLost);
  return { origin: persistence, loaded: persistence.whenSynced };
}

function canStore(): Promise<boolean> {
  return new Promise((resolve) => {
    try {
      const request = indexedDB.open('rollcall');
      request.onerror = request.onblocked = () => resolve(false);
      request.onsuccess = () => {
        request.result.close();
        resolve(true);
      };
    } catch {
      resolve(false); // no such thing here, or forbidden
    }
  });
}
