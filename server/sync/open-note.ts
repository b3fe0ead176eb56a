// An open note between its document and its log: steps 1 and 2 of a tick (room.ts), without any socket.
//
// Invariant: between calls of `commit` the document is exactly what the log holds. A document that can no longer
// be trusted (an update stumbled in Yjs, an edit threw half way, a write failed) is made anew from the log.
import type * as Y from 'yjs';
import type { NoteId } from '../../src/core/ids.ts';
import type { LoadedNote, NoteLog } from '../storage/note-log.ts';
import { Journal } from './journal.ts';
import { LiveDocument } from './live-document.ts';
import { closeCode } from './protocol.ts';
import type { Contribution } from './session.ts';
import type { Roots } from './validate.ts';
import { Frontier } from './validate.ts';

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

/** `change` is null when there was nothing new to write. Those concerned have been told unless it failed. */
export type Committed =
  { state: 'durable'; change: Uint8Array | null; at: number } | { state: 'failed'; error: unknown };

export class OpenNote {
  readonly #roots: Roots;
  readonly #journal: Journal;
  #document: LiveDocument;

  /** Throws when the records do not fit together. */
  constructor(noteLog: NoteLog, noteId: NoteId, note: LoadedNote, roots: Roots) {
    this.#roots = roots;
    this.#document = LiveDocument.of(note, roots);
    this.#journal = new Journal(noteLog, noteId, note);
  }

  /** The document, durable between commits. */
  get doc(): Y.Doc {
    return this.#document.doc;
  }

  /**
   * Applies what fits, runs the edits, writes all of it as one record, and then tells sessions and edits. When the
   * write fails the contributions are held, the edits rejected, and the document is as on disk again. Rejects when
   * that cannot be had.
   */
  async commit(work: Work, now: number): Promise<Committed> {
    const kept = await this.#apply(this.#admit(work.contributions));
    const results = await this.#edit(work.edits);
    const change = this.#document.takeChange();
    let at = now;
    if (change) {
      try {
        at = await this.#journal.append(change, work.edits.length > 0 ? '' : authorOf(kept), now);
      } catch (error) {
        refuse({ ...work, contributions: kept }, error);
        await this.#renew();
        return { state: 'failed', error };
      }
    }
    for (const contribution of kept) contribution.session.saved(contribution);
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

  /** Puts a snapshot in place of the records if there are at least `fromLength`. */
  async compact(fromLength: number): Promise<void> {
    if (this.#journal.tailLength >= fromLength) await this.#journal.compact(this.doc);
  }

  destroy(): void {
    this.doc.destroy();
  }

  #admit(contributions: readonly Contribution[]): Contribution[] {
    const frontier = new Frontier(this.doc);
    return contributions.filter((contribution) => {
      const admission = frontier.admit(contribution.update);
      switch (admission) {
        case 'admitted':
          return true;
        case 'gap':
          contribution.session.turnedAway(contribution);
          return false;
        case 'fault':
          contribution.session.end(closeCode.malformed, 'This change claims what it cannot have.');
          return false;
        default:
          return admission satisfies never;
      }
    });
  }

  async #apply(contributions: Contribution[]): Promise<Contribution[]> {
    const news = contributions.filter(({ update }) => !update.isEmpty);
    if (this.#document.apply(news.map(({ update }) => update.bytes))) return contributions;
    // One of them is not what it seemed. One by one its sender shows, and the others lose nothing.
    await this.#renew();
    const culprits = new Set<Contribution>();
    for (const contribution of news) {
      if (this.#document.apply([contribution.update.bytes])) continue;
      culprits.add(contribution);
      contribution.session.end(closeCode.malformed, 'This change cannot be applied.');
      await this.#renew();
    }
    return contributions.filter((contribution) => !culprits.has(contribution));
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
    const { parts } = this.#document;
    const note = await this.#journal.reload();
    this.#document.doc.destroy();
    this.#document = LiveDocument.of(note, this.#roots);
    this.#document.replay(parts);
  }
}

/** Turns work away that cannot be written now. Looks are not concerned. */
export function refuse({ contributions, edits }: Work, error: unknown): void {
  for (const contribution of contributions) contribution.session.held(contribution);
  for (const { reject } of edits) reject(error);
}

/** The one author of a tick's contributions; '' when there are several. */
function authorOf(contributions: readonly Contribution[]): string {
  const written = contributions.filter(({ update }) => !update.isEmpty);
  const authors = new Set(written.map(({ session }) => session.person.id));
  return authors.size === 1 ? [...authors].join('') : '';
}
