// That a note was set back to an earlier state, and when: for a while browsers may give back what it has lost
// (server/PROTOCOL.md, I5). Whatever restores or repairs notes writes it, in the same write.
import type { NoteId } from '../../src/core/ids.ts';
import { noteSetBackKey } from './keys.ts';
import type { Operation } from './storage.ts';

/** Marks the note as set back at `now`, ms. */
export const putSetBack = (noteId: NoteId, now: number): Operation => ({
  type: 'put',
  key: noteSetBackKey(noteId),
  value: new TextEncoder().encode(String(now)),
});

/** When it was; null when that cannot be read, which is as good as never. */
export function readSetBack(bytes: Uint8Array): number | null {
  const time = Number(new TextDecoder().decode(bytes));
  return Number.isSafeInteger(time) ? time : null;
}
