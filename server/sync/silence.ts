// Whose edits have stopped arriving: people who were writing and are not heard any more.
//
// What a server can know of somebody it does not hear is when it last did, and what came then. Whether they have gone
// on writing, it cannot; so no more is told than that they were writing, and how long nothing has arrived. And it is
// told only of those who did not say goodbye: of an open socket from which nothing comes, no answer to pings either,
// and of one that broke without a close frame.
// They are heard again when they write, or when a page of theirs has answered a step 1 and that is on disk. An answer
// holds all that a page has: if it is the same page (it comes back under its Yjs id), everything has arrived.
// All is found out by looking, now and then, at what the sessions say of themselves; kept are only those whose socket
// broke, and what was told last. No clock: times are given.
import type { PersonId } from '../../src/core/ids.ts';
import type { Notice } from './protocol.ts';
import type { SessionPerson } from './session.ts';

/** Of an open socket. Pings are sent every 10 s. */
const quietMs = 15_000;
/** Of a broken one: most come back before anybody would notice. */
const brokenMs = 5000;
/** Who changed something so short a time before the last sign of life was writing. */
const writingMs = 10_000;
/** Who has been away for so long will not be waited for. */
const forgetMs = 10 * 60_000;

/** So many are told of, and no more: nobody shall flood the others by breaking off again and again. */
const maxTold = 100;

/** What is known of a session. Times are ms; -Infinity: never. */
export interface Signs {
  readonly person: SessionPerson;
  /** Its Yjs id, if it has named one. */
  readonly peer: number | null;
  /** The last frame or pong. */
  readonly heardAt: number;
  /** The last change of its own. */
  readonly wroteAt: number;
  /** The last answer to a step 1 that is on disk. */
  readonly caughtUpAt: number;
}

type SilentNotice = Notice & { kind: 'silent' };

const nobody: ReadonlyMap<PersonId, Signs> = new Map();

export class Silence {
  readonly #broken = new Set<Signs>();
  #told: ReadonlyMap<PersonId, Signs> = nobody;

  /** The socket of a session is gone, and nobody said so. */
  broke(signs: Signs): void {
    if (wasWriting(signs) && this.#broken.size < maxTold) this.#broken.add(signs);
  }

  /** Whether anybody is told of at present. */
  get isTelling(): boolean {
    return this.#told.size > 0;
  }

  /** What there is to tell that was not told before; null when nothing. `open`: the sessions there are. */
  look(open: readonly Signs[], now: number): SilentNotice | null {
    const silent = new Map<PersonId, Signs>();
    const isBack = ({ person, heardAt }: Signs) =>
      open.some(
        (other) => other.person.id === person.id && Math.max(other.wroteAt, other.caughtUpAt) > heardAt,
      );
    for (const signs of this.#broken) {
      if (now - signs.heardAt > forgetMs || isBack(signs)) this.#broken.delete(signs);
      else if (now - signs.heardAt >= brokenMs) silent.set(signs.person.id, signs);
    }
    for (const signs of open) {
      if (silent.size >= maxTold) break;
      if (wasWriting(signs) && now - signs.heardAt >= quietMs && !isBack(signs))
        silent.set(signs.person.id, signs);
    }
    const before = this.#told;
    this.#told = silent.size > 0 ? silent : nobody;
    const isSame = before.size === silent.size && [...silent.keys()].every((id) => before.has(id));
    if (isSame) return null;
    const gone = [...before.values()].filter(({ person }) => !silent.has(person.id));
    return { ...this.present(now), back: gone.flatMap((signs) => toBack(signs, open)) };
  }

  /** All who are told of, for one who has just come. */
  present(now: number): SilentNotice {
    const people = [...this.#told.values()].map(({ person: { id, name, colour }, heardAt }) => ({
      id,
      name,
      colour,
      forMs: now - heardAt,
    }));
    return { kind: 'silent', people, back: [] };
  }
}

const wasWriting = ({ heardAt, wroteAt }: Signs) => heardAt - wroteAt <= writingMs;

/** Nothing for one who is only not waited for any more. */
function toBack({ person, peer, heardAt }: Signs, open: readonly Signs[]): SilentNotice['back'] {
  const theirs = open.filter((other) => other.person.id === person.id && other.heardAt > heardAt);
  if (theirs.length === 0) return [];
  const isSamePage = (other: Signs) => peer !== null && other.peer === peer;
  const isWhole = theirs.some((other) => isSamePage(other) && other.caughtUpAt > heardAt);
  return [{ id: person.id, name: person.name, isWhole }];
}
