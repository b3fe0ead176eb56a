// Finds out at once that a connection died while the device slept or changed networks.
//
// A dead TCP connection looks open for minutes, and the provider waits 30 seconds. When something suggests a
// change (the page is shown again, the network came or went, time has jumped: the device slept), the server is asked
// for its state; if nothing at all arrives within 2 seconds the socket is dropped and a new one tried without
// waiting. So whoever wakes up has the note again within 3 seconds.
// Slow is not dead: the waiting starts anew whenever what is being sent has grown less, and is longer each time that
// the note did not come in time.
// Deliberately not done: probing on a timer. The provider's own watchdog covers what no event tells of.

import * as encoding from 'lib0/encoding';
import { writeSyncStep1 } from 'y-protocols/sync';
import type { WebsocketProvider } from 'y-websocket';

const answerWithinMs = 2000;
/** How often that may double for a note that is large, or a way that is slow. The provider gives up after 30 s. */
const mostDoublings = 4;
/** So often it is looked whether what is being sent grows less: a letter just typed is out in a moment. */
const sendingLookMs = 250;
const lookMs = 1000;
/** A look that comes so much too late was slept through. In a hidden page the browser holds timers back, too. */
const sleptMs = 4000;
const messageSync = 0;

export interface WakeProbe {
  /** Something has arrived: the connection lives. */
  heard(): void;
  probe(): void;
  close(): void;
}

/** Watches the page and the network for reasons to probe, until closed. A provider that has given up is left alone. */
export function openWakeProbe(provider: WebsocketProvider, now: () => number): WakeProbe {
  let timer: ReturnType<typeof setTimeout> | null = null;
  /** Connections in a row that were given up before the note had come over them. */
  let givenUp = 0;

  const isLoading = () => provider.wsconnected && !provider.synced;
  const unsent = () => provider.ws?.bufferedAmount ?? 0;
  const heard = () => {
    if (timer !== null) clearTimeout(timer);
    timer = null;
  };
  const reconnect = () => {
    if (isLoading()) givenUp = Math.min(givenUp + 1, mostDoublings);
    provider.disconnect();
    provider.connect();
  };
  const answerTime = () => (isLoading() ? answerWithinMs * 2 ** givenUp : answerWithinMs);
  /** `before`: so much was unsent without our question, which the device takes from us even when nothing gets out. */
  const waitForAnswer = (before: number, leftMs = answerTime()) => {
    timer = setTimeout(() => {
      timer = null;
      const after = unsent();
      if (after < before) waitForAnswer(after);
      else if (leftMs > sendingLookMs) waitForAnswer(before, leftMs - sendingLookMs);
      else reconnect();
    }, sendingLookMs);
  };
  const probe = () => {
    if (!provider.shouldConnect || timer !== null) return;
    if (provider.ws === null) {
      provider.connect(); // between two tries: no reason to wait for the next
      return;
    }
    const before = unsent();
    if (provider.wsconnected) askForState(provider);
    waitForAnswer(before);
  };
  const shown = () => {
    if (document.visibilityState === 'visible') probe();
  };

  let lookedAt = now();
  const look = () => {
    const late = now() - lookedAt - lookMs;
    lookedAt = now();
    if (late > sleptMs) shown();
  };
  const looking = setInterval(look, lookMs);

  const arrived = (synced: boolean) => {
    if (synced) givenUp = 0;
  };
  provider.on('sync', arrived);
  window.addEventListener('online', probe);
  window.addEventListener('offline', probe);
  document.addEventListener('visibilitychange', shown);
  return {
    heard,
    probe,
    close() {
      heard();
      clearInterval(looking);
      provider.off('sync', arrived);
      window.removeEventListener('online', probe);
      window.removeEventListener('offline', probe);
      document.removeEventListener('visibilitychange', shown);
    },
  };
}

function askForState({ ws, doc }: WebsocketProvider): void {
  const encoder = encoding.createEncoder();
  encoding.writeVarUint(encoder, messageSync);
  writeSyncStep1(encoder, doc);
  ws?.send(encoding.toUint8Array(encoder));
}
