// What peers lack when they ask, made once for all who have the same.
//
// Everybody who comes to a meeting asks with the same empty state vector, a whole room comes back with the same one
// after a restart, and encoding a long note takes milliseconds. So an answer is kept, and whoever asks a little later
// gets it with the changes made since: the same state. Kept while it is asked for and those changes are few.
import type { LoadedNote } from '../storage/read-note.ts';
import { mergeUpdates } from './merge.ts';
import { Packet } from './packet.ts';
import { writeStep2, writeUpdate } from './protocol.ts';

const maxAnswers = 16;
const maxChanges = 100;
const maxChangedBytes = 64 * 1024;

const nothing = Uint8Array.of(0);
const keyOf = (stateVector: Uint8Array) => Buffer.from(stateVector).toString('latin1');

/** A note that somebody may be told of: durable, and the same until the answer is given. */
export interface Told {
  stateVector(): Uint8Array;
  /** What a peer with this state vector lacks, as an update. */
  missing(stateVector: Uint8Array): Uint8Array;
}

interface Answer {
  packet: Packet;
  /** How many of the changes it contains. */
  upTo: number;
}

/** What is kept as long as somebody asks for it. */
class Kept {
  readonly answers = new Map<string, Answer>();
  /** Since the oldest answer. */
  readonly changes: Uint8Array[] = [];
  changedBytes = 0;
  /** The changes from the n-th on. */
  readonly rests = new Map<number, Packet>();
}

export class Answers {
  #kept: Kept | null = null;
  #isUsed = false;

  /** The note has just been opened, from a snapshot: that is the answer for who has nothing. */
  begin({ snapshot, updates }: LoadedNote): void {
    this.#kept = null;
    if (!snapshot) return;
    this.#keep(nothing, snapshot.update);
    for (const { update } of updates) this.changed(update);
  }

  /** The document, durable again, has this change more. */
  changed(update: Uint8Array): void {
    const kept = this.#kept;
    if (!kept) return;
    kept.changes.push(update);
    kept.changedBytes += update.length;
    kept.rests.clear();
    if (kept.changes.length > maxChanges || kept.changedBytes > maxChangedBytes) this.#kept = null;
  }

  /** Whether the answer for this state vector is there. */
  has(stateVector: Uint8Array): boolean {
    return this.#kept?.answers.has(keyOf(stateVector)) ?? false;
  }

  /** What a peer with this state vector lacks of the note: a step 2, and what came after it. */
  to(stateVector: Uint8Array, note: Pick<Told, 'missing'>): Packet[] {
    this.#isUsed = true;
    const known = this.#kept?.answers.get(keyOf(stateVector));
    const { packet, upTo } = known ?? this.#keep(stateVector, note.missing(stateVector));
    return !this.#kept || upTo === this.#kept.changes.length ? [packet] : [packet, restOf(this.#kept, upTo)];
  }

  /** To be called now and then: what nobody has asked for since the last time is forgotten. */
  rest(): void {
    if (!this.#isUsed) this.#kept = null;
    this.#isUsed = false;
  }

  #keep(stateVector: Uint8Array, update: Uint8Array): Answer {
    if (this.#kept && this.#kept.answers.size >= maxAnswers) this.#kept = null;
    const { answers, changes } = (this.#kept ??= new Kept());
    const answer = { packet: new Packet(writeStep2(update)), upTo: changes.length };
    answers.set(keyOf(stateVector), answer);
    return answer;
  }
}

function restOf({ changes, rests }: Kept, index: number): Packet {
  const rest = rests.get(index) ?? new Packet(writeUpdate(mergeUpdates(changes.slice(index))));
  rests.set(index, rest);
  return rest;
}
