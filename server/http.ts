// The one http server: services ride on the request, Kit answers pages and endpoints, /collab/* is
// upgraded to a session.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Services } from './services.ts';

/** A peer that says its request word by word does not hold its socket for long; a large import may take its minute. */
const limits = {
  maxHeaderSize: 16 * 1024,
  headersTimeout: 10_000,
  requestTimeout: 60_000,
  connectionsCheckingInterval: 5000,
};

/** Bodies larger than this share a place of `bodiesBytes`: nobody fills the memory with many that never end. */
const smallBodyBytes = 64 * 1024;
const bodiesBytes = 128 * 1024 * 1024;

type Handler = (request: IncomingMessage, response: ServerResponse, next: () => void) => void;

export function createHttpServer(services: Services, handler: Handler): Server {
  const hasRoomFor = shareRoom(services.config.maxBodyBytes);
  const server = createServer(limits, (request, response) => {
    if (!isReadable(request.url)) return void response.writeHead(400).end('Bad Request');
    if (!hasRoomFor(request, response)) {
      request.resume(); // to its end and kept nowhere, so that whoever sends it reads the answer
      response.writeHead(503, { 'retry-after': '10', 'content-type': 'application/json' });
      return void response.end('{"message":"Too much is being sent at once. Try again in a moment."}');
    }
    // Kit believes this header; only a configured ORIGIN makes us https, never a stranger's word.
    request.headers['x-forwarded-proto'] = 'http';
    keepFilesHarmless(request, response);
    handler(Object.assign(request, { services }), response, () => response.writeHead(404).end());
  });
  server.on('upgrade', (request, socket, head) => {
    socket.on('error', () => socket.destroy());
    if (!services.collab.upgrade(request, socket, head)) socket.destroy();
  });
  return server;
}

/** Tells of each request whether its body may be read beside those that are under way, until it is answered. */
function shareRoom(maxBodyBytes: number): (request: IncomingMessage, response: ServerResponse) => boolean {
  let taken = 0;
  // Kit reads no more of any body (main.ts).
  const longest = Math.min(maxBodyBytes, bodiesBytes);
  return ({ headers }, response) => {
    // One that does not say how long it is may be as long as any.
    const told = headers['transfer-encoding'] ? longest : Number(headers['content-length'] ?? 0);
    if (told <= smallBodyBytes) return true;
    const bytes = Math.min(told, longest);
    if (taken + bytes > bodiesBytes) return false;
    taken += bytes;
    response.once('close', () => (taken -= bytes));
    return true;
  };
}

/** What our hooks throw for a path that Kit cannot decode, Kit does not catch: the process would end. */
function isReadable(url = ''): boolean {
  try {
    decodeURI(url.split('?', 1)[0]!);
    return true;
  } catch {
    return false;
  }
}

/**
 * Kit's file server throws on a range that ends before it begins, and does not listen for a file that is gone (another
 * build has taken its place) or cannot be opened (too many are). Either would end the process, for everybody.
 */
function keepFilesHarmless(request: IncomingMessage, response: ServerResponse): void {
  delete request.headers.range;
  response.on('pipe', (file) => file.on('error', () => response.destroy()));
}
