// How much one session may send, by what it costs: a bucket that fills steadily, and is full at the start.
// Generous on purpose: a fast typist sends 15 frames a second, a paste is one large frame, and three hundred
// people may sit behind one address. It stops floods, not people.

export interface Rate {
  perSecond: number;
  /** How much may come at once after a quiet time. */
  burst: number;
}

export interface SessionLimits {
  frames: Rate;
  bytes: Rate;
  /** Structs and deleted ranges of its updates: bytes are cheap beside them. */
  parts: Rate;
  /** Step 1 and queries, whose answers may be large. */
  questions: Rate;
}

export const sessionLimits: SessionLimits = {
  frames: { perSecond: 1000, burst: 5000 },
  bytes: { perSecond: 1024 * 1024, burst: 16 * 1024 * 1024 },
  parts: { perSecond: 20_000, burst: 1_000_000 },
  questions: { perSecond: 2, burst: 60 },
};

/** Counts what a session sends. `take` is false once it is too much. Times in ms. */
export class Allowance {
  readonly #rate: Rate;
  #left: number;
  #filledAt: number;

  constructor(rate: Rate, now: number) {
    this.#rate = rate;
    this.#left = rate.burst;
    this.#filledAt = now;
  }

  take(amount: number, now: number): boolean {
    // A clock that is set back gives nothing and takes nothing.
    const gained = (Math.max(0, now - this.#filledAt) / 1000) * this.#rate.perSecond;
    this.#left = Math.min(this.#rate.burst, this.#left + gained) - amount;
    this.#filledAt = now;
    return this.#left >= 0;
  }
}

/** All that one session may send. Each take is false once it is too much. */
export class Allowances {
  readonly #frames: Allowance;
  readonly #bytes: Allowance;
  readonly #parts: Allowance;
  readonly #questions: Allowance;

  constructor({ frames, bytes, parts, questions }: SessionLimits, now: number) {
    this.#frames = new Allowance(frames, now);
    this.#bytes = new Allowance(bytes, now);
    this.#parts = new Allowance(parts, now);
    this.#questions = new Allowance(questions, now);
  }

  takeFrame(bytes: number, now: number): boolean {
    return this.#frames.take(1, now) && this.#bytes.take(bytes, now);
  }

  takeParts(count: number, now: number): boolean {
    return this.#parts.take(count, now);
  }

  takeQuestion(now: number): boolean {
    return this.#questions.take(1, now);
  }
}
