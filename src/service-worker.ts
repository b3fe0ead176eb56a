// Opens the app and visited notes without a network. Which request is treated how: lib/offline-rules.ts.
//
// Model: two caches of this version. `app` holds every file of the build, filled at once; they carry their hash
// in their name, so what is kept is always right. `pages` holds the last good answer of each page visited, used
// only when the network fails; their text then comes from the note's own copy in IndexedDB. A page names files
// of its own version, so both caches go when a new version takes over, and open pages ask to be kept anew.
// The home page is kept from the start; for a page that is not kept, static/offline.html says so.
//
// Privacy: copies live on this device only, the oldest go beyond fifty, and a note that answers 404 or 410 is
// forgotten. Deliberately not done: keeping endpoints, exports or the data of client-side navigation.

import { build, files, version } from '$service-worker';
import { afterPageAnswer, offlineRule, readOfflineRequest } from './lib/offline-rules.ts';

interface WorkerEvent extends Event {
  waitUntil(work: Promise<unknown>): void;
}
interface WorkerFetchEvent extends WorkerEvent {
  readonly request: Request;
  respondWith(answer: Promise<Response>): void;
}
interface Worker {
  readonly clients: { claim(): Promise<void> };
  skipWaiting(): Promise<void>;
  addEventListener(type: 'install' | 'activate', listener: (event: WorkerEvent) => void): void;
  addEventListener(type: 'fetch', listener: (event: WorkerFetchEvent) => void): void;
  addEventListener(type: 'message', listener: (event: WorkerEvent & { data: unknown }) => void): void;
}

const worker = self as unknown as Worker;
const appCache = `rollcall-app-${version}`;
const pagesCache = `rollcall-pages-${version}`;
const app = new Set([...build, ...files]);
const maxPages = 50;

worker.addEventListener('install', (event) => event.waitUntil(install()));
worker.addEventListener('activate', (event) => event.waitUntil(takeOver()));

worker.addEventListener('fetch', (event) => {
  const { request } = event;
  switch (offlineRule(request, location.origin, app)) {
    case 'app':
      return event.respondWith(answerFromApp(request));
    case 'page':
      return event.respondWith(answerPage(request, event));
    case 'pass':
      return;
  }
});

worker.addEventListener('message', (event) => {
  const request = readOfflineRequest(event.data);
  if (request?.kind === 'keep') event.waitUntil(keepFresh(request.path));
  if (request?.kind === 'forget') event.waitUntil(forget(request.path));
});

async function install(): Promise<void> {
  const cache = await caches.open(appCache);
  await cache.addAll([...app]);
  await keepFresh('/');
  await worker.skipWaiting();
}

async function takeOver(): Promise<void> {
  const old = (await caches.keys()).filter(
    (name) => name.startsWith('rollcall-') && name !== appCache && name !== pagesCache,
  );
  await Promise.all(old.map((name) => caches.delete(name)));
  await worker.clients.claim();
}

async function answerFromApp(request: Request): Promise<Response> {
  const cache = await caches.open(appCache);
  return (await cache.match(new URL(request.url).pathname)) ?? fetch(request);
}

async function answerPage(request: Request, event: WorkerEvent): Promise<Response> {
  const { pathname } = new URL(request.url);
  try {
    const answer = await fetch(request);
    event.waitUntil(settle(pathname, answer.clone()));
    return answer;
  } catch (failure) {
    const kept = await (await caches.open(pagesCache)).match(pathname);
    const fallback = kept ?? (await (await caches.open(appCache)).match('/offline.html'));
    if (fallback) return fallback;
    throw failure;
  }
}

async function keepFresh(path: string): Promise<void> {
  try {
    await settle(path, await fetch(path));
  } catch {
    // No network just now: the next visit keeps it.
  }
}

async function settle(path: string, answer: Response): Promise<void> {
  switch (afterPageAnswer(answer.status)) {
    case 'keep':
      return keep(path, answer);
    case 'forget':
      return forget(path);
    case 'leave':
      return;
  }
}

async function keep(path: string, answer: Response): Promise<void> {
  const cache = await caches.open(pagesCache);
  await cache.delete(path); // so that the order of keys is the order of visits
  await cache.put(path, answer);
  const oldest = (await cache.keys()).slice(0, -maxPages);
  await Promise.all(oldest.map((request) => cache.delete(request)));
}

async function forget(path: string): Promise<void> {
  await (await caches.open(pagesCache)).delete(path);
}
