// What this connection has sent and what the server says of it.
//
// The server counts, per connection, the frames that carry changes (message type 0 with inner type 1 or 2) and
// tells how many are on disk. The same frames are counted here, at the only place every frame passes: the
// socket's send(). So the provider need not be trusted to tell, and a new socket starts a new count.

const messageSync = 0;
const syncStep2 = 1;
const syncUpdate = 2;

/** Whether a frame is one the server acknowledges. Both type numbers are below 128, hence one byte each. */
export function isCounted(frame: unknown): boolean {
  const bytes = firstBytes(frame);
  return bytes !== null && bytes[0] === messageSync && (bytes[1] === syncStep2 || bytes[1] === syncUpdate);
}

function firstBytes(frame: unknown): Uint8Array | null {
  if (frame instanceof ArrayBuffer) return new Uint8Array(frame, 0, Math.min(2, frame.byteLength));
  if (ArrayBuffer.isView(frame))
    return new Uint8Array(frame.buffer, frame.byteOffset, Math.min(2, frame.byteLength));
  return null;
}

/** The counts of one connection. Times are the caller's clock in milliseconds. */
export class Receipts {
  sent = 0;
  onDisk = 0;
  /** Since when the server owes an answer: the later of the first unanswered frame and its last answer. */
  waitingSince: number | null;

  /** A connection begins by owing us its state. */
  constructor(now: number) {
    this.waitingSince = now;
  }

  countSent(now: number): void {
    this.sent += 1;
    this.waitingSince ??= now;
  }

  /** `count` is cumulative. Counts that go back, or beyond what was sent, are a fault of the server's and change nothing. */
  acknowledge(count: number, now: number): void {
    if (count <= this.onDisk || count > this.sent) return;
    this.onDisk = count;
    this.waitingSince = count === this.sent ? null : now;
  }
}

export interface SocketListener {
  /** A socket is being made: counts start again. */
  opening(): void;
  /** A frame with changes has been handed to the network. */
  counted(): void;
  /** Anything at all has come in. */
  heard(): void;
}

/** `Base` with its counted frames reported to `listener`; for the provider's `WebSocketPolyfill`. */
export function countingSocket(Base: typeof WebSocket, listener: SocketListener): typeof WebSocket {
  return class CountingSocket extends Base {
    constructor(url: string | URL, protocols?: string | string[]) {
      super(url, protocols);
      listener.opening();
      this.addEventListener('message', () => listener.heard());
    }

    override send(frame: Parameters<WebSocket['send']>[0]): void {
      super.send(frame);
      if (isCounted(frame)) listener.counted();
    }
  };
}
