// What one tick has to say, made once for all sessions however many ask.
import * as Y from 'yjs';
import type { AwarenessEntry } from './protocol.ts';
import { writeAwareness, writeStep2, writeUpdate } from './protocol.ts';

/** What a tick has to say, all of it durable. Frames, except for the state vector; what is a function is made once, when asked for. */
export interface Delivery {
  change: Uint8Array | null;
  /** Of those whose presence changed. */
  presence: Uint8Array | null;
  everybody(): Uint8Array;
  stateVector(): Uint8Array;
  /** Of the document before `change`. */
  stateVectorBefore(): Uint8Array;
  /** What a peer with this state vector lacks. */
  missing(stateVector: Uint8Array): Uint8Array;
}

/** `doc` must be durable, and stay as it is until all is delivered. */
export function createDelivery(
  doc: Y.Doc,
  change: Uint8Array | null,
  presence: { changes: readonly AwarenessEntry[]; all(): AwarenessEntry[] },
): Delivery {
  // After a restart a whole room comes back with the same state vector.
  const answers = new Map<string, Uint8Array>();
  return {
    change: change && writeUpdate(change),
    presence: presence.changes.length > 0 ? writeAwareness(presence.changes) : null,
    everybody: once(() => writeAwareness(presence.all())),
    stateVector: once(() => Y.encodeStateVector(doc)),
    stateVectorBefore: once(() => stateVectorBefore(doc, change)),
    missing(stateVector) {
      const key = Buffer.from(stateVector).toString('latin1');
      const answer = answers.get(key) ?? writeStep2(Y.encodeStateAsUpdate(doc, stateVector));
      answers.set(key, answer);
      return answer;
    },
  };
}

function stateVectorBefore(doc: Y.Doc, change: Uint8Array | null): Uint8Array {
  const clocks = Y.decodeStateVector(Y.encodeStateVector(doc));
  if (change) for (const [peer, clock] of Y.parseUpdateMeta(change).from) clocks.set(peer, clock);
  return Y.encodeStateVector(clocks);
}

function once<T extends object>(make: () => T): () => T {
  let made: T | null = null;
  return () => (made ??= make());
}
