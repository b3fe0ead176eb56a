// Where an open note stands in its log: which record comes next, since when, and how long the tail has grown.
// One journal per open note, held by its room: it is the note's only writer.
import type { NoteId } from '../../src/core/ids.ts';
import type { NoteLog } from '../storage/note-log.ts';
import type { LoadedNote } from '../storage/read-note.ts';

export class Journal {
  readonly #log: NoteLog;
  readonly #noteId: NoteId;
  #firstOfTail: number;
  #lastSequence: number;
  #lastAt: number;
  #tailBytes: number;

  constructor(log: NoteLog, noteId: NoteId, note: LoadedNote) {
    this.#log = log;
    this.#noteId = noteId;
    this.#lastSequence = note.lastSequence;
    this.#lastAt = note.lastAt;
    this.#firstOfTail = (note.snapshot?.sequence ?? 0) + 1;
    this.#tailBytes = bytesOf(note);
  }

  /** Of the last record on disk, as far as is known. */
  get lastSequence(): number {
    return this.#lastSequence;
  }

  /** Records since the snapshot. */
  get tailLength(): number {
    return this.#lastSequence - this.#firstOfTail + 1;
  }

  /** Of the updates in them. */
  get tailBytes(): number {
    return this.#tailBytes;
  }

  /** Adds the next record; resolves with its time once it is on disk. Times in a note never go back. */
  async append(
    update: Uint8Array,
    author: string,
    owners: ReadonlyMap<number, string>,
    now: number,
  ): Promise<number> {
    const at = Math.max(now, this.#lastAt);
    await this.#log.append(this.#noteId, { sequence: this.#lastSequence + 1, at, author, update, owners });
    this.#lastSequence++;
    this.#tailBytes += update.length;
    this.#lastAt = at;
    return at;
  }

  /** The note as it is on disk now. Rejects when it cannot be read, or is not what was written. */
  async reload(): Promise<LoadedNote> {
    const load = await this.#log.load(this.#noteId);
    if (load.state !== 'whole') {
      const account = load.state === 'damaged' ? load.account.join(' ') : 'It is gone.';
      throw new Error(`The note cannot be read again. ${account}`);
    }
    // A write that failed may be on disk all the same.
    this.#lastSequence = load.note.lastSequence;
    this.#lastAt = load.note.lastAt;
    this.#tailBytes = bytesOf(load.note);
    return load.note;
  }

  /** Puts one snapshot in the place of all records so far; more may come meanwhile. `stateVector`: of the document they make. */
  async compact(stateVector: Uint8Array): Promise<void> {
    const sequence = this.#lastSequence;
    const bytes = this.#tailBytes;
    await this.#log.compact(this.#noteId, { sequence, stateVector });
    this.#firstOfTail = sequence + 1;
    this.#tailBytes = Math.max(0, this.#tailBytes - bytes);
  }
}

const bytesOf = ({ updates }: LoadedNote) => updates.reduce((sum, { update }) => sum + update.length, 0);
