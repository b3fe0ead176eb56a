// The copy of a note that this device keeps, so that text typed offline survives a reload.
//
// Model: y-indexeddb writes every change to a database of the note's own. It says nothing when a device has no
// IndexedDB (private windows, storage switched off) or runs out of room, so the database is tried first and
// then watched; the copy counts as kept only while neither has failed.
// The copy remembers the schema version of the page that wrote it. An older page (kept offline, or a tab left
// open) must not draw it: drawing deletes what a schema does not know, and the deletions would be kept and sent.
// Deliberately not done: encryption, and forgetting: the copy lives on this device until its storage is cleared.

import { IndexeddbPersistence } from 'y-indexeddb';
import type { Doc } from 'yjs';

export interface LocalCopy {
  /** The origin of changes that come from the copy. */
  origin: object;
  /** Resolves when what was kept is in the document: whether this page may draw it. */
  loaded: Promise<boolean>;
}

/**
 * Null when this device cannot keep anything. `schema` is the version this page draws with. `onLost` is called
 * when the device can no longer keep. The copy ends with the document.
 */
export async function openLocalCopy(
  name: string,
  doc: Doc,
  schema: number,
  onLost: () => void,
): Promise<LocalCopy | null> {
  if (!(await canStore()) || doc.isDestroyed) return null;
  const persistence = new IndexeddbPersistence(name, doc);
  void persistence._db.then((db) => {
    for (const event of ['abort', 'error', 'close', 'versionchange']) db.addEventListener(event, onLost);
  }, onLost);
  return { origin: persistence, loaded: persistence.whenSynced.then(() => claim(persistence, schema)) };
}

async function claim(persistence: IndexeddbPersistence, schema: number): Promise<boolean> {
  const written = Number((await persistence.get('schema')) ?? 0);
  if (written > schema) return false;
  if (written < schema) await persistence.set('schema', schema);
  return true;
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
