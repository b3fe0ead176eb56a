// A socket pair whose two queues the test holds: it decides when a frame is delivered, and which is lost.
import type { Packet } from '../../server/sync/packet.ts';
import type { Session, SessionSocket } from '../../server/sync/rooms.ts';

export class TestSocket implements SessionSocket {
  /** Frames on their way to the peer. */
  readonly toPeer: Uint8Array[] = [];
  /** Frames on their way to the server. */
  readonly toServer: Uint8Array[] = [];
  /** Set by a test that plays a peer which does not read. */
  bufferedBytes = 0;
  closed: { code: number; reason: string } | null = null;

  get isOpen(): boolean {
    return this.closed === null;
  }

  send(...packets: Packet[]): void {
    if (this.isOpen) this.toPeer.push(...packets.flatMap(({ messages }) => messages));
  }

  close(code: number, reason: string): void {
    this.closed ??= { code, reason };
  }

  /** Hands the oldest frame to the session; false when there is none. */
  deliverToServer(session: Session): boolean {
    const frame = this.toServer.shift();
    if (frame) session.receive(frame);
    return frame !== undefined;
  }

  /** The oldest frame for the peer, taken off its queue. */
  takeForPeer(): Uint8Array | undefined {
    return this.toPeer.shift();
  }
}
