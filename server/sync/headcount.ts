// How many sockets are open under one name: a person, an address. Bounds what one peer can hold by opening many.

/** Counts who is in, by name. */
export class Headcount {
  readonly #most: number;
  readonly #counts = new Map<string, number>();

  constructor(most: number) {
    this.#most = most;
  }

  /** One more; returns how to take it back, once. Null when there are as many as may be. */
  enter(name: string): (() => void) | null {
    const count = this.#counts.get(name) ?? 0;
    if (count >= this.#most) return null;
    this.#counts.set(name, count + 1);
    let isIn = true;
    return () => {
      if (isIn) this.#leave(name);
      isIn = false;
    };
  }

  #leave(name: string): void {
    const left = (this.#counts.get(name) ?? 0) - 1;
    if (left > 0) this.#counts.set(name, left);
    else this.#counts.delete(name);
  }
}
