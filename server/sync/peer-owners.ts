// Whose a Yjs id is, in one open note.
//
// Yjs believes whoever writes under an id: one run of 16 bytes under a colleague's id makes every server and peer
// ignore what that colleague writes from then on. So an id belongs to the person who first used it, and `judge` is
// asked before a struct under it is let in, or a presence shown.
//
//   owned     written with: durable, in the record of that first change and in every snapshot after it
//   named     only shown in presence so far: kept while the session lives and, among the latest, after it
//   free      neither
//
// Three kinds of owner: a person with a device key; the server, whose ids no session may use; and strangers, who
// have no key and are somebody new with each connection. A stranger's id belongs to whoever used it last, as long
// as that session lives, and is free again after it. So a plain y-websocket peer that reconnects goes on under its
// id; and another may take an id over whose stranger is away, because nothing could tell the two apart.
// Ids that older records name no owner for are free too.
// Not done here: what follows from a judgement (open-note.ts, presence.ts).
import * as Y from 'yjs';
import { recordsOf } from '../storage/read-note.ts';
import type { LoadedNote } from '../storage/read-note.ts';
import { ownersOf } from '../storage/record.ts';
import type { SessionPerson } from './session.ts';

/** What stands for a session; the same object each time. */
export interface Writer {
  readonly person: SessionPerson;
}

/** `held`: a stranger's, whose session still lives; later it may be had. `too-many`: a new one is one too many. */
export type Judgement = 'own' | 'foreign' | 'held' | 'too-many';

/** Owner of the ids that the server edits under. */
const server = '';
const strangers = '?';

export const ownerLimits = {
  /** Everybody's state vector holds every id. */
  idsPerNote: 20_000,
  idsPerPerson: 2000,
  idsOfStrangers: 10_000,
  departed: 10_000,
} as const;

export class PeerOwners {
  #owners: Map<number, string>;
  #counts: Map<string, number>;
  /** Claimed since `takeClaims`, and not on disk yet. */
  #claims = new Map<number, string>();
  /** Who used an id last, while their session lives. */
  readonly #users = new Map<number, Writer>();
  readonly #departed = new Map<number, string>();

  constructor(note: LoadedNote) {
    this.#owners = ownersIn(note);
    this.#counts = countsOf(this.#owners);
  }

  /** The note was read from disk again: what was claimed meanwhile and not written is nobody's. */
  reload(note: LoadedNote): void {
    this.#owners = ownersIn(note);
    this.#counts = countsOf(this.#owners);
    for (const [peer, owner] of this.#claims) this.#count(peer, owner);
  }

  /** Whether an owner of this id is known. */
  isOwned(peer: number): boolean {
    return this.#owners.has(peer) || this.#claims.has(peer);
  }

  /** `before`: so many new ids come with this one, and will be claimed before it. */
  judge(who: Writer, peer: number, before = 0): Judgement {
    const key = keyOf(who.person);
    const owner = this.#owners.get(peer) ?? this.#claims.get(peer);
    const user = this.#users.get(peer);
    if (owner !== undefined && owner !== strangers) return owner === key ? 'own' : 'foreign';
    if (user && user !== who && user.person.id !== who.person.id) {
      return user.person.isStranger ? 'held' : 'foreign';
    }
    if (owner === strangers) return 'own';
    const departed = this.#departed.get(peer);
    if (!user && departed !== undefined && departed !== key) return 'foreign';
    return this.#hasRoomFor(key, before) ? 'own' : 'too-many';
  }

  /** `who`, judged its owner, writes under this id. */
  claim(who: Writer, peer: number): void {
    this.#users.set(peer, who);
    if (!this.isOwned(peer)) this.#add(peer, keyOf(who.person));
  }

  /** The server has edited under this id. */
  claimForServer(peer: number): void {
    if (!this.isOwned(peer)) this.#add(peer, server);
  }

  /** Whether `who` may be shown under this id; if so, it is theirs before they have written anything. */
  name(who: Writer, peer: number): boolean {
    if (this.judge(who, peer) !== 'own') return false;
    this.#users.set(peer, who);
    return true;
  }

  /** What was claimed since the last call, to be written with the change that used it. */
  takeClaims(): ReadonlyMap<number, string> {
    const claims = this.#claims;
    this.#claims = new Map();
    for (const [peer, owner] of claims) this.#owners.set(peer, owner);
    return claims;
  }

  left(who: Writer): void {
    for (const [peer, user] of this.#users) {
      if (user !== who) continue;
      this.#users.delete(peer);
      if (!this.#owners.has(peer) && !who.person.isStranger) this.#depart(peer, who.person.id);
    }
  }

  // Latest last, so that the oldest goes first.
  #depart(peer: number, key: string): void {
    this.#departed.delete(peer);
    this.#departed.set(peer, key);
    if (this.#departed.size <= ownerLimits.departed) return;
    for (const oldest of this.#departed.keys()) {
      this.#departed.delete(oldest);
      return;
    }
  }

  #add(peer: number, owner: string): void {
    this.#claims.set(peer, owner);
    this.#count(peer, owner);
  }

  #count(peer: number, owner: string): void {
    if (!this.#owners.has(peer)) this.#counts.set(owner, (this.#counts.get(owner) ?? 0) + 1);
  }

  #hasRoomFor(key: string, before: number): boolean {
    const most = key === strangers ? ownerLimits.idsOfStrangers : ownerLimits.idsPerPerson;
    const total = this.#owners.size + this.#claims.size;
    return total + before < ownerLimits.idsPerNote && (this.#counts.get(key) ?? 0) + before < most;
  }
}

/** The owners for a record that only the server has written. */
export function ownedByServer(update: Uint8Array): ReadonlyMap<number, string> {
  return new Map([...Y.parseUpdateMeta(update).to.keys()].map((peer) => [peer, server]));
}

const keyOf = ({ id, isStranger }: SessionPerson) => (isStranger ? strangers : id);

const ownersIn = (note: LoadedNote) => ownersOf(recordsOf(note));

function countsOf(owners: ReadonlyMap<number, string>): Map<string, number> {
  const counts = new Map<string, number>();
  for (const owner of owners.values()) counts.set(owner, (counts.get(owner) ?? 0) + 1);
  return counts;
}
