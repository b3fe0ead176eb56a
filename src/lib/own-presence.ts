// Sends this session's presence, and nobody else's.
//
// The provider answers every presence change with a message to the server, including changes that just came
// from the server: with n people each caret move would come back n times. Its handler is taken off and one put
// in its place that speaks for our own session only. Renewal every 15 seconds is the Awareness's own doing and
// passes through here like any other change.

import * as encoding from 'lib0/encoding';
import { encodeAwarenessUpdate } from 'y-protocols/awareness';
import type { Awareness } from 'y-protocols/awareness';
import type { WebsocketProvider } from 'y-websocket';

const messageAwareness = 1;

interface Change {
  added: number[];
  updated: number[];
  removed: number[];
}

/** Returns its undo. */
export function sendOwnPresenceOnly(provider: WebsocketProvider): () => void {
  const { awareness } = provider;
  const send = ({ added, updated, removed }: Change, origin: unknown) => {
    const own = awareness.clientID;
    // The server may believe this session gone (its last connection's end came late): then we say we are here.
    const concernsUs =
      origin === provider
        ? removed.includes(own)
        : [added, updated, removed].some((ids) => ids.includes(own));
    if (concernsUs) sendPresence(provider, awareness);
  };
  awareness.off('update', provider._awarenessUpdateHandler);
  awareness.on('update', send);
  return () => awareness.off('update', send);
}

function sendPresence({ ws, wsconnected }: WebsocketProvider, awareness: Awareness): void {
  if (!wsconnected || ws === null || ws.readyState !== ws.OPEN) return;
  const encoder = encoding.createEncoder();
  encoding.writeVarUint(encoder, messageAwareness);
  encoding.writeVarUint8Array(encoder, encodeAwarenessUpdate(awareness, [awareness.clientID]));
  ws.send(encoding.toUint8Array(encoder));
}
