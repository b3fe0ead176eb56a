// The copy of a note that this device keeps, so that text typed offline survives a reload.
//
// Model: y-indexeddb writes every change to a database of the note's own. It says nothing when a device has no
// IndexedDB (private windows, storage switched off) or runs out of room, so the database is tried first and
// then watched; the copy counts as kept only while neither has failed.
// The copy remembers the schema version of the page that wrote it. An older page (kept offline, or a tab left
// open) must not draw it: drawing deletes what a schema does not know, and the deletions would be kept and sent.
// One's own changes are stored at once, each with everything it may build on. What comes from the server is on its disk
// already, and comes fifty times a second in a busy room: it is stored once a second.
// Deliberately not done: encryption, and forgetting by itself: the copy lives on this device until somebody has it
// forgotten or clears its storage.

import { IndexeddbPersistence } from 'y-indexeddb';
import { mergeUpdates } from 'yjs';
import type { Doc } from 'yjs';

export interface LocalCopy {
  /** The origin of changes that come from the copy. */
  origin: object;
  /** Resolves when what was kept is in the document: whether this page may draw it. */
  loaded: Promise<boolean>;
  /** Takes it from this device, and keeps nothing any more. */
  forget(): Promise<void>;
}

const gatherMs = 1000;

/**
 * Null when this device cannot keep anything. `schema` is the version this page draws with. `isSafe` tells of the
 * origin of a change whether it is on the server's disk. `onLost` is called when the device can no longer keep. The
 * copy ends with the document.
 */
export async function openLocalCopy(
  name: string,
  doc: Doc,
  schema: number,
  isSafe: (origin: unknown) => boolean,
  onLost: () => void,
): Promise<LocalCopy | null> {
  if (!(await canStore()) || doc.isDestroyed) return null;
  const persistence = new IndexeddbPersistence(name, doc);
  doc.off('update', persistence._storeUpdate);
  const keep = (update: Uint8Array, origin: unknown) => {
    if (origin !== persistence) gather.take(update, origin);
  };
  // What was written later builds on what could not be stored: with that hole the copy could never be sent.
  const lose = () => {
    doc.off('update', keep);
    onLost();
  };
  // A database that the browser has closed throws. In a listener that would break the document: Yjs would tell nobody
  // of any later change, and none would reach the server.
  const store = (update: Uint8Array) => {
    try {
      persistence._storeUpdate(update, null);
    } catch {
      lose();
    }
  };
  const gather = gatherChanges(store, isSafe);
  doc.on('update', keep);
  doc.on('destroy', gather.flush);
  void persistence._db.then((db) => {
    for (const event of ['abort', 'error', 'close', 'versionchange']) db.addEventListener(event, lose);
  }, lose);
  return {
    origin: persistence,
    loaded: persistence.whenSynced.then(() => claim(persistence, schema)),
    forget() {
      lose();
      return persistence.clearData();
    },
  };
}

/** Hands changes on to `store`: safe ones together, after a while; others at once, with the safe ones before them. */
export function gatherChanges(store: (update: Uint8Array) => void, isSafe: (origin: unknown) => boolean) {
  let waiting: Uint8Array[] = [];
  let timer: ReturnType<typeof setTimeout> | null = null;
  const flush = () => {
    if (timer !== null) clearTimeout(timer);
    timer = null;
    if (waiting.length > 0) store(waiting.length === 1 ? waiting[0]! : mergeUpdates(waiting));
    waiting = [];
  };
  const take = (update: Uint8Array, origin: unknown) => {
    waiting.push(update);
    if (isSafe(origin)) timer ??= setTimeout(flush, gatherMs);
    else flush();
  };
  return { take, flush };
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
