// One peer's WebSocket for its whole life: what is heard on it, and what its session does with it.
//
// It has an error listener, since `ws` reports hostile frames there. A peer whose end has gone without a word is found
// by ping: from whom nothing comes for 25 s is cut off. Pings of a peer's own are answered only while it reads, and
// cost it the socket when they flood: unread answers would pile up here.
//
// There are thousands of these, so listeners are shared, and find the socket's state in the socket.
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { WebSocket } from 'ws';
import type { NoteId } from '../../src/core/ids.ts';
import { Allowance } from './allowance.ts';
import { toFrames } from './frames.ts';
import type { Packet } from './packet.ts';
import { closeCode } from './protocol.ts';
import type { RoomTools } from './room-tools.ts';
import type { Session, SessionSocket } from './rooms.ts';

/** What `ws` makes for each peer. */
export class PeerWebSocket extends WebSocket {
  /** From the moment it is open. */
  peer: PeerSocket | null = null;
}

type PeerSocketTools = Pick<RoomTools, 'schedule' | 'log'> & { clock: Pick<RoomTools['clock'], 'now'> };

/** A peer that has said nothing for so long, not even to pings, is gone; looked at with each ping, so within 35 s. */
const silenceMs = 25_000;
/** How long a socket whose session has ended may take to part; until then what it sends is read and ignored. */
const partingMs = 5000;
/** Pings and pongs of the peer's own making. */
const controlRate = { perSecond: 20, burst: 200 };
/** Above this no ping is answered. */
const maxUnreadBytes = 64 * 1024;

export class PeerSocket implements SessionSocket {
  readonly #noteId: NoteId;
  readonly #socket: PeerWebSocket;
  readonly #raw: Duplex;
  readonly #deflate: boolean;
  readonly #tools: PeerSocketTools;
  readonly #control: Allowance;
  #session: Session | null = null;
  #heardAt: number;
  /** When it was last pinged, and how much had come in by then. */
  #pingedAt: number;
  #pingedBytes: number;

  /** `raw` is what `socket` runs on. `deflate`: the peer takes compressed frames. */
  constructor(
    noteId: NoteId,
    socket: PeerWebSocket,
    raw: Duplex,
    options: { deflate: boolean; tools: PeerSocketTools },
  ) {
    this.#noteId = noteId;
    this.#socket = socket;
    this.#raw = raw;
    this.#deflate = options.deflate;
    this.#tools = options.tools;
    this.#heardAt = this.#pingedAt = this.#tools.clock.now();
    this.#pingedBytes = this.#readBytes;
    this.#control = new Allowance(controlRate, this.#heardAt);
    socket.peer = this;
    socket.on('close', onClose);
    socket.on('error', onError);
    socket.on('message', onMessage);
    socket.on('ping', onPing);
    socket.on('pong', onPong);
  }

  /** From now on its frames are the session's, and its end is. */
  attach(session: Session): void {
    this.#session = session;
    if (!this.isOpen) session.leave();
  }

  /** Asks for a sign of life, and cuts off who has not given one for too long. */
  ping(): void {
    const now = this.#tools.clock.now();
    // Behind a large message on a slow network a pong waits long: the message itself, as it comes in, is a sign as well.
    if (this.#heardAt < this.#pingedAt && this.#readBytes > this.#pingedBytes) this.#heardAt = now;
    this.#pingedAt = now;
    this.#pingedBytes = this.#readBytes;
    if (now - this.#heardAt > silenceMs) this.#socket.terminate();
    else if (this.isOpen) this.#socket.ping();
  }

  // ---- for the session

  get isOpen(): boolean {
    return this.#socket.readyState === WebSocket.OPEN;
  }

  get bufferedBytes(): number {
    return this.#raw.writableLength;
  }

  // Frames go to the raw socket, made once for all (frames.ts). That is safe beside ws, which writes its own (pings,
  // close) whole and at once: it never compresses anything itself.
  send(...packets: Packet[]): void {
    if (packets.length === 1) return void this.#raw.write(toFrames(packets[0]!, { deflate: this.#deflate }));
    this.#raw.cork();
    for (const packet of packets) this.#raw.write(toFrames(packet, { deflate: this.#deflate }));
    this.#raw.uncork();
  }

  close(code: number, reason: string): void {
    this.#socket.close(code, reason);
    const cancel = this.#tools.schedule(() => this.#socket.terminate(), partingMs);
    this.#socket.once('close', cancel);
  }

  // ---- for the listeners

  closed(code: number): void {
    this.#session?.leave(code);
  }

  failed(error: Error): void {
    this.#tools.log.warn({ note: this.#noteId, err: error }, 'a socket failed');
  }

  pinged(data: Buffer): void {
    if (this.#hearControl() && this.#socket.bufferedAmount <= maxUnreadBytes) this.#socket.pong(data);
  }

  ponged(): void {
    if (this.#hearControl()) this.#session?.heard();
  }

  received(data: Buffer, isBinary: boolean): void {
    this.#hear();
    if (isBinary) this.#session?.receive(data);
    else this.#session?.end(closeCode.malformed, 'Messages are binary.');
  }

  get #readBytes(): number {
    return (this.#raw as Socket).bytesRead;
  }

  #hear(): void {
    this.#heardAt = this.#tools.clock.now();
  }

  #hearControl(): boolean {
    this.#hear();
    const may = this.#control.take(1, this.#heardAt);
    if (!may) this.#socket.terminate();
    return may;
  }
}

const peerOf = (socket: WebSocket) => (socket as PeerWebSocket).peer;

function onClose(this: WebSocket, code: number) {
  peerOf(this)?.closed(code);
}

function onError(this: WebSocket, error: Error) {
  peerOf(this)?.failed(error);
}

function onMessage(this: WebSocket, data: Buffer, isBinary: boolean) {
  peerOf(this)?.received(data, isBinary);
}

function onPing(this: WebSocket, data: Buffer) {
  peerOf(this)?.pinged(data);
}

function onPong(this: WebSocket) {
  peerOf(this)?.ponged();
}
