// What the service worker does with a request, and the words between it and pages. Pure.
//
// Kept on this device, for opening without a network: the app itself, and the last copy of the home page and of
// each note visited. Never anything else: no endpoint, no export, no live connection.

/** What a page may ask of the service worker. `path` is one of a page. */
export type OfflineRequest = { kind: 'keep' | 'forget'; path: string };

/** `app`: from what is kept, else the network. `page`: from the network, else what is kept. `pass`: not ours. */
export type OfflineRule = 'app' | 'page' | 'pass';

const notePath = /^\/n\/[A-Za-z0-9_-]{22}$/;

export const isPagePath = (path: string): boolean => path === '/' || notePath.test(path);

export function offlineRule(
  request: { method: string; mode: string; url: string },
  origin: string,
  app: ReadonlySet<string>,
): OfflineRule {
  const url = new URL(request.url);
  if (request.method !== 'GET' || url.origin !== origin) return 'pass';
  if (app.has(url.pathname)) return 'app';
  return request.mode === 'navigate' && isPagePath(url.pathname) ? 'page' : 'pass';
}

/** What a page's fresh answer means for its kept copy. */
export function afterPageAnswer(status: number): 'keep' | 'forget' | 'leave' {
  if (status === 200) return 'keep';
  return status === 404 || status === 410 ? 'forget' : 'leave';
}

/** Null for whatever is no such request. */
export function readOfflineRequest(message: unknown): OfflineRequest | null {
  const { kind, path } = (message ?? {}) as Record<string, unknown>;
  if ((kind !== 'keep' && kind !== 'forget') || typeof path !== 'string' || !isPagePath(path)) return null;
  return { kind, path };
}
