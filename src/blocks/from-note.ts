// A change that arrives from the note: others', or one's own undo. Whatever a plugin appends to it is shown here and
// does not get into the note, so none may; what has to be mended goes with the next change made here.

import type { Transaction } from '@tiptap/pm/state';

const key = 'fromNote';

export const isFromNote = (transaction: Transaction): boolean => transaction.getMeta(key) === true;

/** For whoever ties an editor to a note. */
export const markFromNote = (transaction: Transaction): void => void transaction.setMeta(key, true);
