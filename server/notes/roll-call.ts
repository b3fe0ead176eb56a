// Signing. A signature is a record the server makes in the note's root map `roll`, through the rooms'
// second door: who signed is who the server knows them to be, when is the server's clock. Nobody signs
// twice: the row's key is the person.
import { randomBytes } from 'node:crypto';
import type * as Y from 'yjs';
import { fragmentName, rollName } from '../../src/core/note.ts';
import { createPersonId, type BlockId, type NoteId, type PersonId } from '../../src/core/ids.ts';
import { toProfile, type Profile } from '../../src/core/person.ts';
import { toRollEntry, type RollEntry } from '../../src/core/roll-call.ts';
import type { Rooms } from '../sync/rooms.ts';

/** More rows than this in one note is not a meeting. */
const maxRows = 2_000;

export type RollResult =
  | { kind: 'done'; row: PersonId; entry: RollEntry }
  | { kind: 'withdrawn' }
  | { kind: 'no such note' | 'no such roll call' | 'no such row' | 'name missing' | 'full' };

export interface RollCall {
  /** Signs a person in, or corrects the row they already have; the time stays that of the first signature. */
  sign(noteId: NoteId, block: BlockId, person: PersonId, profile: unknown): Promise<RollResult>;
  /** Adds somebody who cannot sign themselves, marked with who added them. */
  add(noteId: NoteId, block: BlockId, by: Profile, profile: unknown): Promise<RollResult>;
  /** Corrects a row that was added by hand. A row somebody signed themselves is theirs alone. */
  correct(noteId: NoteId, block: BlockId, row: PersonId, profile: unknown): Promise<RollResult>;
  /** Takes back one's own row (`row` = oneself), or one that was added by hand. */
  withdraw(noteId: NoteId, block: BlockId, person: PersonId, row: PersonId): Promise<RollResult>;
}

export function createRollCall(rooms: Rooms, clock: { now(): number }): RollCall {
  async function change(
    noteId: NoteId,
    block: BlockId,
    edit: (roll: Y.Map<unknown>, key: (row: PersonId) => string) => RollResult,
  ): Promise<RollResult> {
    const done = await rooms.use(noteId, (document): RollResult => {
      const roll = document.getMap(rollName);
      const prefix = `${block}/`;
      if (!holdsRollCall(document, block) && ![...roll.keys()].some((key) => key.startsWith(prefix))) {
        return { kind: 'no such roll call' };
      }
      return edit(roll, (row) => prefix + row);
    });
    return done === null ? { kind: 'no such note' } : done.value;
  }

  function write(
    roll: Y.Map<unknown>,
    key: string,
    row: PersonId,
    { profile, addedBy }: { profile: Profile; addedBy: string },
  ): RollResult {
    if (profile.name === '') return { kind: 'name missing' };
    const before = toRollEntry(roll.get(key));
    if (before === null && roll.size >= maxRows) return { kind: 'full' };
    const entry: RollEntry = {
      ...profile,
      signedAt: before?.signedAt ?? clock.now(),
      addedBy: before?.addedBy ?? addedBy,
    };
    const same = before !== null && JSON.stringify(before) === JSON.stringify(entry);
    if (!same) roll.set(key, entry);
    return { kind: 'done', row, entry };
  }

  return {
    sign: (noteId, block, person, profile) =>
      change(noteId, block, (roll, key) =>
        write(roll, key(person), person, { profile: toProfile(profile), addedBy: '' }),
      ),
    add: (noteId, block, by, profile) =>
      change(noteId, block, (roll, key) => {
        const row = createPersonId(randomBytes(16));
        return write(roll, key(row), row, { profile: toProfile(profile), addedBy: by.name || 'a guest' });
      }),
    correct: (noteId, block, row, profile) =>
      change(noteId, block, (roll, key) => {
        const before = toRollEntry(roll.get(key(row)));
        if (before === null || before.addedBy === '') return { kind: 'no such row' };
        return write(roll, key(row), row, { profile: toProfile(profile), addedBy: before.addedBy });
      }),
    withdraw: (noteId, block, person, row) =>
      change(noteId, block, (roll, key) => {
        const before = toRollEntry(roll.get(key(row)));
        if (before === null) return row === person ? { kind: 'withdrawn' } : { kind: 'no such row' };
        if (row !== person && before.addedBy === '') return { kind: 'no such row' };
        roll.delete(key(row));
        return { kind: 'withdrawn' };
      }),
  };
}

/** Whether the note's text holds this roll call now. */
function holdsRollCall(document: Y.Doc, block: BlockId): boolean {
  const walker = document
    .getXmlFragment(fragmentName)
    .createTreeWalker((node) => (node as Y.XmlElement).nodeName === 'rollCall');
  for (const node of walker as Iterable<Y.XmlElement>) {
    if (node.getAttribute('id') === block) return true;
  }
  return false;
}
