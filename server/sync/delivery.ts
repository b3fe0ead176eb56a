// What one tick has to say, made once for all sessions however many ask.
import * as Y from 'yjs';
import type { Answers, Told } from './answers.ts';
import { Packet } from './packet.ts';
import type { AwarenessEntry } from './protocol.ts';
import { writeAwareness, writeStep1, writeUpdate } from './protocol.ts';

/** What a tick has to say, all of it durable. What is a function is made once, when asked for. */
export interface Delivery {
  /** The tick's change and presence, for everybody who follows. */
  news: Packet | null;
  change(): Packet | null;
  /** Of those whose presence changed. */
  presence(): Packet | null;
  /** Everybody's presence. */
  everybody(): Packet;
  /** The question what a peer has. */
  step1(): Packet;
  stateVector(): Uint8Array;
  /** Of the document before the change. */
  stateVectorBefore(): Uint8Array;
  /** What a peer with this state vector lacks. */
  missing(stateVector: Uint8Array): Packet[];
}

/** `note` stays as it is until all is delivered; `answers` have been told of `change`. */
export function createDelivery(
  note: Told,
  change: Uint8Array | null,
  answers: Answers,
  presence: { changes: readonly AwarenessEntry[]; all(): AwarenessEntry[] },
): Delivery {
  const stateVector = once(() => note.stateVector());
  const changes = change ? [writeUpdate(change)] : [];
  const moves = presence.changes.length > 0 ? [writeAwareness(presence.changes)] : [];
  const packet = (messages: readonly Uint8Array[]) => (messages.length > 0 ? new Packet(...messages) : null);
  return {
    news: packet([...changes, ...moves]),
    change: once(() => packet(changes)),
    presence: once(() => packet(moves)),
    everybody: once(() => new Packet(writeAwareness(presence.all()))),
    step1: once(() => new Packet(writeStep1(stateVector()))),
    stateVector,
    stateVectorBefore: once(() => stateVectorBefore(stateVector(), change)),
    missing: (stateVector) => answers.to(stateVector, note),
  };
}

function stateVectorBefore(stateVector: Uint8Array, change: Uint8Array | null): Uint8Array {
  const clocks = Y.decodeStateVector(stateVector);
  if (change) for (const [peer, clock] of Y.parseUpdateMeta(change).from) clocks.set(peer, clock);
  return Y.encodeStateVector(clocks);
}

function once<T extends object | null>(make: () => T): () => T {
  let made: { value: T } | null = null;
  return () => (made ??= { value: make() }).value;
}
