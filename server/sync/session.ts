// One connection to one room, for the connection's whole life.
//
//   new ──greeted──▶ greeted ──asked for the document──▶ following      greeted, following ◀──▶ stale      any ──▶ ended
//
// `new` waits for the server's step 1, `greeted` has not asked for the document yet, `following` gets every
// change and everybody's presence, `stale` does not read what it is sent: it is not fed, and gets one difference once it
// has read.
//
// A session checks what its peer says before the room hears of it; a peer's mistake ends its own session only.
// What it owes its peer in receipts is counted in receipts.ts, what the peer has not read in backlog.ts.
import { may } from '../../src/core/access.ts';
import type { Role } from '../../src/core/access.ts';
import type { PersonId } from '../../src/core/ids.ts';
import type { SessionLimits } from './allowance.ts';
import { Allowances } from './allowance.ts';
import { Backlog, hasRoomFor, isOverfed } from './backlog.ts';
import type { Delivery } from './delivery.ts';
import { Packet } from './packet.ts';
import type { CloseCode, Message, Notice } from './protocol.ts';
import { closeCode, maxFrameBytes, readMessage, writeDenied, writeNotice, writeReceipt } from './protocol.ts';
import { Receipts } from './receipts.ts';
import type { FramePlace } from './receipts.ts';
import type { ExaminedUpdate, Roots } from './validate.ts';
import { examineUpdate, readStateVector } from './validate.ts';

/** Who a session speaks for, as presence shows them. */
export interface SessionPerson {
  id: PersonId;
  name: string;
  /** #rrggbb */
  colour: string;
  role: Role;
  /** Nothing tells whether they have been here before: somebody new with each connection. */
  isStranger?: boolean;
}

/** The little a room sees of a socket. */
export interface SessionSocket {
  readonly isOpen: boolean;
  /** Handed over and not yet taken by the network. */
  readonly bufferedBytes: number;
  /** In this order, as one write. */
  send(...packets: Packet[]): void;
  close(code: number, reason: string): void;
}

/** A sync frame on its way through a tick. */
export interface Contribution extends FramePlace {
  session: Session;
  update: ExaminedUpdate;
}

/** What a session needs of its room. */
export interface SessionRoom {
  readonly roots: Roots;
  readonly limits: SessionLimits;
  now(): number;
  /** Something waits for the next tick. */
  wake(): void;
  contribute(contribution: Contribution): void;
  /** False when malformed. */
  takeAwareness(session: Session, awareness: Uint8Array): boolean;
  /** All that the session's peer had when it was last asked is on disk. */
  caughtUp(session: Session): void;
  left(session: Session, code: number): void;
}

type SessionState =
  | { name: 'new' }
  | { name: 'greeted' }
  | { name: 'following' }
  | { name: 'stale'; backlog: Backlog }
  | { name: 'ended' };

/** How long a peer may take to ask for the document. */
const maxSilentMs = 30_000;
/** Of frames that wait for a tick. */
const maxWaitingBytes = 2 * maxFrameBytes;
/** An honest peer needs one; storage that fails again and again may cost a few more. */
const maxResyncsInARow = 20;

export class Session {
  #person: SessionPerson;
  readonly #room: SessionRoom;
  readonly #socket: SessionSocket;
  readonly #isRollcall: boolean;
  readonly #allowances: Allowances;
  #state: SessionState = { name: 'new' };

  readonly #receipts = new Receipts();
  /** Not told while it was stale: the latest about either. */
  readonly #missed = new Map<'silence' | 'saving', Notice>();
  #resyncs = 0;
  #waitingBytes = 0;
  readonly #joinedAt: number;
  #lastSentAt: number;
  #heardAt: number;
  #wroteAt = -Infinity;
  #caughtUpAt = -Infinity;

  /** The state vector of a peer that asked for the document and waits for its answer. */
  asks: Uint8Array | null = null;
  /** Whether it is to be asked what it has. */
  wantsStep1 = true;
  wantsPresence = true;

  constructor(
    room: SessionRoom,
    socket: SessionSocket,
    person: SessionPerson,
    options: { rollcall: boolean },
  ) {
    this.#room = room;
    this.#socket = socket;
    this.#person = person;
    this.#isRollcall = options.rollcall;
    this.#allowances = new Allowances(room.limits, room.now());
    this.#joinedAt = this.#lastSentAt = this.#heardAt = room.now();
  }

  get person(): SessionPerson {
    return this.#person;
  }

  get state(): SessionState['name'] {
    return this.#state.name;
  }

  /** When anything was last sent, ms. */
  get lastSentAt(): number {
    return this.#lastSentAt;
  }

  /** When it was last heard, when it last changed something, and when all it had was on disk, ms. */
  get signs(): { heardAt: number; wroteAt: number; caughtUpAt: number } {
    return { heardAt: this.#heardAt, wroteAt: this.#wroteAt, caughtUpAt: this.#caughtUpAt };
  }

  /** A sign of life that is no frame. */
  heard(): void {
    this.#heardAt = this.#room.now();
  }

  /** The person's new name or colour; the room writes it into presence. */
  rename(change: { name: string; colour?: string }): void {
    this.#person = { ...this.#person, ...change };
  }

  /** A frame from the peer. After the end it is ignored. */
  receive(frame: Uint8Array): void {
    if (this.#state.name === 'ended') return;
    const now = (this.#heardAt = this.#room.now());
    if (frame.length > maxFrameBytes) return this.#endFault('too-large');
    if (!this.#allowances.takeFrame(frame.length, now)) {
      return this.end(closeCode.policy, 'Too much at once.');
    }
    const message = readMessage(frame);
    if (!message) return this.end(closeCode.malformed, 'This is no message.');
    this.#handle(message);
  }

  /** The socket is gone; `code` as it says itself. */
  leave(code = 1005): void {
    this.#leave(code);
  }

  /** Ends the session from this side. Ending twice is ending once. */
  end(code: CloseCode, reason: string): void {
    if (this.#state.name === 'ended') return;
    this.#socket.close(code, reason);
    this.#leave(code);
  }

  #leave(code: number): void {
    if (this.#state.name === 'ended') return;
    this.#state = { name: 'ended' };
    this.#room.left(this, code);
  }

  #handle(message: Message): void {
    switch (message.type) {
      case 'step1':
        if (!readStateVector(message.stateVector)) return this.#endMalformed();
        if (!this.#mayAsk()) return;
        this.asks = message.stateVector;
        return this.#room.wake();
      case 'step2':
        return this.#contribute(message.update, true);
      case 'update':
        return this.#contribute(message.update, false);
      case 'awareness':
        if (!this.#room.takeAwareness(this, message.awareness)) this.#endMalformed();
        return;
      case 'query-awareness':
        if (!this.#mayAsk()) return;
        this.wantsPresence = true;
        return this.#room.wake();
      default:
        return message satisfies never;
    }
  }

  /** An answer may be as large as the note. Ends the session when it is one too many. */
  #mayAsk(): boolean {
    const may = this.#allowances.takeQuestion(this.#heardAt);
    if (!may) this.end(closeCode.policy, 'Too much at once.');
    return may;
  }

  #contribute(bytes: Uint8Array, isAnswer: boolean): void {
    const { number, answers } = this.#receipts.receive(isAnswer);
    const examined = examineUpdate(bytes, this.#room.roots);
    if ('fault' in examined) return this.#endFault(examined.fault);
    const { update } = examined;
    if (!this.#allowances.takeParts(update.parts, this.#heardAt))
      return this.end(closeCode.policy, 'Too much at once.');
    if (!may(this.#person.role, 'edit') && !update.isEmpty) {
      if (this.#isRollcall)
        this.#send(new Packet(writeDenied(number, 'You may read this note, not change it.')));
      return;
    }
    this.#waitingBytes += bytes.length;
    if (this.#waitingBytes > maxWaitingBytes) return this.end(closeCode.overload, 'Too much is waiting.');
    if (!isAnswer && !update.isEmpty) this.#wroteAt = this.#heardAt;
    this.#room.contribute({ session: this, number, answers, isAnswer, update });
  }

  #endMalformed(): void {
    this.end(closeCode.malformed, 'This message cannot be read.');
  }

  #endFault(fault: 'malformed' | 'forbidden' | 'too-large'): void {
    switch (fault) {
      case 'malformed':
        return this.#endMalformed();
      case 'forbidden':
        return this.end(closeCode.forbidden, 'This is not for sessions to change.');
      case 'too-large':
        return this.end(closeCode.tooLarge, 'This is more at once than a note takes.');
    }
  }

  /** A contribution is on disk, or was already. */
  saved(contribution: Contribution): void {
    this.#waitingBytes -= contribution.update.bytes.length;
    if (!this.#receipts.save(contribution)) return;
    this.#resyncs = 0;
    if (!contribution.isAnswer) return;
    this.#caughtUpAt = this.#room.now();
    this.#room.caughtUp(this);
  }

  /** A contribution was turned away: it must come again, within the answer to a later step 1. */
  turnedAway(contribution: Contribution): void {
    this.#waitingBytes -= contribution.update.bytes.length;
    if (this.#receipts.turnAway(contribution)) this.resync();
  }

  /** A contribution was turned away, and there is no use in asking before the room is live: it will call `resync`. */
  held({ update }: Contribution): void {
    this.#waitingBytes -= update.bytes.length;
    this.#receipts.hold();
  }

  /** Asks the peer for everything it has that the document lacks. */
  resync(): void {
    if (++this.#resyncs > maxResyncsInARow)
      return this.end(closeCode.failure, 'This session cannot catch up.');
    this.#receipts.settleWithNext();
    this.wantsStep1 = true;
  }

  /** Ends a session that has not asked for the document in all that time. */
  endIfSilent(): void {
    const isSilent = this.#state.name === 'new' || this.#state.name === 'greeted';
    if (isSilent && this.#room.now() - this.#joinedAt > maxSilentMs) {
      this.end(closeCode.policy, 'This peer has not asked for the note.');
    }
  }

  /** Asks a newcomer what it has, before there is a tick. */
  greet(step1: Packet): void {
    if (this.#state.name === 'new') this.#send(this.#ask(step1));
  }

  /** Sends what the tick has for all, and what this one asked for. */
  deliver(tick: Delivery): void {
    if (this.#state.name === 'ended') return;
    if (this.#state.name === 'stale') return this.#catchUp(this.#state.backlog, tick);
    const isFed = this.#state.name === 'following' && !this.asks;
    if (isFed && tick.news && !hasRoomFor(this.#socket, tick.news))
      return this.#becomeStale(tick.stateVectorBefore());
    const packets = this.#packetsOf(tick, isFed);
    const count = this.#isRollcall ? this.#receipts.takeNews() : null;
    if (count !== null) packets.push(new Packet(writeReceipt(count)));
    if (packets.length === 0) return;
    this.#send(...packets);
    if (isOverfed(this.#socket))
      this.#becomeStale(this.#state.name === 'following' ? tick.stateVector() : null);
  }

  /** `isFed`: it gets the tick's change; who has just asked gets it within the answer. */
  #packetsOf(tick: Delivery, isFed: boolean): Packet[] {
    const packets: Packet[] = [];
    if (this.wantsStep1) packets.push(this.#ask(tick.step1()));
    if (this.asks) {
      packets.push(...tick.missing(this.asks));
      this.asks = null;
      this.#state = { name: 'following' };
    }
    if (this.#state.name !== 'following') return packets;
    const rest =
      isFed && !this.wantsPresence
        ? [tick.news]
        : [isFed ? tick.change() : null, this.wantsPresence ? tick.everybody() : tick.presence()];
    this.wantsPresence = false;
    for (const packet of rest) if (packet) packets.push(packet);
    return packets;
  }

  #ask(step1: Packet): Packet {
    this.wantsStep1 = false;
    this.#receipts.ask();
    if (this.#state.name === 'new') this.#state = { name: 'greeted' };
    return step1;
  }

  #becomeStale(stateVector: Uint8Array | null): void {
    this.#state = { name: 'stale', backlog: new Backlog(this.#socket, stateVector, this.#room.now()) };
  }

  #catchUp(backlog: Backlog, tick: Delivery): void {
    const progress = backlog.look(this.#room.now());
    if (progress === 'stuck') return this.end(closeCode.overload, 'This peer does not read.');
    if (progress === 'waiting') return;
    const { stateVector } = backlog;
    this.#state = { name: stateVector ? 'following' : 'greeted' };
    if (stateVector) this.#send(...tick.missing(stateVector));
    for (const notice of this.#missed.values()) this.notify(notice);
    this.#missed.clear();
    this.wantsPresence = true;
    this.#room.wake();
  }

  /** Something that is not the document's; stale and ended sessions do not get it. */
  tell(message: Uint8Array): void {
    if (this.#state.name !== 'ended' && this.#state.name !== 'stale') this.#send(new Packet(message));
  }

  /** Only for sessions that asked for our own messages; a stale one gets the latest once it has read. */
  notify(notice: Notice): void {
    if (!this.#isRollcall) return;
    if (this.#state.name === 'stale')
      this.#missed.set(notice.kind === 'silent' ? 'silence' : 'saving', notice);
    else this.tell(writeNotice(notice));
  }

  #send(...packets: Packet[]): void {
    if (!this.#socket.isOpen) return;
    this.#lastSentAt = this.#room.now();
    this.#socket.send(...packets);
  }
}
