// An open note: its document, its sessions, and the tick that carries every change to disk and then to all.
//
//   loading ──▶ waking ──▶ live ◀──▶ read-only    the last three ──idle or told to──▶ draining ──▶ closed
//      │└──▶ read-only for good: what is left of a damaged note, until it is repaired
//      └──▶ closed (no such note, nothing left of it, unreadable)
//
// Waking: the note is read and known to be whole, and its document is not made yet, which takes many times as long.
// Whoever comes with nothing, as everybody does who opens a note, is answered from the bytes; anything else wakes the
// note, and so does the tick after that answer. Small notes without a snapshot are live at once.
//
// The tick. What sessions contribute, edits, questions and presence wait until it starts: at once when the room
// was quiet, else some 20 ms after the last start, later in a crowd; a crowd's presence waits longer. One tick at a time:
//   1. contributions that fit are applied to the document, others turned away; then edits run
//   2. all that changed is appended to the log as one record, synced            (awaited: the group commit)
//   3. only then anybody hears: the change, receipts, answers, results of edits and looks, presence
// Invariant: between ticks the document is exactly what the log holds, and nothing is told or shown within one.
// So nobody ever saw an edit that a crash can take away.
//
// A failed write: what was in that tick is turned away, the document is made anew from the log, and the room is
// read-only until a probe write succeeds. Then every session is asked for what it has: its own copy kept it.
// Not done here: who may come in (upgrade.ts), opening and re-opening (rooms.ts), what a frame means (session.ts).
import type * as Y from 'yjs';
import { may } from '../../src/core/access.ts';
import type { NoteId, PersonId } from '../../src/core/ids.ts';
import type { LoadedNote } from '../storage/read-note.ts';
import { damageOfNote } from '../storage/read-note.ts';
import { StorageError } from '../storage/storage.ts';
import type { SessionLimits } from './allowance.ts';
import { Answers } from './answers.ts';
import { Compaction } from './compaction.ts';
import { createDelivery } from './delivery.ts';
import type { Work } from './open-note.ts';
import { OpenNote, refuse } from './open-note.ts';
import { Packet } from './packet.ts';
import { PresenceLane } from './presence-lane.ts';
import { Presence } from './presence.ts';
import { probeUntilHealed } from './probe.ts';
import type { AwarenessEntry, CloseCode, Notice } from './protocol.ts';
import { brokenCode, closeCode, writeAwareness, writeStep1 } from './protocol.ts';
import type { RoomTools } from './room-tools.ts';
import type { Contribution, SessionPerson, SessionRoom, SessionSocket } from './session.ts';
import { Session } from './session.ts';
import { Silence } from './silence.ts';
import type { Signs } from './silence.ts';
import type { Roots } from './validate.ts';

/** How opening a room ended. */
export type Opening =
  | { state: 'open' }
  | { state: 'absent' }
  | { state: 'damaged'; account: string[] }
  | { state: 'failed'; error: unknown };

interface ReadOnly {
  name: 'read-only';
  note: OpenNote;
  notice: Notice;
  error: unknown;
  stopProbing: () => void;
}

type RoomState =
  | { name: 'loading' }
  | { name: 'waking'; note: OpenNote; hasAnswered: boolean }
  | { name: 'live'; note: OpenNote }
  | ReadOnly
  | { name: 'draining' }
  | { name: 'closed' };

/** A tick is one socket write for each session, so the larger the crowd the longer it lasts: about a quarter of a core goes into writes. */
const tickMsFor = (sessions: number) => Math.max(20 + 0.01 * sessions, 10 + 0.03 * sessions);
const idleMs = 5000;
const heartbeatMs = 5000;
/** y-websocket's peers give up on a room that is silent for 30 s; pings do not count. */
const silenceMs = 13_000;
const staleLookMs = 250;

const noWork = (): Work => ({ contributions: [], edits: [], looks: [] });
const hasAny = ({ contributions, edits, looks }: Work) =>
  contributions.length + edits.length + looks.length > 0;
const together = (first: Work, then: Work): Work => ({
  contributions: [...first.contributions, ...then.contributions],
  edits: [...first.edits, ...then.edits],
  looks: [...first.looks, ...then.looks],
});

export class Room implements SessionRoom {
  readonly opened: Promise<Opening>;
  readonly closed: Promise<void>;
  readonly #noteId: NoteId;
  readonly #tools: RoomTools;
  readonly #changed: (at: number) => void;
  readonly #sessions = new Set<Session>();
  readonly #presence = new Presence<Session>((session, peer) => this.#openNote?.name(session, peer) ?? false);
  readonly #answers = new Answers();
  readonly #silence = new Silence();
  readonly #presenceLane: PresenceLane;
  readonly #compaction: Compaction;
  /** It is told once the change is. */
  #isSomebodyBack = false;
  #state: RoomState = { name: 'loading' };
  #work = noWork();
  #ticking: Promise<void> | null = null;
  /** For newcomers, until the document changes. */
  #step1: Packet | null = null;
  #startedAt = -Infinity;
  #isWoken = false;
  #isClosing = false;
  #cancelTick: (() => void) | null = null;
  #cancelIdle: (() => void) | null = null;
  #cancelHeartbeat: (() => void) | null = null;
  #cancelStaleLook: (() => void) | null = null;
  #tellClosed: () => void = () => undefined;

  /** Starts loading. `changed` is called after each commit with its time. */
  constructor(noteId: NoteId, tools: RoomTools, changed: (at: number) => void) {
    this.#noteId = noteId;
    this.#tools = tools;
    this.#changed = changed;
    this.#presenceLane = new PresenceLane(tools);
    this.#compaction = new Compaction(noteId, tools);
    this.closed = new Promise((resolve) => (this.#tellClosed = resolve));
    this.opened = this.#load();
  }

  get isOpen(): boolean {
    return !this.#isClosing && this.#openNote !== null;
  }

  get roots(): Roots {
    return this.#tools.roots;
  }

  get limits(): SessionLimits {
    return this.#tools.limits;
  }

  now(): number {
    return this.#tools.clock.now();
  }

  /** Who is connected, each person once. */
  present(): PersonId[] {
    return [...new Set([...this.#sessions].map(({ person }) => person.id))];
  }

  join(socket: SessionSocket, person: SessionPerson, options: { rollcall: boolean }): Session {
    this.#mustBeOpen();
    const session = new Session(this, socket, person, options);
    this.#sessions.add(session);
    if (this.#state.name === 'read-only') session.notify(this.#state.notice);
    if (this.#silence.isTelling) this.#tellSilence(this.#silence.present(this.now()), [session]);
    this.#cancelHeartbeat ??= this.#tools.schedule(this.#beat, heartbeatMs);
    const step1 = this.#greeting();
    if (step1) session.greet(step1);
    else this.wake();
    return session;
  }

  /** Runs `run` as the server's change; resolves with its result once that is durable. */
  edit<T>(run: (doc: Y.Doc) => T): Promise<T> {
    return this.#request('edits', run);
  }

  /** Runs `run` on the durable document. It must not change it. */
  look<T>(run: (doc: Y.Doc) => T): Promise<T> {
    return this.#request('looks', run);
  }

  rename(personId: PersonId, change: { name: string; colour?: string }): void {
    for (const session of this.#sessions) {
      if (session.person.id !== personId) continue;
      session.rename(change);
      this.#presence.refresh(session);
    }
    this.#wakeForPresence();
  }

  /** Finishes what was received, ends the sessions, closes. The same promise however often it is called. */
  async close(): Promise<void> {
    if (this.#isClosing || this.#state.name === 'closed') return this.closed;
    this.#isClosing = true;
    await this.opened;
    while (this.#ticking || this.#hasWork) await (this.#ticking ?? this.#startTick());
    const state = this.#state;
    if (!('note' in state)) return this.closed;
    this.#state = { name: 'draining' };
    this.#cancelTick?.();
    this.#cancelTick = null;
    this.#endAll(closeCode.restart, 'The server is closing this note.');
    if (state.name === 'read-only') {
      state.stopProbing();
      await this.#compaction.done();
    } else await this.#compaction.atClose(state.note);
    this.#shut(state.note);
  }

  // ---- for sessions

  contribute(contribution: Contribution): void {
    // It is not acknowledged, and its session is about to end.
    if (this.#isClosing) return;
    this.#work.contributions.push(contribution);
    this.wake();
  }

  takeAwareness(session: Session, awareness: Uint8Array): boolean {
    const isRead = this.#presence.take(session, awareness);
    this.#wakeForPresence();
    return isRead;
  }

  left(session: Session, code: number): void {
    this.#sessions.delete(session);
    if (code === brokenCode) this.#silence.broke(this.#signsOf(session));
    this.#presence.leave(session);
    this.#openNote?.left(session);
    this.#tools.log.info({ note: this.#noteId, person: session.person.id, code }, 'session ended');
    this.wake();
  }

  caughtUp(): void {
    this.#isSomebodyBack = this.#silence.isTelling;
  }

  wake(): void {
    this.#isWoken = true;
    if (this.#ticking || this.#cancelTick || !this.isOpen) return;
    const waitMs = this.#startedAt + tickMsFor(this.#sessions.size) - this.now();
    if (waitMs <= 0) void this.#startTick();
    else this.#cancelTick = this.#tools.schedule(() => void this.#startTick(), waitMs);
  }

  #wakeForPresence(): void {
    if (this.#presence.hasChanges) this.#presenceLane.wait(() => this.wake());
  }

  /** The question what a peer has, of the durable state or an earlier one; null when that is not at hand within a tick. */
  #greeting(): Packet | null {
    if (!this.#ticking && this.#openNote) {
      this.#step1 ??= new Packet(writeStep1(this.#openNote.stateVector()));
    }
    return this.#step1;
  }

  get #openNote(): OpenNote | null {
    return 'note' in this.#state ? this.#state.note : null;
  }

  // ---- the tick

  get #hasWork(): boolean {
    return hasAny(this.#work);
  }

  #startTick(): Promise<void> {
    this.#cancelTick?.();
    this.#cancelTick = null;
    // Not before this returns: what a tick does at once may wake the room again.
    this.#ticking ??= Promise.resolve().then(() => this.#tick());
    return this.#ticking;
  }

  async #tick(): Promise<void> {
    this.#startedAt = this.now();
    this.#isWoken = false;
    const work = this.#work;
    this.#work = noWork();
    try {
      await this.#carryOut(work);
    } catch (error) {
      this.#breakDown(error, work);
    }
    this.#ticking = null;
    if (this.#isWoken) this.wake();
    this.#wakeForPresence();
    this.#restIfIdle();
  }

  async #carryOut(work: Work): Promise<void> {
    const state = this.#state;
    switch (state.name) {
      case 'waking':
        if (this.#answerAsleep(state, work)) return;
        await this.#awaken(state.note);
        return this.#carryOut(work);
      case 'live': {
        const committed = await state.note.commit(work, this.#tools.clock.date());
        if (committed.state === 'failed') this.#becomeReadOnly(state.note, committed.error);
        if (committed.change) this.#changed(committed.at);
        this.#deliver(state.note, committed.change);
        await state.note.show(work.looks);
        if (committed.state === 'durable') this.#compaction.whileOpen(state.note);
        return;
      }
      case 'read-only':
        refuse(work, state.error);
        this.#deliver(state.note, null);
        return state.note.show(work.looks);
      case 'loading':
      case 'draining':
      case 'closed':
        throw new RangeError(`A room that is ${state.name} has no ticks.`);
      default:
        return state satisfies never;
    }
  }

  /** False when this tick needs the document. What came with a question waits until that is answered. */
  #answerAsleep(state: RoomState & { name: 'waking' }, work: Work): boolean {
    const sessions = [...this.#sessions];
    const questions = sessions.flatMap(({ asks }) => asks ?? []);
    const canAnswer = questions.every((question) => this.#answers.has(question));
    const isNeeded = state.hasAnswered || (questions.length === 0 && hasAny(work));
    if (isNeeded || !canAnswer || sessions.some((session) => session.state === 'stale')) return false;
    this.#deliver(state.note, null);
    this.#work = together(work, this.#work);
    if (questions.length > 0) state.hasAnswered = this.#isWoken = true;
    return true;
  }

  async #awaken(note: OpenNote): Promise<void> {
    try {
      note.wake();
      this.#state = { name: 'live', note };
    } catch {
      const opening = await this.#loadRest();
      if (opening.state !== 'open') throw new StorageError('damaged', 'Nothing is left of this note.');
    }
  }

  #deliver(note: OpenNote, change: Uint8Array | null): void {
    if (change) {
      this.#answers.changed(change);
      this.#step1 = null;
    }
    const presence = { changes: this.#takePresence(), all: () => this.#presence.all() };
    const delivery = createDelivery(note, change, this.#answers, presence);
    let hasStale = false;
    for (const session of this.#sessions) {
      session.deliver(delivery);
      hasStale ||= session.state === 'stale';
    }
    if (hasStale) {
      this.#cancelStaleLook ??= this.#tools.schedule(() => {
        this.#cancelStaleLook = null;
        this.wake();
      }, staleLookMs);
    }
    if (this.#isSomebodyBack) this.#lookForSilence();
  }

  #takePresence(): AwarenessEntry[] {
    if (!this.#presenceLane.isDue || !this.#presence.hasChanges) return [];
    this.#presenceLane.sent(this.#sessions.size);
    return this.#presence.takeChanges(this.now());
  }

  // ---- trouble

  #becomeReadOnly(note: OpenNote, error: unknown): void {
    this.#tools.log.error({ note: this.#noteId, err: error }, 'a note cannot be saved and is read-only');
    const notice = cannotSaveNotice;
    const state: ReadOnly = { name: 'read-only', note, notice, error, stopProbing: () => undefined };
    this.#state = state;
    this.#notify(notice);
    state.stopProbing = probeUntilHealed(this.#tools, () => this.#heal(state));
  }

  #heal(state: ReadOnly): void {
    if (this.#state !== state || this.#isClosing) return;
    // A tick of the read-only state must not outlive it.
    if (this.#ticking) return void this.#ticking.then(() => this.#heal(state));
    this.#state = { name: 'live', note: state.note };
    this.#tools.log.info({ note: this.#noteId }, 'a note can be saved again');
    this.#notify({ kind: 'live' });
    for (const session of this.#sessions) session.resync();
    this.wake();
  }

  /** The document cannot be trusted and cannot be made anew: nobody may go on with it. */
  #breakDown(error: unknown, work: Work): void {
    this.#tools.log.error({ note: this.#noteId, err: error }, 'a note broke down');
    const waiting = this.#work;
    this.#work = noWork();
    for (const { reject } of [...work.edits, ...work.looks, ...waiting.edits, ...waiting.looks])
      reject(error);
    const state = this.#state;
    this.#state = { name: 'draining' };
    this.#endAll(closeCode.failure, 'This note cannot be opened at the moment.');
    if (state.name === 'read-only') state.stopProbing();
    // Whoever opens the note anew must not meet a snapshot that is still being made.
    void this.#compaction.done().then(() => this.#shut('note' in state ? state.note : null));
  }

  // ---- opening and closing

  async #load(): Promise<Opening> {
    try {
      const { noteLog } = this.#tools;
      const load = await noteLog.load(this.#noteId, { willApply: true });
      const note = load.state === 'whole' ? this.#tryOpen(load.note) : null;
      if (note) {
        this.#state = note.isAsleep ? { name: 'waking', note, hasAnswered: false } : { name: 'live', note };
        this.#restIfIdle();
        return { state: 'open' };
      }
      const opening = load.state === 'absent' ? load : await this.#loadRest();
      if (opening.state !== 'open') this.#shut(null);
      return opening;
    } catch (error) {
      this.#shut(null);
      return { state: 'failed', error };
    }
  }

  /** What is left of a damaged note can be read; nobody writes to it before it is repaired, so nothing probes. */
  async #loadRest(): Promise<Opening> {
    // Read again for an account that names each record.
    const examined = await this.#tools.noteLog.load(this.#noteId);
    if (examined.state === 'absent') return examined;
    const { missing, account, rest } = examined.state === 'damaged' ? examined : damageOfNote(examined.note);
    const note = rest && this.#tryOpen(rest);
    note?.wake();
    if (!note) return { state: 'damaged', account };
    this.#tools.log.error({ note: this.#noteId, account }, 'a note is damaged and read-only');
    const error = new StorageError('damaged', `This note is damaged. ${account.join(' ')}`);
    const notice = damagedNotice(missing);
    this.#state = { name: 'read-only', note, notice, error, stopProbing: () => undefined };
    this.#notify(notice);
    this.#restIfIdle();
    return { state: 'open' };
  }

  #tryOpen(loaded: LoadedNote): OpenNote | null {
    try {
      const note = new OpenNote(this.#tools.noteLog, this.#noteId, loaded, this.roots);
      this.#answers.begin(loaded);
      return note;
    } catch {
      return null;
    }
  }

  #restIfIdle(): void {
    if (!this.isOpen || this.#sessions.size > 0 || this.#hasWork || this.#ticking) return;
    this.#cancelIdle?.();
    this.#cancelIdle = this.#tools.schedule(() => {
      this.#cancelIdle = null;
      if (this.#sessions.size === 0 && !this.#hasWork && !this.#ticking) void this.close();
    }, idleMs);
  }

  #shut(note: OpenNote | null): void {
    this.#state = { name: 'closed' };
    const timers = [this.#cancelTick, this.#cancelIdle, this.#cancelHeartbeat, this.#cancelStaleLook];
    for (const cancel of timers) cancel?.();
    this.#presenceLane.stop();
    note?.destroy();
    this.#tellClosed();
  }

  #endAll(code: CloseCode, reason: string): void {
    for (const session of [...this.#sessions]) session.end(code, reason);
  }

  #notify(notice: Notice): void {
    for (const session of this.#sessions) session.notify(notice);
  }

  #lookForSilence(): void {
    this.#isSomebodyBack = false;
    const signs = [...this.#sessions].map((session) => this.#signsOf(session));
    const notice = this.#silence.look(signs, this.now());
    if (notice) this.#tellSilence(notice, this.#sessions);
  }

  #tellSilence(notice: Notice, sessions: Iterable<Session>): void {
    for (const session of sessions) if (may(session.person.role, 'edit')) session.notify(notice);
  }

  #signsOf(session: Session): Signs {
    return { person: session.person, peer: this.#presence.peerOf(session), ...session.signs };
  }

  readonly #beat = (): void => {
    this.#cancelHeartbeat = null;
    if (!this.isOpen || this.#sessions.size === 0) return;
    this.#cancelHeartbeat = this.#tools.schedule(this.#beat, heartbeatMs);
    this.#presence.renew(this.now());
    this.#answers.rest();
    const nothing = writeAwareness([]);
    for (const session of [...this.#sessions]) {
      session.endIfSilent();
      if (this.now() - session.lastSentAt >= silenceMs) session.tell(nothing);
    }
    this.#lookForSilence();
    this.#wakeForPresence();
  };

  #request<T>(kind: 'edits' | 'looks', run: (doc: Y.Doc) => T): Promise<T> {
    this.#mustBeOpen();
    return new Promise<T>((resolve, reject) => {
      this.#work[kind].push({ run, resolve: (value) => resolve(value as T), reject });
      this.wake();
    });
  }

  #mustBeOpen(): void {
    if (!this.isOpen) throw new RangeError(`A room that is ${this.#state.name} takes nothing in.`);
  }
}

const cannotSaveNotice: Notice = {
  kind: 'read-only',
  reason:
    'The server cannot save at the moment, so nothing can be changed. Keep this page open: what you wrote is saved as soon as it can be.',
};

/** People are told what is missing; a long list is for the operator. */
const maxSentencesTold = 3;

function damagedNotice(missing: readonly string[]): Notice {
  const told = missing.slice(0, maxSentencesTold);
  if (missing.length > told.length) told.push('And more.');
  const reason = `Part of this note was damaged on the server’s disk. What could be saved is shown; nothing can be changed until it is repaired. ${told.join(' ')}`;
  return { kind: 'read-only', reason };
}
