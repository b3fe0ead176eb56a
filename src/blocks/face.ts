// What a block's face may know and do beyond its own node. The note page provides it; a face never reaches
// for sockets or requests itself. Getters are reactive: a face that reads one is redrawn when it changes.
import type { PersonId } from '../core/ids.ts';
import type { Profile } from '../core/person.ts';
import type { RollEntry } from '../core/roll-call.ts';

export interface RollRow {
  row: PersonId;
  entry: RollEntry;
}

export interface Face {
  readonly me: { readonly id: string; readonly profile: Profile };
  readonly mayEdit: boolean;
  /** How many people are in the note now. */
  readonly hereCount: number;
  /** The signatures of a roll call, in the order they were made. */
  rows(block: string): readonly RollRow[];
  /** Calls `changed` whenever signatures of the note change; returns how to stop that. */
  followRows(changed: () => void): () => void;
  /** Signs at once, or first asks who one is. */
  sign(block: string): Promise<void>;
  /** Asks for somebody's name and adds them. */
  addSomebody(block: string): Promise<void>;
  /** Asks for the right words for a row and writes them. */
  correct(block: string, row: RollRow): Promise<void>;
  withdraw(block: string, row: RollRow): Promise<void>;
  /** One's name; asked for once, when it is not known. '' when one does not say. */
  nameMe(): Promise<string>;
  /** The day here as YYYY-MM-DD. */
  today(): string;
}
