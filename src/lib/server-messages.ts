// The messages of our own that the server adds to the y-websocket protocol (server/PROTOCOL.md), and what it has of the
// note: read and named.

import * as decoding from 'lib0/decoding';
import type { WebsocketProvider } from 'y-websocket';
import { decodeStateVector } from 'yjs';
import type { Doc } from 'yjs';

const messageSync = 0;
const syncStep1 = 0;
const messageReceipt = 4;
const messageDenied = 5;
const messageNotice = 6;

export interface ServerMessages {
  /** How far the server has the note, by Yjs id: it says so before anything else, in y-websocket's own step 1. */
  has(stateVector: ReadonlyMap<number, number>): void;
  /** A change is about to be taken into the document; null: it has been. */
  update(update: Uint8Array | null): void;
  /** `count` of this connection's frames with changes are on disk; cumulative. */
  receipt(count: number): void;
  /** The server takes no changes from this session, or none at all; null: it does again. */
  readOnly(reason: string | null): void;
  /** Who was writing and is not heard, as it came over the wire. */
  silent(notice: Record<string, unknown>): void;
}

/** Has `provider` pass the server's own messages on. A notice that cannot be read is passed over. */
export function handleServerMessages(provider: WebsocketProvider, messages: ServerMessages): void {
  const sync = provider.messageHandlers[messageSync]!;
  provider.messageHandlers[messageSync] = (reply, message, ...rest) => {
    const ahead = decoding.clone(message);
    const asks = decoding.readVarUint(ahead) === syncStep1;
    const told = decoding.readVarUint8Array(ahead);
    const answer = () => sync(reply, message, ...rest);
    if (asks) {
      messages.has(decodeStateVector(told));
      withoutPending(provider.doc.store, answer);
      return;
    }
    messages.update(told);
    try {
      answer();
    } finally {
      messages.update(null);
    }
  };
  provider.messageHandlers[messageReceipt] = (_reply, message) => {
    messages.receipt(decoding.readVarUint(message));
  };
  provider.messageHandlers[messageDenied] = (_reply, message) => {
    decoding.readVarUint(message); // how many frames: whichever they were, they will not be kept
    messages.readOnly(decoding.readVarString(message));
  };
  provider.messageHandlers[messageNotice] = (_reply, message) => {
    const notice = parseNotice(decoding.readVarString(message));
    if (notice?.kind === 'live') messages.readOnly(null);
    if (notice?.kind === 'read-only') messages.readOnly(String(notice.reason ?? ''));
    if (notice?.kind === 'silent') messages.silent(notice);
  };
}

/**
 * What a device kept with a hole before it is in no text, and Yjs would send it along all the same. The server takes
 * nothing that does not fit (server/PROTOCOL.md, S6), and would turn away all that is in the same answer.
 */
function withoutPending(store: Doc['store'], run: () => void): void {
  const { pendingStructs, pendingDs } = store;
  store.pendingStructs = store.pendingDs = null;
  run();
  store.pendingStructs = pendingStructs;
  store.pendingDs = pendingDs;
}

function parseNotice(json: string): Record<string, unknown> | null {
  try {
    return JSON.parse(json) as Record<string, unknown> | null;
  } catch {
    return null;
  }
}
