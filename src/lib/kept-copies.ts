// The copies of a note that this device keeps, by epoch (server/PROTOCOL.md, E1).
//
// A note made anew under the same id is another note: what was kept of the earlier one must not be merged with it,
// and must not be lost either. So each epoch has a database of its own, `rollcall/<note id>/<epoch>`, and copies of
// other epochs that hold text are offered as files. A page that does not know the epoch takes the copy there is;
// where there are several it cannot know whose they are, and takes none.
// Browsers that cannot list their databases offer nothing; the old copy stays where it is.

import { IndexeddbPersistence } from 'y-indexeddb';
import * as Y from 'yjs';
import { fragmentName } from '../core/note.ts';

const prefixOf = (noteId: string) => `rollcall/${noteId}`;

/** The database for a note in this epoch; '' when the epoch is not known. */
export async function keptCopyName(noteId: string, epoch: string): Promise<string> {
  if (epoch !== '') return `${prefixOf(noteId)}/${epoch}`;
  const names = await namesOf(noteId);
  return names.length === 1 ? names[0]! : prefixOf(noteId);
}

/** What this device kept of an earlier note at this address. */
export interface RescueCopy {
  doc: Y.Doc;
  /** Takes it from this device. */
  forget(): Promise<void>;
}

/** The first copy of another epoch that holds text; null when there is none. */
export async function findRescueCopy(noteId: string, epoch: string): Promise<RescueCopy | null> {
  if (epoch === '') return null;
  const current = await keptCopyName(noteId, epoch);
  for (const name of await namesOf(noteId)) {
    if (name === current) continue;
    const doc = new Y.Doc();
    const copy = new IndexeddbPersistence(name, doc);
    await copy.whenSynced;
    if (doc.getXmlFragment(fragmentName).length > 0) return { doc, forget: () => copy.clearData() };
    await copy.destroy();
  }
  return null;
}

async function namesOf(noteId: string): Promise<string[]> {
  try {
    const names = (await indexedDB.databases()).flatMap(({ name }) => name ?? []);
    return names.filter((name) => name === prefixOf(noteId) || name.startsWith(`${prefixOf(noteId)}/`));
  } catch {
    return []; // no such thing here, or forbidden
  }
}
