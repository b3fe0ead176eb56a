// What peers lack when they ask, made once for all who have the same.
//
// Everybody who comes to a meeting asks with the same empty state vector, a whole room comes back with the same one
// after a restart, and encoding a long note takes milliseconds. So an answer is kept, and whoever asks a little later
// gets it with the changes made since: the same state. Kept while it is asked for and those changes are few.
import * as Y from 'yjs';
import type { LoadedNote } from '../storage/read-note.ts';
import { mergeUpdates } from './merge.ts';
import { Packet } from './packet.ts';
import { writeStep2, writeUpdate } from './protocol.ts';

const maxAnswers = 16;
const maxChanges = 100;
const maxChangedBytes = 64 * 1024;

const nothing = Uint8Array.of(0);
const keyOf = (stateVector: Uint8Array) => Buffer.from(stateVector).toString('latin1');

interface Answer {
  packet: Packet;
  /** How many of the changes it contains. */
  upTo: number;
}

export class Answers {
  readonly #answers = new Map<string, Answer>();
  /** Since the oldest answer. */
  #changes: Uint8Array[] = [];
  #changedBytes = 0;
  /** The changes from the n-th on. */
  readonly #rests = new Map<number, Packet>();
  #isUsed = false;

  /** The document has just been opened, from a snapshot: that is the answer for who has nothing. */
  begin({ snapshot, updates }: LoadedNote): void {
    if (!snapshot) return;
    this.#answers.set(keyOf(nothing), { packet: new Packet(writeStep2(snapshot.update)), upTo: 0 });
    for (const { update } of updates) this.changed(update);
  }

  /** The document, durable again, has this change more. */
  changed(update: Uint8Array): void {
    if (this.#answers.size === 0) return;
    this.#changes.push(update);
    this.#changedBytes += update.length;
    this.#rests.clear();
    if (this.#changes.length > maxChanges || this.#changedBytes > maxChangedBytes) this.#forget();
  }

  /** What a peer with this state vector lacks of `doc`: a step 2, and what came after it. */
  to(stateVector: Uint8Array, doc: Y.Doc): Packet[] {
    this.#isUsed = true;
    const key = keyOf(stateVector);
    let answer = this.#answers.get(key);
    if (!answer) {
      if (this.#answers.size >= maxAnswers) this.#forget();
      const packet = new Packet(writeStep2(Y.encodeStateAsUpdate(doc, stateVector)));
      answer = { packet, upTo: this.#changes.length };
      this.#answers.set(key, answer);
    }
    return answer.upTo === this.#changes.length ? [answer.packet] : [answer.packet, this.#from(answer.upTo)];
  }

  /** To be called now and then: what nobody has asked for since the last time is forgotten. */
  rest(): void {
    if (!this.#isUsed) this.#forget();
    this.#isUsed = false;
  }

  #from(index: number): Packet {
    const rest = this.#rests.get(index) ?? new Packet(writeUpdate(mergeUpdates(this.#changes.slice(index))));
    this.#rests.set(index, rest);
    return rest;
  }

  #forget(): void {
    this.#answers.clear();
    this.#changes = [];
    this.#changedBytes = 0;
    this.#rests.clear();
  }
}
