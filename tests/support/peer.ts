// The other end of a session in tests: a document with y-websocket's manners, our messages understood, no network.
import * as decoding from 'lib0/decoding';
import * as Y from 'yjs';
import { writeAwareness, writeStep1, writeStep2, writeUpdate } from '../../server/sync/protocol.ts';
import type { Rooms, Session, SessionPerson } from '../../server/sync/rooms.ts';
import type { NoteId } from '../../src/core/ids.ts';
import { createPersonId } from '../../src/core/ids.ts';
import { settle } from './clock.ts';
import { TestSocket } from './sockets.ts';

/** Person number `n`, the same in every test. */
export const person = (n: number): SessionPerson => ({
  id: createPersonId(new Uint8Array(16).fill(n)),
  name: `Person ${n}`,
  colour: '#b4452f',
  role: 'guest',
});

export class Peer {
  readonly doc = new Y.Doc();
  person: SessionPerson;
  socket = new TestSocket();
  session: Session | null = null;
  /** What it was told, latest last. */
  receipts: number[] = [];
  denials: [count: number, reason: string][] = [];
  notices: unknown[] = [];
  /** Presence by Yjs id, as y-protocols would keep it. */
  readonly presence = new Map<number, { clock: number; state: unknown }>();
  /** Sync frames sent on this connection. */
  sent = 0;

  constructor(n: number) {
    this.person = person(n);
    this.doc.on('update', (update: Uint8Array, origin: unknown) => {
      if (origin !== this) this.sendSync(writeUpdate(update));
    });
  }

  get text(): Y.Text {
    return this.doc.getText('default');
  }

  /** Connects like a y-websocket provider: its step 1 and its presence at once. */
  async connect(rooms: Rooms, noteId: NoteId, options = { rollcall: true }): Promise<void> {
    this.socket = new TestSocket();
    this.sent = 0;
    this.receipts = [];
    this.session = await rooms.connect(noteId, this.socket, this.person, options);
    this.send(writeStep1(Y.encodeStateVector(this.doc)));
  }

  /** The connection breaks: whatever was under way is lost. */
  disconnect(): void {
    this.session?.leave();
    this.session = null;
    this.socket = new TestSocket();
  }

  send(frame: Uint8Array): void {
    if (this.session && this.socket.isOpen) this.socket.toServer.push(frame);
  }

  sendSync(frame: Uint8Array): void {
    if (this.session && this.socket.isOpen) this.sent++;
    this.send(frame);
  }

  sendPresence(state: unknown, clock: number, peer = this.doc.clientID): void {
    this.send(writeAwareness([{ peer, clock, state: JSON.stringify(state) }]));
  }

  /** Delivers its oldest frame to the server; false when there is none. */
  upload(): boolean {
    return this.session !== null && this.socket.deliverToServer(this.session);
  }

  /** Reads its oldest frame from the server; false when there is none. */
  download(): boolean {
    const frame = this.socket.takeForPeer();
    if (frame) this.#read(frame);
    return frame !== undefined;
  }

  #read(frame: Uint8Array): void {
    const decoder = decoding.createDecoder(frame);
    switch (decoding.readVarUint(decoder)) {
      case 0:
        this.#readSync(decoding.readVarUint(decoder), decoding.readVarUint8Array(decoder));
        break;
      case 1:
        this.#readAwareness(decoding.createDecoder(decoding.readVarUint8Array(decoder)));
        break;
      case 4:
        this.receipts.push(decoding.readVarUint(decoder));
        break;
      case 5:
        this.denials.push([decoding.readVarUint(decoder), decoding.readVarString(decoder)]);
        break;
      case 6:
        this.notices.push(JSON.parse(decoding.readVarString(decoder)));
        break;
      default:
        throw new RangeError('The server sent a message that is not in PROTOCOL.md.');
    }
    if (decoding.hasContent(decoder)) throw new RangeError('The server sent two messages in one frame.');
  }

  #readSync(type: number, bytes: Uint8Array): void {
    if (type === 0) this.sendSync(writeStep2(Y.encodeStateAsUpdate(this.doc, bytes)));
    else Y.applyUpdate(this.doc, bytes, this);
  }

  #readAwareness(decoder: decoding.Decoder): void {
    for (let left = decoding.readVarUint(decoder); left > 0; left--) {
      const peer = decoding.readVarUint(decoder);
      const clock = decoding.readVarUint(decoder);
      const state: unknown = JSON.parse(decoding.readVarString(decoder));
      if (clock > (this.presence.get(peer)?.clock ?? -1)) this.presence.set(peer, { clock, state });
    }
  }
}

/** Moves every frame of every peer, both ways, until nothing is on its way and no tick is due. */
export async function exchange(
  clock: { advance(ms: number): Promise<void> },
  ...peers: Peer[]
): Promise<void> {
  for (let quiet = 0; quiet < 2;) {
    await settle();
    let moved = false;
    for (const peer of peers) {
      while (peer.upload()) moved = true;
      while (peer.download()) moved = true;
    }
    await clock.advance(50);
    quiet = moved ? 0 : quiet + 1;
  }
}
