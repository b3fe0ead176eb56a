// How many of a peer's sync frames (step 2 and update, empty ones too) are on disk, from the first on.
//
// The count is cumulative, so it may only pass a frame that was turned away once what it held has come again. It
// comes with the answer to a step 1 sent later: a step 2 contains everything the peer has. An answer that was
// already under way may not contain it, so answers are counted: a y-websocket peer answers each step 1 with
// exactly one step 2, in order. A peer that answers out of turn deceives nobody but itself.

/** A sync frame's place in its session. */
export interface FramePlace {
  /** The how many-th sync frame it is, from 1. */
  number: number;
  /** How many step 2 had come by then, itself included. */
  answers: number;
  isAnswer: boolean;
}

export class Receipts {
  #asked = 0; // step 1 sent
  #answered = 0; // step 2 received
  #received = 0;
  #saved = 0;
  #told = 0;
  /** The answer that makes good for frames turned away; Infinity: nobody has been asked yet. */
  #settlesWith: number | null = null;

  /** The server has sent a step 1. */
  ask(): void {
    this.#asked++;
  }

  /** A sync frame has come. */
  receive(isAnswer: boolean): FramePlace {
    if (isAnswer) this.#answered++;
    return { number: ++this.#received, answers: this.#answered, isAnswer };
  }

  /** It is on disk. True when nothing is owed any more. */
  save({ number, answers, isAnswer }: FramePlace): boolean {
    if (this.#settlesWith !== null) {
      if (!isAnswer || answers < this.#settlesWith) return false;
      this.#settlesWith = null;
    }
    this.#saved = number;
    return true;
  }

  /** It was turned away. True when the peer has to be asked (again): no answer on its way will contain it. */
  turnAway({ answers }: FramePlace): boolean {
    return this.#settlesWith === null || answers >= this.#settlesWith;
  }

  /** Frames were turned away, and the peer is not to be asked yet. */
  hold(): void {
    this.#settlesWith = Infinity;
  }

  /** The next step 1 will be for what was turned away. */
  settleWithNext(): void {
    this.#settlesWith = this.#asked + 1;
  }

  /** The count to tell the peer; null when it knows. */
  takeNews(): number | null {
    if (this.#saved === this.#told) return null;
    this.#told = this.#saved;
    return this.#saved;
  }
}
