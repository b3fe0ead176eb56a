// The one http server: services ride on the request, Kit answers pages and endpoints, /collab/* is
// upgraded to a session.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Services } from './services.ts';

type Handler = (request: IncomingMessage, response: ServerResponse, next: () => void) => void;

export function createHttpServer(services: Services, handler: Handler): Server {
  const server = createServer({ maxHeaderSize: 16 * 1024, requestTimeout: 60_000 }, (request, response) => {
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
