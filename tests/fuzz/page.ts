// A person's page while fuzzing: a peer with a schema version and an undo of its own, which keeps account of what it
// was promised. Some people are strangers (no device key): somebody new with each connection.
import * as Y from 'yjs';
import { createPersonId } from '../../src/core/ids.ts';
import type { NoteId } from '../../src/core/ids.ts';
import { writeStep1 } from '../../server/sync/protocol.ts';
import { UndoManager } from '../../src/lib/undo-manager.ts';
import type { Rooms, Session, SessionPerson } from '../../server/sync/rooms.ts';
import { Peer } from '../support/peer.ts';
import type { Random } from '../support/random.ts';
import { TestSocket } from '../support/sockets.ts';
import { addNewKind, drawAsFirstVersion, keepLine, keptIn } from './edits.ts';

/** A connection that the page has given up and the server has not: what was under way may still arrive there. */
export interface Ghost {
  session: Session;
  socket: TestSocket;
}

const syncStep2 = 1;

export class Page extends Peer {
  readonly number: number;
  readonly version: number;
  readonly undo: UndoManager;
  /** Every frame it ever sent, to be sent again. */
  readonly sentFrames: Uint8Array[];
  /** On this connection frames went astray, so its receipts promise nothing. */
  isGarbled = false;
  readonly #random: Random;
  readonly #isStranger: boolean;
  /** Its own lines not yet promised, by the frame of this connection that carries them. */
  readonly #unpromised = new Map<string, number>();

  constructor(number: number, version: number, random: Random, sentFrames: Uint8Array[] = []) {
    super(number);
    this.number = number;
    this.version = version;
    this.sentFrames = sentFrames;
    this.#random = random;
    this.#isStranger = number % 5 === 0;
    // Yjs ids decide who wins; they must come from the seed as well.
    this.doc.clientID = 1 + random.below(2 ** 31);
    this.undo = new UndoManager(this.doc.getXmlFragment('default'), { captureTimeout: 0 });
  }

  /** The page is loaded again in `version`, with what the device kept. */
  reload(version: number): Page {
    const next = new Page(this.number, version, this.#random, this.sentFrames);
    Y.applyUpdate(next.doc, Y.encodeStateAsUpdate(this.doc), next);
    for (const token of this.#unpromised.keys()) next.#unpromised.set(token, Infinity);
    return next;
  }

  /** Connects; meanwhile it may change its mind. */
  override async connect(rooms: Rooms, noteId: NoteId): Promise<void> {
    const socket = new TestSocket();
    this.socket = socket;
    if (this.#isStranger) this.person = strangerOf(this.person, this.#random);
    const session = await rooms.connect(noteId, socket, this.person, { rollcall: true });
    if (this.socket !== socket) return session?.leave();
    this.session = session;
    this.sent = 0;
    this.receipts = [];
    this.isGarbled = false;
    for (const token of this.#unpromised.keys()) this.#unpromised.set(token, Infinity);
    this.send(writeStep1(Y.encodeStateVector(this.doc)));
  }

  /** Adds a line, or a node of the next schema version, that must never be lost once somebody was told that it is safe. */
  keep(token: string): void {
    this.#unpromised.set(token, Infinity);
    if (this.version > 1 && this.#random.chance(0.5)) addNewKind(this.doc, token, this.#random);
    else keepLine(this.doc, token, this.#random);
    if (this.session && this.socket.isOpen) this.#unpromised.set(token, this.sent);
  }

  override send(frame: Uint8Array): void {
    super.send(frame);
    if (frame[0] === 0 && frame[1] !== 0) this.sentFrames.push(frame);
  }

  override sendSync(frame: Uint8Array): void {
    super.sendSync(frame);
    if (frame[1] !== syncStep2) return;
    for (const [token, due] of this.#unpromised) if (due > this.sent) this.#unpromised.set(token, this.sent);
  }

  override download(): boolean {
    const hasRead = super.download();
    if (hasRead && this.version === 1) drawAsFirstVersion(this.doc);
    return hasRead;
  }

  /** The lines that the receipts since the last call promised to keep. */
  takePromises(): string[] {
    if (this.isGarbled) return [];
    const count = this.receipts.at(-1) ?? 0;
    const promised = [...this.#unpromised].flatMap(([token, due]) => (due <= count ? [token] : []));
    for (const token of promised) this.#unpromised.delete(token);
    return promised;
  }

  /** The lines of others that it shows: what anybody has seen is never lost either. */
  seen(): string[] {
    return keptIn(this.doc).filter((token) => !token.startsWith(`${this.number}.`));
  }

  /** The page believes the connection dead; the server does not know yet. Null when there is none. */
  abandon(): Ghost | null {
    const { session, socket } = this;
    this.session = null;
    this.disconnect();
    return session && socket.isOpen ? { session, socket } : null;
  }
}

const strangerOf = (person: SessionPerson, random: Random): SessionPerson => ({
  ...person,
  id: createPersonId(random.bytes(16)),
  isStranger: true,
});
