// The door for WebSockets: /collab/<note id>, and nothing else.
//
// What can be refused before the upgrade is refused by HTTP status (a malformed id, a foreign origin, a server
// that is going down); afterwards only a close code can say why. A page older than the note's schema is not let
// in: its editor would delete what it does not know (4409). A peer that names no schema (any y-websocket peer) is
// taken at its word. One socket is one note for life.
//
// One person, and one address, may hold so many sockets (429 beyond). Addresses of this machine are not counted:
// behind a proxy all come from there, and the proxy has to count.
//
// Every socket has an error listener, since `ws` reports hostile frames there. Frames that come before the room is
// open wait unread in the kernel, which bounds them. A peer whose end has gone without a word is found by ping:
// from whom nothing comes for 25 s is cut off. Pings of a peer's own are answered only while it reads, and cost it the
// socket when they flood: unread answers would pile up here.
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';
import type { WebSocket } from 'ws';
import { parseNoteId } from '../../src/core/ids.ts';
import type { NoteId } from '../../src/core/ids.ts';
import { Allowance } from './allowance.ts';
import { toFrames } from './frames.ts';
import { Headcount } from './headcount.ts';
import { closeCode, maxFrameBytes } from './protocol.ts';
import type { RoomLog, Rooms, Session, SessionPerson, SessionSocket } from './rooms.ts';

export interface UpgradeOptions {
  rooms: Rooms;
  /** Who opens the socket; null when nobody may be told from the request (refused with 401). */
  identify(request: IncomingMessage): SessionPerson | null | Promise<SessionPerson | null>;
  /** Whether this person may have this note; asked before the upgrade (refused with 403). */
  mayConnect(person: SessionPerson, noteId: NoteId): boolean | Promise<boolean>;
  /** Asked only when the request has an Origin header: browsers always send one, and cannot be made not to. Refused with 403. */
  allowedOrigin(request: IncomingMessage): boolean;
  /** The document schema's version. Older pages are refused. */
  schemaVersion: number;
  /** The note's epoch; '' when it is not known. A peer that names another is refused with 4410. */
  epochOf(noteId: NoteId): Promise<string>;
  clock: { now(): number };
  schedule(run: () => void, delayMs: number): () => void;
  log: RoomLog;
  limits?: UpgradeLimits;
}

export interface UpgradeLimits {
  socketsPerPerson: number;
  socketsPerAddress: number;
}

/** Three hundred people behind one address have a few tabs each. */
const generousLimits: UpgradeLimits = { socketsPerPerson: 200, socketsPerAddress: 10_000 };

export interface Upgrade {
  /** False, and the socket is left alone, when the path is not under /collab/. Otherwise the socket is taken care of. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): boolean;
  /** Takes nobody in any more (503). Rooms end their sessions; sockets that do not part then are cut off soon after. */
  close(): void;
}

const path = /^\/collab\/([^/]*)\/?$/;
const pingMs = 10_000;
/** A peer that has said nothing for so long, not even to pings, is gone; looked at with each ping, so within 35 s. */
const silenceMs = 25_000;
/** How long a socket may take to part after its close frame. */
const lingerMs = 1000;
/** The same for one whose session has ended; until then what it sends is read and ignored. */
const partingMs = 5000;
/** Pings and pongs of the peer's own making. */
const controlRate = { perSecond: 20, burst: 200 };
/** Above this no ping is answered. */
const maxUnreadBytes = 64 * 1024;

/** A frame that ws refuses by itself is closed with 1009, which a y-websocket peer retries; leave room for our own, final 4413. */
const hardMaxFrameBytes = 2 * maxFrameBytes;

export function createUpgrade(options: UpgradeOptions): Upgrade {
  const { rooms, log, limits = generousLimits } = options;
  const perPerson = new Headcount(limits.socketsPerPerson);
  const perAddress = new Headcount(limits.socketsPerAddress);
  const server = new WebSocketServer({
    noServer: true,
    clientTracking: true,
    perMessageDeflate: deflateTerms,
    autoPong: false,
    maxPayload: hardMaxFrameBytes,
    ...fragmentLimits,
  });
  const heardAt = new WeakMap<WebSocket, number>();
  const hear = (socket: WebSocket) => heardAt.set(socket, options.clock.now());
  let isClosing = false;

  const ping = () => {
    for (const socket of server.clients) {
      if (options.clock.now() - (heardAt.get(socket) ?? 0) > silenceMs) socket.terminate();
      else if (socket.readyState === socket.OPEN) socket.ping();
    }
    cancelPing = options.schedule(ping, pingMs);
  };
  let cancelPing = options.schedule(ping, pingMs);

  const serve = async (
    socket: WebSocket,
    raw: Duplex,
    noteId: NoteId,
    person: SessionPerson,
    query: URLSearchParams,
    deflate: boolean,
  ) => {
    hear(socket);
    const control = new Allowance(controlRate, options.clock.now());
    const hearControl = () => {
      hear(socket);
      if (control.take(1, options.clock.now())) return true;
      socket.terminate();
      return false;
    };
    socket.on('pong', hearControl);
    socket.on('ping', (data) => {
      if (hearControl() && socket.bufferedAmount <= maxUnreadBytes) socket.pong(data);
    });
    socket.on('message', () => hear(socket));
    socket.on('error', (error) => log.warn({ note: noteId, err: error }, 'a socket failed'));
    const schema = query.get('schema');
    if (schema !== null && !(Number(schema) >= options.schemaVersion)) {
      socket.close(closeCode.pageTooOld, 'Reload: this page is too old for this note.');
      return;
    }
    socket.pause();
    const [epoch, ours] = [query.get('epoch'), await options.epochOf(noteId)];
    if (epoch && ours && epoch !== ours) {
      socket.resume(); // or its answer to the close would not be read
      socket.close(closeCode.otherEpoch, 'This page kept another note that had this address.');
      return;
    }
    const sessionSocket = toSessionSocket(socket, raw, deflate, options.schedule);
    const session = await rooms.connect(noteId, sessionSocket, person, {
      rollcall: query.get('rollcall') === '1',
    });
    if (session) attach(socket, session);
    socket.resume();
  };

  /** Null when the person or the address holds too many already; else how to leave. */
  const enter = ({ id, isStranger }: SessionPerson, address: string): (() => void) | null => {
    const leaveAddress = isOfThisMachine(address) ? () => undefined : perAddress.enter(address);
    const leavePerson = isStranger ? () => undefined : perPerson.enter(id);
    if (leaveAddress && leavePerson) {
      return () => {
        leaveAddress();
        leavePerson();
      };
    }
    leaveAddress?.();
    leavePerson?.();
    return null;
  };

  const decide = async (request: IncomingMessage, socket: Duplex, head: Buffer, url: URL) => {
    const noteId = parseNoteId(path.exec(url.pathname)?.[1] ?? '');
    if (!noteId) return refuse(socket, 404, 'Not Found');
    if (isClosing) return refuse(socket, 503, 'Service Unavailable');
    if (request.headers.origin !== undefined && !options.allowedOrigin(request)) {
      return refuse(socket, 403, 'Forbidden');
    }
    const person = await options.identify(request);
    if (!person) return refuse(socket, 401, 'Unauthorized');
    if (!(await options.mayConnect(person, noteId))) return refuse(socket, 403, 'Forbidden');
    const leave = enter(person, request.socket.remoteAddress ?? '');
    if (!leave) return refuse(socket, 429, 'Too Many Requests');
    socket.on('close', leave);
    // The peer may have gone while it was being identified.
    if (socket.destroyed) return leave();
    server.handleUpgrade(request, socket, head, (webSocket) => {
      const deflate = takesDeflated(webSocket, request);
      serve(webSocket, socket, noteId, person, url.searchParams, deflate).catch((error: unknown) => {
        log.error({ note: noteId, err: error }, 'a session could not begin');
        webSocket.close(closeCode.failure, 'This note cannot be opened at the moment.');
      });
    });
  };

  return {
    upgrade(request, socket, head) {
      const url = toUrl(request.url);
      if (!url?.pathname.startsWith('/collab/')) return false;
      const ignore = () => undefined;
      socket.on('error', ignore); // ws brings its own once it has the socket
      decide(request, socket, head, url).catch((error: unknown) => {
        log.error({ err: error }, 'an upgrade failed');
        refuse(socket, 500, 'Internal Server Error');
      });
      return true;
    },
    close() {
      isClosing = true;
      cancelPing();
      options.schedule(() => server.clients.forEach((socket) => socket.terminate()), lingerMs);
    },
  };
}

/** Whether it agreed to compressed messages. One that wants a smaller window than ours is spoken to plainly. */
const takesDeflated = ({ extensions }: WebSocket, { headers }: IncomingMessage) =>
  extensions.includes('permessage-deflate') &&
  !headers['sec-websocket-extensions']?.includes('server_max_window_bits');

const isOfThisMachine = (address: string) => /^(::ffff:)?127\.|^::1$/.test(address);

function toUrl(text = ''): URL | null {
  try {
    return new URL(text, 'http://host');
  } catch {
    return null;
  }
}

function attach(socket: WebSocket, session: Session): void {
  socket.on('close', (code) => session.leave(code));
  socket.on('pong', () => session.heard());
  socket.on('message', (data: Buffer, isBinary: boolean) => {
    if (isBinary) session.receive(new Uint8Array(data.buffer, data.byteOffset, data.length));
    else session.end(closeCode.malformed, 'Messages are binary.');
  });
  if (socket.readyState !== socket.OPEN) session.leave();
}

// Frames go to the raw socket, made once for all (frames.ts). That is safe beside ws, which writes its own (pings,
// close) whole and at once: it never compresses anything itself.
function toSessionSocket(
  socket: WebSocket,
  raw: Duplex,
  deflate: boolean,
  schedule: UpgradeOptions['schedule'],
): SessionSocket {
  return {
    get isOpen() {
      return socket.readyState === socket.OPEN;
    },
    get bufferedBytes() {
      return raw.writableLength;
    },
    send(...packets) {
      if (packets.length === 1) return void raw.write(toFrames(packets[0]!, { deflate }));
      raw.cork();
      for (const packet of packets) raw.write(toFrames(packet, { deflate }));
      raw.uncork();
    },
    close(code, reason) {
      socket.close(code, reason);
      const cancel = schedule(() => socket.terminate(), partingMs);
      socket.once('close', cancel);
    },
  };
}

/**
 * Each message stands for itself, so that one compressed frame is right for all, and no socket holds a window. ws
 * never compresses: threshold. What a peer's message inflates to is bounded like one that is sent plainly (maxPayload).
 */
const deflateTerms = {
  serverNoContextTakeover: true,
  clientNoContextTakeover: true,
  threshold: Infinity,
  zlibInflateOptions: { chunkSize: 4096 },
};

// ws 8.21.1 brought these against floods of tiny fragments; its types do not know them yet.
const fragmentLimits: object = { maxFragments: 1024, maxBufferedChunks: 64 * 1024 };

/** The socket goes once the answer is out: a peer that does not close its end would keep it for ever. */
function refuse(socket: Duplex, status: number, reason: string): void {
  socket.once('finish', () => socket.destroy());
  socket.end(`HTTP/1.1 ${status} ${reason}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
}
