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

type Handler = (request: IncomingMessage, response: ServerResponse, next: () => void) => void;

export function createHttpServer(services: Services, handler: Handler): Server {
  const server = createServer(limits, (request, response) => {
    // Kit believes this header; only a configured ORIGIN makes us https, never a stranger's word.
    request.headers['x-forwarded-proto'] = 'http';
    handler(Object.assign(request, { services }), response, () => response.writeHead(404).end());
  });
  server.on('upgrade', (request, socket, head) => {
    socket.on('error', () => socket.destroy());
    if (!services.collab.upgrade(request, socket, head)) socket.destroy();
  });
  return server;
}
