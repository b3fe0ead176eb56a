// Who is in the room, and where their carets are.
//
// The server writes every state: {"user":{id,name,colour,role},"cursor":…}. Of what a session says about itself
// only its own Yjs id (which must be its person's: peer-owners.ts) and the key `cursor` count; what it says about others (unmodified y-websocket peers
// echo them) is passed over. So nobody can name, move or remove somebody else.
//
// What y-protocols needs from the clocks: a peer takes a state only when its clock is higher than the last one it
// saw for that id, ever; and takes it for its own id too. So the clock sent is the session's own (no echo then
// overwrites its newer caret) and still always higher than the last one sent, for which departed ids are kept in
// mind: a peer that comes back says the same clock again. Of the departed the latest are kept, and a session keeps
// its first id to its end, so coming and going costs nobody else theirs. States unseen for 30 s are dropped by peers, also when
// a browser throttles a hidden tab's renewals: the room renews them itself, as long as the socket lives.
import type { AwarenessEntry } from './protocol.ts';
import { readAwareness } from './protocol.ts';
import type { SessionPerson } from './session.ts';

/** A peer's frame may echo everybody; ten thousand is more than a room holds. */
const maxEntries = 10_000;
const maxDeparted = 10_000;
const maxStateLength = 16_384;
const maxCursorLength = 2048;
const maxClock = 2 ** 31;
/** Peers drop a state after 30 s. */
const renewAfterMs = 18_000;

interface Entry {
  peer: number;
  /** Whose state it is, and how that begins: written anew only when they change. */
  person: SessionPerson;
  prefix: string;
  /** The highest clock it has had. */
  clock: number;
  cursor: string;
  /** As last sent, or to be sent if changed. */
  said: AwarenessEntry;
  sentAt: number;
}

/** `Who` is whatever stands for a session; the same object each time. */
export class Presence<Who extends { readonly person: SessionPerson }> {
  readonly #entries = new Map<Who, Entry>();
  readonly #owners = new Map<number, Who>();
  /** Each session's one id, with its state or without. */
  readonly #ids = new Map<Who, number>();
  readonly #mayBe: (who: Who, peer: number) => boolean;
  readonly #lastClocks = new Map<number, number>();
  readonly #departed = new Set<number>();
  readonly #changed = new Map<number, AwarenessEntry>();

  /** `mayBe`: whether this id is the session's to use. */
  constructor(mayBe: (who: Who, peer: number) => boolean) {
    this.#mayBe = mayBe;
  }

  /** False when the frame is malformed. A first frame decides which peer id is the session's own. */
  take(who: Who, awareness: Uint8Array): boolean {
    const entries = readAwareness(awareness, maxEntries);
    if (!entries) return false;
    const own = this.#ownEntry(who, entries);
    if (!own) return true;
    if (own.state === 'null') {
      this.remove(who);
      return true;
    }
    const cursor = readCursor(own.state);
    if (cursor === null || own.clock > maxClock) return false;
    const known = this.#entries.get(who);
    this.#ids.set(who, own.peer);
    if (known && known.cursor === cursor) known.clock = Math.max(known.clock, own.clock);
    else this.#put(who, own.peer, known ? own.clock : own.clock + 1, cursor);
    return true;
  }

  /** Writes the person's state anew, after a change of name or colour. */
  refresh(who: Who): void {
    const known = this.#entries.get(who);
    if (known) this.#put(who, known.peer, known.clock, known.cursor);
  }

  leave(who: Who): void {
    this.remove(who);
    this.#ids.delete(who);
  }

  remove(who: Who): void {
    const known = this.#entries.get(who);
    if (!known) return;
    this.#entries.delete(who);
    this.#owners.delete(known.peer);
    const clock = this.#nextClock(known.peer, known.clock);
    this.#changed.set(known.peer, { peer: known.peer, clock, state: 'null' });
    this.#depart(known.peer);
  }

  /** The session's one id; null when it has not named one. */
  peerOf(who: Who): number | null {
    return this.#ids.get(who) ?? null;
  }

  get hasChanges(): boolean {
    return this.#changed.size > 0;
  }

  /** What changed since the last call, latest per peer. */
  takeChanges(now: number): AwarenessEntry[] {
    const changes = [...this.#changed.values()];
    this.#changed.clear();
    for (const { peer } of changes) {
      const who = this.#owners.get(peer);
      const entry = who && this.#entries.get(who);
      if (entry) entry.sentAt = now;
    }
    return changes;
  }

  /** Marks the states to be said again before peers forget them. */
  renew(now: number): void {
    for (const [who, entry] of this.#entries) {
      if (now - entry.sentAt >= renewAfterMs) this.#put(who, entry.peer, entry.clock, entry.cursor);
    }
  }

  /** Everybody, for one who has just come. */
  all(): AwarenessEntry[] {
    return [...this.#entries.values()].map(({ said }) => said);
  }

  #ownEntry(who: Who, entries: AwarenessEntry[]): AwarenessEntry | undefined {
    const id = this.#ids.get(who);
    return id === undefined
      ? entries.find(({ peer, state }) => state !== 'null' && this.#mayOwn(who, peer))
      : entries.find(({ peer }) => peer === id && this.#mayOwn(who, peer));
  }

  // A person whose connection broke comes back with the same id while the old socket still looks open.
  #mayOwn(who: Who, peer: number): boolean {
    const owner = this.#owners.get(peer);
    return (owner === undefined || owner.person.id === who.person.id) && this.#mayBe(who, peer);
  }

  #put(who: Who, peer: number, wantedClock: number, cursor: string): void {
    const previous = this.#owners.get(peer);
    if (previous !== undefined && previous !== who) this.#entries.delete(previous);
    const clock = this.#nextClock(peer, wantedClock);
    const { person } = who;
    const known = this.#entries.get(who);
    const prefix = known?.person === person ? known.prefix : prefixOf(person);
    const said = { peer, clock, state: `${prefix}${cursor}}` };
    this.#owners.set(peer, who);
    this.#departed.delete(peer);
    this.#entries.set(who, { peer, person, prefix, clock, cursor, said, sentAt: known?.sentAt ?? 0 });
    this.#changed.set(peer, said);
  }

  #nextClock(peer: number, wanted: number): number {
    const clock = Math.max(wanted, (this.#lastClocks.get(peer) ?? -1) + 1);
    this.#lastClocks.set(peer, clock);
    return clock;
  }

  #depart(peer: number): void {
    this.#departed.delete(peer);
    this.#departed.add(peer);
    if (this.#departed.size <= maxDeparted) return;
    for (const oldest of this.#departed) {
      this.#departed.delete(oldest);
      this.#lastClocks.delete(oldest);
      return;
    }
  }
}

const prefixOf = ({ id, name, colour, role }: SessionPerson) =>
  `{"user":${JSON.stringify({ id, name, colour, role })},"cursor":`;

// A caret as y-prosemirror's peers write it, letter by letter what is written below: most frames by far. What it
// captures is JSON by its grammar, and needs no parsing; any other spelling goes the long way.
const number = String.raw`(?:0|[1-9]\d{0,14})`;
const yjsId = String.raw`(?:null|\{"client":${number},"clock":${number}\})`;
const yjsPosition = String.raw`(?:null|\{"type":${yjsId},"tname":(?:null|"\w{0,64}"),"item":${yjsId},"assoc":-?[01]\})`;
const usualState = new RegExp(
  String.raw`^\{(?:"user":\{[^{}\\]*\},)?"cursor":(null|\{"anchor":${yjsPosition},"head":${yjsPosition}\})\}$`,
);

/** The cursor of an awareness state as JSON, only the fields of a relative position; null when malformed. */
function readCursor(state: string): string | null {
  if (state.length > maxStateLength) return null;
  const usual = usualState.exec(state)?.[1];
  return usual && usual.length <= maxCursorLength ? usual : readUnusualCursor(state);
}

function readUnusualCursor(state: string): string | null {
  try {
    const cursor: unknown = asRecord(JSON.parse(state))?.cursor ?? null;
    if (cursor === null) return 'null';
    const { anchor, head } = asRecord(cursor) ?? {};
    const json = JSON.stringify({ anchor: toPosition(anchor), head: toPosition(head) });
    return json.length <= maxCursorLength ? json : null;
  } catch {
    return null;
  }
}

// Yjs' RelativePosition as JSON: {type, tname, item, assoc}, where type and item are ids or absent.
function toPosition(value: unknown) {
  const position = asRecord(value);
  if (!position) return null;
  const { type, tname, item, assoc } = position;
  return {
    type: toYjsId(type),
    tname: typeof tname === 'string' ? tname : null,
    item: toYjsId(item),
    assoc: typeof assoc === 'number' ? assoc : 0,
  };
}

function toYjsId(value: unknown) {
  const { client, clock } = asRecord(value) ?? {};
  return isCount(client) && isCount(clock) ? { client, clock } : null;
}

const isCount = (value: unknown) => Number.isSafeInteger(value) && (value as number) >= 0;

const asRecord = (value: unknown): Record<string, unknown> | null =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : null;
