// What peers lack when they ask, made once for all who have the same.
//
// Everybody who comes to a meeting asks with the same empty state vector, a whole room comes back with the same one
// after a restart, and encoding a long note takes milliseconds. So an answer is kept while it is asked for, and whoever
// asks a little later gets it with the changes made since: the same state. Those changes are merged for each who asks
// while they are few and short; then they are merged for good, and what is long stays a message of its own.
//
// All of it goes as updates, with an empty step 2 behind them: a peer says that it is synced when a step 2 has come,
// and must have everything by then.
import { recordsOf } from '../storage/read-note.ts';
import type { LoadedNote } from '../storage/read-note.ts';
import { mergeUpdates } from './merge.ts';
import { Packet } from './packet.ts';
import { writeStep2, writeUpdate } from './protocol.ts';

const maxAnswers = 16;
/** A peer may ask with ever other state vectors, and a note may be 5 MiB. */
const maxAnsweredBytes = 16 * 1024 * 1024;
/** What is merged anew for each tick in which somebody asks. */
const maxChanges = 100;
const maxChangedBytes = 64 * 1024;
/** What is merged for good holds what was deleted since, too: an answer made anew does not. */
const maxAdditions = 20;
const maxAddedBytes = 1024 * 1024;

const nothing = Uint8Array.of(0);
const end = new Packet(writeStep2(Uint8Array.of(0, 0)));
const keyOf = (stateVector: Uint8Array) => Buffer.from(stateVector).toString('latin1');

/** A note that somebody may be told of: durable, and the same until the answer is given. */
export interface Told {
  stateVector(): Uint8Array;
  /** What a peer with this state vector lacks, as an update. */
  missing(stateVector: Uint8Array): Uint8Array;
}

interface Answer {
  packet: Packet;
  /** How many of the additions it contains, */
  additions: number;
  /** and how many of the changes. */
  changes: number;
}

/** What is kept as long as somebody asks for it. */
class Kept {
  readonly answers = new Map<string, Answer>();
  #answeredBytes = 0;
  /** Changes merged for good, oldest first. */
  readonly #additions: Packet[] = [];
  #addedBytes = 0;
  /** Those after the additions. */
  #changes: Uint8Array[] = [];
  #changedBytes = 0;
  /** The changes from the n-th on. */
  readonly #rests = new Map<number, Packet>();

  get isOld(): boolean {
    return this.#additions.length > maxAdditions || this.#addedBytes > maxAddedBytes;
  }

  hasRoomFor({ byteLength }: Packet): boolean {
    return this.answers.size < maxAnswers && this.#answeredBytes + byteLength <= maxAnsweredBytes;
  }

  keep(stateVector: Uint8Array, packet: Packet): void {
    const answer = { packet, additions: this.#additions.length, changes: this.#changes.length };
    this.answers.set(keyOf(stateVector), answer);
    this.#answeredBytes += packet.byteLength;
  }

  add(change: Uint8Array): void {
    const isFull = this.#changes.length >= maxChanges || this.#changedBytes + change.length > maxChangedBytes;
    if (isFull && this.#changes.length > 0) this.#settle();
    this.#changes.push(change);
    this.#changedBytes += change.length;
    this.#rests.clear();
  }

  whole({ packet, additions, changes }: Answer): Packet[] {
    const isBehind = changes < this.#changes.length;
    const rest = isBehind ? [this.#restFrom(changes)] : [];
    return [packet, ...this.#additions.slice(additions), ...rest, end];
  }

  /** Who had some of the changes gets those twice, which does no harm. */
  #settle(): void {
    const addition = this.#restFrom(0);
    this.#additions.push(addition);
    this.#addedBytes += addition.byteLength;
    this.#changes = [];
    this.#changedBytes = 0;
    for (const answer of this.answers.values()) answer.changes = 0;
  }

  #restFrom(index: number): Packet {
    const rest = this.#rests.get(index) ?? new Packet(writeUpdate(mergeUpdates(this.#changes.slice(index))));
    this.#rests.set(index, rest);
    return rest;
  }
}

export class Answers {
  #kept: Kept | null = null;
  #isUsed = false;

  /** The note has just been opened: its first record is the answer for who has nothing, if few came after it. */
  begin(note: LoadedNote): void {
    this.#kept = null;
    const [first, ...later] = recordsOf(note);
    if (!first || later.length > maxChanges) return;
    this.#keep(nothing, first.update);
    for (const { update } of later) this.changed(update);
  }

  /** The document, durable again, has this change more. */
  changed(update: Uint8Array): void {
    this.#kept?.add(update);
    if (this.#kept?.isOld) this.#kept = null;
  }

  /** Whether the answer for this state vector is there. */
  has(stateVector: Uint8Array): boolean {
    return this.#kept?.answers.has(keyOf(stateVector)) ?? false;
  }

  /** What a peer with this state vector lacks of the note: updates, and a step 2 that says that these are all. */
  to(stateVector: Uint8Array, note: Pick<Told, 'missing'>): Packet[] {
    this.#isUsed = true;
    const known = this.#kept?.answers.get(keyOf(stateVector));
    if (known && this.#kept) return this.#kept.whole(known);
    return [this.#keep(stateVector, note.missing(stateVector)), end];
  }

  /** To be called now and then: what nobody has asked for since the last time is forgotten. */
  rest(): void {
    if (!this.#isUsed) this.#kept = null;
    this.#isUsed = false;
  }

  #keep(stateVector: Uint8Array, update: Uint8Array): Packet {
    const packet = new Packet(writeUpdate(update));
    if (this.#kept && !this.#kept.hasRoomFor(packet)) this.#kept = null;
    this.#kept ??= new Kept();
    this.#kept.keep(stateVector, packet);
    return packet;
  }
}
