// Whether an examined update may join the document in this tick, whatever else was admitted before it.
//
//   whose    a new struct stands under a Yjs id of the session's person (peer-owners.ts)
//   fits     nothing is missing before it: with a hole it would lie in the document as "pending", invisible, and
//            hide all later edits of its author
//   placed   the tree gets no deeper and no node wider than readers can take (placement.ts)
//   size     the note has room for it (note-size.ts, asked by open-note.ts)
//
// What is there already, in the document or from earlier in the tick, is taken out of an update here. It might be
// forged, and must reach neither the record nor the other peers; and so each clock comes from one update only, the
// one that was judged. Under somebody else's id only what the document had before the tick counts as there.
// Only what is admitted leaves a mark: claims of ids, and how far each peer reaches. Lives for one tick.
import * as Y from 'yjs';
import { endOf, runOf } from './outline.ts';
import type { Writer, PeerOwners } from './peer-owners.ts';
import { ownerLimits } from './peer-owners.ts';
import { Placement } from './placement.ts';
import type { ExaminedUpdate } from './validate.ts';

/**
 * `gap`: something it builds on is not there. `fault`: it claims clocks beyond reason. `unfit`: too deep, or too many
 * attributes. `bytes`: what is new in it, as an update.
 */
export type Admission =
  | { state: 'admitted'; bytes: Uint8Array }
  | { state: 'gap' | 'fault' | 'foreign' | 'held' | 'too-many' | 'unfit' };

export class Frontier {
  readonly #document: Y.Doc;
  readonly #owners: PeerOwners;
  readonly #admitted: ExaminedUpdate['brings'][] = [];
  #placement: Placement | null = null;
  readonly #reached = new Map<number, number>();

  constructor(document: Y.Doc, owners: PeerOwners) {
    this.#document = document;
    this.#owners = owners;
  }

  /**
   * Judges, and if all is well counts the update as reached and its new ids as the writer's. `isMemory`: it may give
   * back what others wrote (I5); then it claims nothing.
   */
  admit(update: ExaminedUpdate, who: Writer, isMemory = false): Admission {
    const { brings, needs, deletes } = update;
    let isPartlyKnown = false;
    let newIds = 0;
    for (const { peer, from, to } of brings) {
      if (from < this.#clockOf(peer)) isPartlyKnown = true;
      if (isMemory && this.#clockOf(peer) === 0 && !this.#hasRoomForId(newIds++))
        return { state: 'too-many' };
      if (to <= this.#knownOf(peer) || isMemory) continue;
      const judgement = this.#owners.judge(who, peer, newIds);
      if (judgement !== 'own') return { state: judgement };
      if (!this.#owners.isOwned(peer)) newIds++;
    }
    for (const { peer, from, lastDeletedFrom } of brings) {
      if (from > this.#clockOf(peer)) return { state: 'gap' };
      if (lastDeletedFrom >= this.#clockOf(peer)) return { state: 'fault' };
    }
    for (const [peer, clock] of needs) if (clock > this.#reachOf(peer, brings)) return { state: 'gap' };
    for (const { peer, ranges } of deletes) {
      if (endOf(ranges) > this.#reachOf(peer, brings)) return { state: 'gap' };
    }
    if (!this.#isPlaced(update)) return { state: 'unfit' };
    this.#admitted.push(brings);
    const bytes = isPartlyKnown ? this.#newIn(update) : update.bytes;
    for (const { peer, to } of brings) {
      if (to <= this.#knownOf(peer)) continue;
      this.#reached.set(peer, Math.max(this.#clockOf(peer), to));
      if (!isMemory) this.#owners.claim(who, peer);
    }
    return { state: 'admitted', bytes };
  }

  /** Ids that nobody claims count as well. */
  #hasRoomForId(before: number): boolean {
    const there = this.#document.store.clients.size + this.#reached.size;
    return there + before < ownerLimits.idsPerNote;
  }

  #isPlaced({ brings, nodes }: ExaminedUpdate): boolean {
    if (nodes.length === 0) return true;
    const news = nodes.filter(({ id }) => id.clock >= this.#clockOf(id.client));
    if (news.length === 0) return true;
    this.#placement ??= new Placement(this.#document, this.#admitted);
    return this.#placement.fits(brings, news);
  }

  /** In the document. */
  #knownOf(peer: number): number {
    return Y.getState(this.#document.store, peer);
  }

  /** In the document, or admitted in this tick. */
  #clockOf(peer: number): number {
    return this.#reached.get(peer) ?? this.#knownOf(peer);
  }

  /** With what an update brings. */
  #reachOf(peer: number, brings: ExaminedUpdate['brings']): number {
    return Math.max(this.#clockOf(peer), runOf(brings, peer)?.to ?? 0);
  }

  #newIn({ bytes, brings }: ExaminedUpdate): Uint8Array {
    const known = new Map(brings.map(({ peer }) => [peer, this.#clockOf(peer)]));
    return Y.diffUpdate(bytes, Y.encodeStateVector(known));
  }
}
