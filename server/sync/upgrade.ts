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
// Frames that come before the room is open wait unread in the kernel, which bounds them. What is done with a socket
// once it is open: peer-socket.ts.
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';
import { parseNoteId } from '../../src/core/ids.ts';
import type { NoteId } from '../../src/core/ids.ts';
import { Headcount } from './headcount.ts';
import { PeerSocket, PeerWebSocket } from './peer-socket.ts';
import { closeCode, maxFrameBytes } from './protocol.ts';
import type { RoomLog, Rooms, SessionPerson } from './rooms.ts';

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
/** How long a socket may take to part after its close frame. */
const lingerMs = 1000;

/** A frame that ws refuses by itself is closed with 1009, which a y-websocket peer retries; leave room for our own, final 4413. */
const hardMaxFrameBytes = 2 * maxFrameBytes;

export function createUpgrade(options: UpgradeOptions): Upgrade {
  const { rooms, log, limits = generousLimits } = options;
  const perPerson = new Headcount(limits.socketsPerPerson);
  const perAddress = new Headcount(limits.socketsPerAddress);
  const server = new WebSocketServer<typeof PeerWebSocket>({
    WebSocket: PeerWebSocket,
    noServer: true,
    clientTracking: true,
    perMessageDeflate: deflateTerms,
    autoPong: false,
    maxPayload: hardMaxFrameBytes,
    ...fragmentLimits,
  });
  let isClosing = false;

  const ping = () => {
    for (const { peer } of server.clients) peer?.ping();
    cancelPing = options.schedule(ping, pingMs);
  };
  let cancelPing = options.schedule(ping, pingMs);

  const serve = async (
    socket: PeerWebSocket,
    peer: PeerSocket,
    noteId: NoteId,
    person: SessionPerson,
    query: URLSearchParams,
  ) => {
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
    const session = await rooms.connect(noteId, peer, person, { rollcall: query.get('rollcall') === '1' });
    if (session) peer.attach(session);
    socket.resume();
  };

  /** Null when the person or the address holds too many already; else how to leave. */
  const enter = ({ id, isStranger }: SessionPerson, address: string): (() => void) | null => {
    const leaveAddress = isOfThisMachine(address) ? ignore : perAddress.enter(address);
    const leavePerson = isStranger ? ignore : perPerson.enter(id);
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
    // What an open room has to say to a newcomer leaves with the answer to its request, as one write.
    socket.cork();
    setImmediate(() => socket.uncork());
    server.handleUpgrade(request, socket, head, (webSocket) => {
      const deflate = takesDeflated(webSocket, request);
      const peer = new PeerSocket(noteId, webSocket, socket, { deflate, tools: options });
      serve(webSocket, peer, noteId, person, url.searchParams).catch((error: unknown) => {
        log.error({ note: noteId, err: error }, 'a session could not begin');
        webSocket.resume();
        peer.close(closeCode.failure, 'This note cannot be opened at the moment.');
      });
    });
  };

  return {
    upgrade(request, socket, head) {
      const url = toUrl(request.url);
      if (!url?.pathname.startsWith('/collab/')) return false;
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

const ignore = () => undefined;

/** Whether it agreed to compressed messages. One that wants a smaller window than ours is spoken to plainly. */
const takesDeflated = ({ extensions }: PeerWebSocket, { headers }: IncomingMessage) =>
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
