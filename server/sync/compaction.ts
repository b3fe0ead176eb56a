// When an open note's records give way to a snapshot: while people write, once there are very many, and when the room
// closes, once there are some. One at a time. How it is done: journal.ts.
import type { NoteId } from '../../src/core/ids.ts';
import type { OpenNote } from './open-note.ts';
import type { RoomTools } from './room-tools.ts';

/** Records worth a snapshot when the room closes: opening the note again takes as long as they are many and large. */
const longTail = { records: 100, bytes: 64 * 1024 };
/** The same while it is open: whoever writes and deletes all day must not fill the disk with it. */
const veryLongTail = { records: 5000, bytes: 16 * 1024 * 1024 };
/** After a snapshot could not be made. */
const againMs = 60_000;

export class Compaction {
  readonly #noteId: NoteId;
  readonly #tools: Pick<RoomTools, 'clock' | 'log'>;
  #running: Promise<void> | null = null;
  #notBefore = -Infinity;

  constructor(noteId: NoteId, tools: Pick<RoomTools, 'clock' | 'log'>) {
    this.#noteId = noteId;
    this.#tools = tools;
  }

  /** To be called between commits; people write on meanwhile. */
  whileOpen(note: OpenNote): void {
    if (this.#running || this.#tools.clock.now() < this.#notBefore || !note.isTailLong(veryLongTail)) return;
    this.#running = this.#compact(note).then(() => {
      this.#running = null;
    });
  }

  /** To be called after the last commit. */
  async atClose(note: OpenNote): Promise<void> {
    await this.#running;
    if (note.isTailLong(longTail)) await this.#compact(note);
  }

  /** Settles when no snapshot is being made. */
  async done(): Promise<void> {
    await this.#running;
  }

  async #compact(note: OpenNote): Promise<void> {
    try {
      await note.compact();
    } catch (error) {
      // The records are all still there: a longer way to load, nothing worse.
      this.#notBefore = this.#tools.clock.now() + againMs;
      this.#tools.log.warn({ note: this.#noteId, err: error }, 'a note could not be compacted');
    }
  }
}
