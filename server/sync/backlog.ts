// What one peer was sent and has not read yet, and what follows from it.
//
//   up to 1 MiB   it is fed
//   above         (or when the next frame would bring it over 2 MiB) it is stale: not fed, and remembered with the
//                 state it will have when it has read. Once it nearly has, one difference brings it up to date
//   too long      30 s stale, or 5 s above 2 MiB without reading anything: it is stuck
//
// One answer to the peer's own question may be larger than all that: it is waited for as long as it shrinks.

/** Handed over and not yet taken by the network. */
interface Buffer {
  readonly bufferedBytes: number;
}

/** Above this a peer is not fed any more … */
const staleBytes = 1024 * 1024;
/** … until it has come down to this. */
const drainedBytes = 64 * 1024;
const maxBytes = 2 * 1024 * 1024;
const maxStaleMs = 30_000;
const maxStuckMs = 5000;

/** Whether a peer that is fed has more unread than that allows. */
export const isOverfed = ({ bufferedBytes }: Buffer) => bufferedBytes > staleBytes;

/** Whether a peer that is fed may be sent this as well. */
export const hasRoomFor = ({ bufferedBytes }: Buffer, packet: { readonly byteLength: number }) =>
  bufferedBytes === 0 || bufferedBytes + packet.byteLength <= maxBytes;

/** The time in which one peer is stale. */
export class Backlog {
  readonly #buffer: Buffer;
  readonly #since: number;
  /** What the peer has once it has read what it was sent; null when it has not asked for the document yet. */
  readonly stateVector: Uint8Array | null;
  #bytes: number;
  #shrunkAt: number;

  constructor(buffer: Buffer, stateVector: Uint8Array | null, now: number) {
    this.#buffer = buffer;
    this.stateVector = stateVector;
    this.#bytes = buffer.bufferedBytes;
    this.#since = this.#shrunkAt = now;
  }

  look(now: number): 'read' | 'waiting' | 'stuck' {
    const bytes = this.#buffer.bufferedBytes;
    if (bytes < this.#bytes) this.#shrunkAt = now;
    this.#bytes = bytes;
    const isStuck = bytes > maxBytes && now - this.#shrunkAt > maxStuckMs;
    if (isStuck || now - this.#since > maxStaleMs) return 'stuck';
    return bytes > drainedBytes ? 'waiting' : 'read';
  }
}
