// The page's side of working without a network: has the service worker installed and this page kept.

import type { OfflineRequest } from './offline-rules.ts';

/**
 * Keeps the app and the present page on this device. Does nothing where that cannot be had (plain http, private
 * windows) and during development, where kept files would hide changes. Every page visited may call it.
 */
export function registerOffline(): void {
  const { serviceWorker } = navigator;
  if (!serviceWorker || import.meta.env.DEV) return;
  // The page came before its worker, or before the worker's new version: either way nothing has kept it yet.
  const keep = () => tell({ kind: 'keep', path: location.pathname });
  serviceWorker.oncontrollerchange = keep;
  // Without a worker everything but opening offline still works, so a refusal needs no answer.
  void serviceWorker.register('/service-worker.js').then(keep, () => undefined);
}

/** Takes a page's copy from this device, for a note that is gone. */
export function forgetOffline(path: string): void {
  tell({ kind: 'forget', path });
}

function tell(request: OfflineRequest): void {
  navigator.serviceWorker?.controller?.postMessage(request);
}
