// Who was writing and is not heard any more (server/PROTOCOL.md, P7 and P8), as the server tells it.
//
// How long they have not been heard goes on here, on this page's own clock: the server says how long it was when it
// told. While this page is cut off it knows nothing of the others, and says nothing; it is told again when it is back.
import { createSubscriber } from 'svelte/reactivity';

export interface SilentPerson {
  personId: string;
  name: string;
  colour: string;
  forMs: number;
}

export interface PersonBack {
  personId: string;
  name: string;
  /** Everything they had has arrived. */
  isWhole: boolean;
}

export interface SilenceNews {
  /** Of whom this page had not been told. */
  fresh: readonly SilentPerson[];
  back: readonly PersonBack[];
}

const tickMs = 5000;

export class Silence {
  #told = $state.raw<readonly (SilentPerson & { at: number })[]>([]);
  /** Whose silence was news already. */
  #known: readonly string[] = [];
  #listeners: readonly ((news: SilenceNews) => void)[] = [];
  readonly #now: () => number;
  /** What the ages are reckoned to, so that all that show one say the same. */
  #shownAt = 0;
  readonly #tick = createSubscriber((update) => {
    const timer = setInterval(() => {
      this.#shownAt = this.#now();
      update();
    }, tickMs);
    return () => clearInterval(timer);
  });

  constructor(now: () => number) {
    this.#now = now;
  }

  /** With how long it has been by now; in a template that goes on. */
  get people(): readonly SilentPerson[] {
    if (this.#told.length === 0) return this.#told;
    this.#tick();
    return this.#told.map(({ at, forMs, ...person }) => ({ ...person, forMs: forMs + this.#shownAt - at }));
  }

  /** Takes a `silent` notice, as it came over the wire; `me` is left out. */
  take(notice: Record<string, unknown>, me: string): void {
    const at = this.#now();
    const people = listOf(notice.people).flatMap((entry) => {
      const { id, name, colour, forMs } = entry;
      const isRead = isText(id) && isText(name) && isText(colour) && typeof forMs === 'number';
      return isRead && id !== me ? [{ personId: id, name, colour, forMs, at }] : [];
    });
    const back = listOf(notice.back).flatMap(({ id, name, isWhole }) =>
      isText(id) && isText(name) && id !== me ? [{ personId: id, name, isWhole: isWhole === true }] : [],
    );
    this.#told = people;
    this.#shownAt = at;
    const known = this.#known.filter((id) => !back.some(({ personId }) => personId === id));
    const fresh = people.filter(({ personId }) => !known.includes(personId));
    this.#known = [...known, ...fresh.map(({ personId }) => personId)];
    if (fresh.length + back.length > 0) for (const listener of this.#listeners) listener({ fresh, back });
  }

  /** This page is cut off. */
  forget(): void {
    this.#told = [];
  }

  /** Returns its undo. */
  onNews(listener: (news: SilenceNews) => void): () => void {
    this.#listeners = [...this.#listeners, listener];
    return () => {
      this.#listeners = this.#listeners.filter((other) => other !== listener);
    };
  }
}

const isText = (value: unknown): value is string => typeof value === 'string';

const listOf = (value: unknown): Record<string, unknown>[] =>
  Array.isArray(value) ? value.filter((entry) => typeof entry === 'object' && entry !== null) : [];
