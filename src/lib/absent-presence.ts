// Whoever was here before the connection broke is here again as soon as the server says so.
//
// When a connection ends the provider takes the others' presence away and keeps their clocks. The server then says
// what it said before, and y-protocols passes over a clock it has had: those who did not move meanwhile would be
// missing until their next renewal, up to 20 s later. The clocks keep old news of a peer behind newer ones; after
// the end of a connection no old news can come any more, since only the server speaks of others.

import type { WebsocketProvider } from 'y-websocket';

/** Returns its undo. */
export function forgetAbsent(provider: WebsocketProvider): () => void {
  const { awareness } = provider;
  const forget = ({ status }: { status: string }) => {
    if (status !== 'disconnected') return;
    for (const peer of awareness.meta.keys()) if (!awareness.states.has(peer)) awareness.meta.delete(peer);
  };
  provider.on('status', forget);
  return () => provider.off('status', forget);
}
