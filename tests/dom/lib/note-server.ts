// A server to hold in the hand: sockets that carry what the test moves, and the server's half of the exchange.

import * as decoding from 'lib0/decoding';
import * as encoding from 'lib0/encoding';
import { Awareness, encodeAwarenessUpdate } from 'y-protocols/awareness';
import { readSyncMessage, writeSyncStep1 } from 'y-protocols/sync';
import * as Y from 'yjs';

const messageSync = 0;
const messageAwareness = 1;
const messageReceipt = 4;
const messageDenied = 5;
const messageNotice = 6;

export class HandSocket extends EventTarget {
  static readonly OPEN = 1;
  readonly OPEN = 1;
  binaryType = 'arraybuffer';
  readyState = 0;
  bufferedAmount = 0;
  onopen: (() => void) | null = null;
  onmessage: ((event: MessageEvent) => void) | null = null;
  onclose: ((event: { code: number; reason: string }) => void) | null = null;
  onerror: (() => void) | null = null;
  readonly sent: Uint8Array[] = [];

  constructor(readonly url: string) {
    super();
  }

  send(frame: Uint8Array): void {
    this.sent.push(frame.slice());
  }

  close(): void {
    this.readyState = 3;
  }

  open(): void {
    this.readyState = 1;
    this.onopen?.();
  }

  receive(frame: Uint8Array): void {
    const event = new MessageEvent('message', { data: frame.slice().buffer });
    this.onmessage?.(event);
    this.dispatchEvent(new MessageEvent('message'));
  }

  drop(code = 1006, reason = ''): void {
    this.readyState = 3;
    this.onclose?.({ code, reason });
  }
}

/** Counts as the real one does: `written` is what this connection's frames came to. */
export class NoteServer {
  readonly doc = new Y.Doc();
  readonly sockets: HandSocket[] = [];
  readonly Socket: typeof WebSocket;
  #read = 0;
  #counted = 0;

  constructor() {
    const { sockets } = this;
    this.Socket = class extends HandSocket {
      constructor(url: string) {
        super(url);
        sockets.push(this);
      }
    } as unknown as typeof WebSocket;
  }

  get socket(): HandSocket {
    return this.sockets.at(-1)!;
  }

  /** Opens the newest socket and carries out the first exchange, without a receipt. */
  welcome(): void {
    this.#read = 0;
    this.#counted = 0;
    this.socket.open();
    this.socket.receive(message(messageSync, (encoder) => writeSyncStep1(encoder, this.doc)));
    this.answer();
  }

  /** Takes in what has been sent since the last call and answers what asks for an answer. */
  answer(): void {
    for (const frame of this.socket.sent.slice(this.#read)) {
      this.#read += 1;
      const decoder = decoding.createDecoder(frame);
      if (decoding.readVarUint(decoder) !== messageSync) continue;
      if (frame[1] === 1 || frame[1] === 2) this.#counted += 1;
      const reply = encoding.createEncoder();
      encoding.writeVarUint(reply, messageSync);
      readSyncMessage(decoder, reply, this.doc, this);
      if (encoding.length(reply) > 1) this.socket.receive(encoding.toUint8Array(reply));
    }
  }

  /** Says that everything taken in is on disk. */
  acknowledge(count = this.#counted): void {
    this.socket.receive(message(messageReceipt, (encoder) => encoding.writeVarUint(encoder, count)));
  }

  deny(reason: string): void {
    this.socket.receive(
      message(messageDenied, (encoder) => {
        encoding.writeVarUint(encoder, 1);
        encoding.writeVarString(encoder, reason);
      }),
    );
  }

  notice(text: string): void {
    this.socket.receive(message(messageNotice, (encoder) => encoding.writeVarString(encoder, text)));
  }

  /** Presence of somebody else, as the server writes it. */
  introduce(id: string, name: string): void {
    const other = new Awareness(new Y.Doc());
    other.setLocalState({ user: { id, name, colour: '#3f5bd6' }, cursor: null });
    const update = encodeAwarenessUpdate(other, [other.clientID]);
    this.socket.receive(message(messageAwareness, (encoder) => encoding.writeVarUint8Array(encoder, update)));
    other.destroy();
  }

  /** The sessions named in the presence messages of the newest socket, in order. */
  presenceSent(): number[] {
    return this.socket.sent.flatMap((frame) => {
      const decoder = decoding.createDecoder(frame);
      if (decoding.readVarUint(decoder) !== messageAwareness) return [];
      const update = decoding.createDecoder(decoding.readVarUint8Array(decoder));
      return Array.from({ length: decoding.readVarUint(update) }, () => {
        const id = decoding.readVarUint(update);
        decoding.readVarUint(update); // its clock
        decoding.readVarString(update);
        return id;
      });
    });
  }
}

function message(type: number, write: (encoder: encoding.Encoder) => void): Uint8Array {
  const encoder = encoding.createEncoder();
  encoding.writeVarUint(encoder, type);
  write(encoder);
  return encoding.toUint8Array(encoder);
}
