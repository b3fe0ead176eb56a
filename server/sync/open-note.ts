// An open note between its document and its log: steps 1 and 2 of a tick (room.ts), without any socket.
//
// A note with a snapshot begins `asleep`: its records were read and fit together, and that is all that an answer to
// somebody new takes. Its document is made by `wake`, before anything is applied, edited or looked at.
//
// Invariant: between calls of `commit` the document is exactly what the log holds. A document that can no longer
// be trusted (an update stumbled in Yjs, an edit threw half way, a write failed) is made anew from the log.
import * as Y from 'yjs';
import type { NoteId } from '../../src/core/ids.ts';
import type { NoteLog } from '../storage/note-log.ts';
import { recordsOf } from '../storage/read-note.ts';
import type { LoadedNote } from '../storage/read-note.ts';
import type { Told } from './answers.ts';
import type { Admission } from './frontier.ts';
import { Frontier } from './frontier.ts';
import { Journal } from './journal.ts';
import { LiveDocument } from './live-document.ts';
import { joinUpdates, mergeUpdates } from './merge.ts';
import { NoteSize } from './note-size.ts';
import { reachOf } from './outline.ts';
import type { Writer } from './peer-owners.ts';
import { PeerOwners } from './peer-owners.ts';
import { closeCode } from './protocol.ts';
import type { Contribution, Session } from './session.ts';
import type { Roots } from './validate.ts';

/** A function that somebody wants run on the document, and waits for. */
export interface Request {
  run(doc: Y.Doc): unknown;
  resolve(value: unknown): void;
  reject(error: unknown): void;
}

/** What waited for a tick. */
export interface Work {
  contributions: Contribution[];
  edits: Request[];
  looks: Request[];
}

/**
 * `change` is what is new on disk; null when nothing is. Those concerned have been told unless it failed. A write that
 * failed may be on disk all the same: then the change is the note's, and everybody has to hear of it.
 */
export type Committed =
  | { state: 'durable'; change: Uint8Array | null; at: number }
  | { state: 'failed'; change: Uint8Array | null; at: number; error: unknown };

/** How long browsers may give back what a note that was set back has lost. */
const recoveryMs = 30 * 24 * 60 * 60 * 1000;

/** `bytes`: what is new in it. */
interface Admitted {
  contribution: Contribution;
  bytes: Uint8Array;
}

export class OpenNote implements Told {
  readonly #roots: Roots;
  readonly #journal: Journal;
  readonly #owners: PeerOwners;
  readonly #size: NoteSize;
  readonly #recoversUntil: number;
  /** `reach`: how far each peer gets in its records. */
  #made: LiveDocument | { asleep: LoadedNote; reach: Map<number, number> };

  /** Asleep where that is possible. Throws when the records do not fit together. */
  constructor(noteLog: NoteLog, noteId: NoteId, note: LoadedNote, roots: Roots) {
    this.#roots = roots;
    this.#journal = new Journal(noteLog, noteId, note);
    this.#owners = new PeerOwners(note);
    this.#recoversUntil = note.setBackAt === undefined ? -Infinity : note.setBackAt + recoveryMs;
    const records = recordsOf(note);
    this.#size = new NoteSize(records.reduce((sum, { update }) => sum + update.length, 0));
    const reach = note.snapshot && reachOf(records.map(({ update }) => update));
    this.#made = reach ? { asleep: note, reach } : LiveDocument.of(note, roots);
  }

  get isAsleep(): boolean {
    return 'asleep' in this.#made;
  }

  /** Makes the document. Throws when the records do not fit together after all. */
  wake(): void {
    if ('asleep' in this.#made) this.#made = LiveDocument.of(this.#made.asleep, this.#roots);
  }

  stateVector(): Uint8Array {
    return Y.encodeStateVector('asleep' in this.#made ? this.#made.reach : this.#made.doc);
  }

  missing(stateVector: Uint8Array): Uint8Array {
    return Y.encodeStateAsUpdate(this.#doc, stateVector);
  }

  get #document(): LiveDocument {
    if ('asleep' in this.#made) throw new RangeError('This note has no document yet.');
    return this.#made;
  }

  /** Durable between commits. */
  get #doc(): Y.Doc {
    return this.#document.doc;
  }

  /** Whether `who` may be shown under this Yjs id; if so, it is theirs. */
  name(who: Writer, peer: number): boolean {
    return this.#owners.name(who, peer);
  }

  /** `who` is gone. */
  left(who: Writer): void {
    this.#owners.left(who);
  }

  /**
   * Applies what fits, runs the edits, writes all of it as one record, and then tells sessions and edits. When the
   * write fails the contributions are held, the edits rejected, and the document is as on disk again. Rejects when
   * that cannot be had.
   */
  async commit(work: Work, now: number): Promise<Committed> {
    const kept = await this.#apply(this.#admit(work.contributions, now));
    // Who has left since they wrote must not hold their ids for ever.
    for (const { session } of work.contributions) if (session.state === 'ended') this.#owners.left(session);
    const results = await this.#edit(work.edits);
    const change = this.#document.takeChange();
    let at = now;
    if (change) {
      for (const peer of this.#document.serverPeers) this.#owners.claimForServer(peer);
      const { lastSequence } = this.#journal;
      const author = work.edits.length > 0 ? '' : authorOf(kept.map(({ contribution }) => contribution));
      try {
        at = await this.#journal.append(change, author, this.#owners.takeClaims(), now);
      } catch (error) {
        refuse({ ...work, contributions: kept.map(({ contribution }) => contribution) }, error);
        await this.#renew();
        const isThere = this.#journal.lastSequence > lastSequence;
        return { state: 'failed', change: isThere ? change : null, at, error };
      }
    }
    this.#size.add(change?.length ?? 0);
    for (const { contribution } of kept) contribution.session.saved(contribution);
    for (const tell of results) tell();
    return { state: 'durable', change, at };
  }

  /** Answers those who want to look. Whoever changes the document there gets an error, and the document is made anew. */
  async show(looks: readonly Request[]): Promise<void> {
    for (const { run, resolve, reject } of looks) {
      try {
        resolve(this.#document.look(run));
      } catch (error) {
        reject(error);
        if (this.#document.isTorn) await this.#renew();
      }
    }
  }

  /** Whether there are so many records since the last snapshot, or they hold so many bytes. */
  isTailLong({ records, bytes }: { records: number; bytes: number }): boolean {
    return this.#journal.tailLength >= records || this.#journal.tailBytes >= bytes;
  }

  /** Puts a snapshot in place of the records so far. To be called between commits, which may go on meanwhile. */
  compact(): Promise<void> {
    return this.#journal.compact(this.stateVector());
  }

  destroy(): void {
    if (!('asleep' in this.#made)) this.#made.doc.destroy();
  }

  #admit(contributions: readonly Contribution[], now: number): Admitted[] {
    const frontier = new Frontier(this.#doc, this.#owners);
    const measure = () => Y.encodeStateAsUpdate(this.#doc).length;
    const admitted: Admitted[] = [];
    let waiting = 0;
    const waitingOf = new Map<Session, number>();
    for (const contribution of contributions) {
      const { session, update, isAnswer } = contribution;
      const size = update.bytes.length;
      const ofSession = waitingOf.get(session) ?? 0;
      if (update.brings.length > 0 && !this.#size.hasRoomFor(waiting + size, now, measure)) {
        // What others say before it in this tick may come to nothing.
        if (this.#size.hasRoomFor(ofSession + size, now, measure)) session.turnedAway(contribution);
        else session.end(closeCode.tooLarge, 'This note is full.');
        continue;
      }
      const isMemory = isAnswer && now < this.#recoversUntil;
      const admission = frontier.admit(update, session, isMemory);
      if (admission.state !== 'admitted') {
        turnAway(contribution, admission.state);
        continue;
      }
      const { bytes } = admission;
      waiting += bytes.length;
      waitingOf.set(session, ofSession + bytes.length);
      admitted.push({ contribution, bytes });
    }
    return admitted;
  }

  async #apply(admitted: Admitted[]): Promise<Admitted[]> {
    const news = admitted.filter(({ contribution }) => !contribution.update.isEmpty);
    if (news.length === 0 || this.#document.apply(merge(news))) return admitted;
    // One of them is not what it seemed. One by one its sender shows, and the others lose nothing.
    await this.#renew();
    const culprits = new Set<Admitted>();
    for (const one of news) {
      if (this.#document.apply(one.bytes)) continue;
      culprits.add(one);
      one.contribution.session.end(closeCode.malformed, 'This change cannot be applied.');
      await this.#renew();
    }
    return admitted.filter((one) => !culprits.has(one));
  }

  /** Runs the edits; what is returned tells their results. */
  async #edit(edits: readonly Request[]): Promise<(() => void)[]> {
    const results: (() => void)[] = [];
    for (const { run, resolve, reject } of edits) {
      try {
        const value = this.#document.edit(run);
        results.push(() => resolve(value));
      } catch (error) {
        reject(error);
        if (this.#document.isTorn) await this.#renew();
      }
    }
    return results;
  }

  /** Makes the document anew: what the log has, and what this tick had done so far. */
  async #renew(): Promise<void> {
    const torn = this.#document;
    const note = await this.#journal.reload();
    torn.doc.destroy();
    this.#owners.reload(note);
    const document = LiveDocument.of(note, this.#roots);
    document.replay(torn);
    this.#made = document;
  }
}

/** Nearly always everything in them is new. */
function merge(admitted: readonly Admitted[]): Uint8Array {
  const isAllNew = admitted.every(({ bytes, contribution }) => bytes === contribution.update.bytes);
  return isAllNew
    ? joinUpdates(admitted.map(({ contribution }) => contribution.update))
    : mergeUpdates(admitted.map(({ bytes }) => bytes));
}

/** Turns work away that cannot be written now. Looks are not concerned. */
export function refuse({ contributions, edits }: Work, error: unknown): void {
  for (const contribution of contributions) contribution.session.held(contribution);
  for (const { reject } of edits) reject(error);
}

/** A gap is asked for again; all else is the peer's fault, and ends its session. */
function turnAway(contribution: Contribution, state: Exclude<Admission['state'], 'admitted'>): void {
  const { session } = contribution;
  switch (state) {
    case 'gap':
      return session.turnedAway(contribution);
    case 'fault':
      return session.end(closeCode.malformed, 'This change claims what it cannot have.');
    case 'foreign':
      return session.end(closeCode.foreignId, 'This change stands under somebody else’s Yjs id.');
    case 'held':
      return session.end(closeCode.overload, 'Another connection uses this Yjs id at the moment.');
    case 'too-many':
      return session.end(closeCode.tooLarge, 'This note has too many Yjs ids.');
    case 'unfit':
      return session.end(closeCode.tooLarge, 'This change is nested too deeply, or has too many attributes.');
    default:
      return state satisfies never;
  }
}

/** The one author of a tick's contributions; '' when there are several. */
function authorOf(contributions: readonly Contribution[]): string {
  const written = contributions.filter(({ update }) => !update.isEmpty);
  const authors = new Set(written.map(({ session }) => session.person.id));
  return authors.size === 1 ? [...authors].join('') : '';
}
