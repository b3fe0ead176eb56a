// How large a note is, as the bytes of its state, without measuring it each time.
//
// What has been written since the last measurement is an upper bound, because history only shrinks when it is
// gathered. Only when the bound passes the limit is the state measured, which costs milliseconds; and then not again
// before time or writing could have changed the answer. Taking away is always possible.

export const sizeLimits = {
  /** A hundred pages of text are 300 kB. */
  maxNoteBytes: 5 * 1024 * 1024,
  measureEveryMs: 10_000,
  measureEveryBytes: 1024 * 1024,
} as const;

export class NoteSize {
  #bytes: number;
  #measuredAt = -Infinity;
  #measuredBytes = -Infinity;

  /** `bytes`: of the records as loaded. */
  constructor(bytes: number) {
    this.#bytes = bytes;
  }

  /** Whether so much more may come. `measure` gives the bytes of the state. */
  hasRoomFor(bytes: number, now: number, measure: () => number): boolean {
    const { maxNoteBytes, measureEveryMs, measureEveryBytes } = sizeLimits;
    if (this.#bytes + bytes <= maxNoteBytes) return true;
    const isFresh =
      now - this.#measuredAt < measureEveryMs && this.#bytes - this.#measuredBytes < measureEveryBytes;
    if (!isFresh) {
      this.#bytes = this.#measuredBytes = measure();
      this.#measuredAt = now;
    }
    return this.#bytes + bytes <= maxNoteBytes;
  }

  add(bytes: number): void {
    this.#bytes += bytes;
  }
}
