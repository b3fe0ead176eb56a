// A peer over a real socket that streams numbered edits, and remembers what it was promised and what it saw.
import * as decoding from 'lib0/decoding';
import WebSocket from 'ws';
import * as Y from 'yjs';
import { writeStep1, writeStep2, writeUpdate } from '../../server/sync/protocol.ts';

export class Writer {
  readonly #name: string;
  readonly #doc = new Y.Doc();
  readonly #socket: WebSocket;
  /** The edit that each sync frame carried, in order; null for frames without one. */
  readonly #frames: (string | null)[] = [];
  #acknowledged = 0;
  /** Others' edits that arrived here. */
  readonly seen = new Set<string>();
  /** Resolves when the note has arrived. */
  readonly synced: Promise<void>;

  /** Without a `name` it only looks. */
  constructor(url: string, name = '') {
    this.#name = name;
    this.#socket = new WebSocket(`${url}?rollcall=1`);
    this.#socket.binaryType = 'arraybuffer';
    this.#socket.on('error', () => undefined); // the server is killed under it
    this.#socket.on('open', () => this.#socket.send(writeStep1(Y.encodeStateVector(this.#doc))));
    this.synced = new Promise((resolve) => {
      this.#socket.on('message', (data: ArrayBuffer) => this.#read(new Uint8Array(data), resolve));
    });
    this.#doc.on('update', (update: Uint8Array, origin: unknown) => {
      if (origin !== this) this.#socket.send(writeUpdate(update));
    });
    this.#edits.observe((event) => {
      if (event.transaction.origin === this) for (const edit of event.keysChanged) this.seen.add(edit);
    });
  }

  get #edits(): Y.Map<number> {
    return this.#doc.getMap('default');
  }

  /** Edits that a receipt covers. */
  get acknowledged(): string[] {
    return this.#frames.slice(0, this.#acknowledged).filter((edit) => edit !== null);
  }

  get sent(): number {
    return this.#frames.length;
  }

  write(): void {
    if (this.#socket.readyState !== WebSocket.OPEN) return;
    const edit = `${this.#name}-${this.#frames.length}`;
    this.#frames.push(edit);
    this.#edits.set(edit, 1);
  }

  has(edit: string): boolean {
    return this.#edits.has(edit);
  }

  close(): void {
    this.#socket.terminate();
    this.#doc.destroy();
  }

  #read(frame: Uint8Array, synced: () => void): void {
    const decoder = decoding.createDecoder(frame);
    const type = decoding.readVarUint(decoder);
    if (type === 4) this.#acknowledged = decoding.readVarUint(decoder);
    if (type !== 0) return;
    const syncType = decoding.readVarUint(decoder);
    const bytes = decoding.readVarUint8Array(decoder);
    if (syncType === 0) {
      this.#frames.push(null);
      this.#socket.send(writeStep2(Y.encodeStateAsUpdate(this.#doc, bytes)));
    } else {
      Y.applyUpdate(this.#doc, bytes, this);
      if (syncType === 1) synced();
    }
  }
}
