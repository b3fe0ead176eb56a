// A WebSocket by hand: upgrades, sends whatever bytes a test wants, and waits for the server to end the socket.
import { request as httpRequest } from 'node:http';

/** Resolves when the server has ended the socket. */
export function rawUpgrade(
  origin: string,
  noteId: string,
  bytes: Buffer,
  more: Record<string, string> = {},
): Promise<void> {
  const { port } = new URL(origin);
  const headers = {
    connection: 'Upgrade',
    upgrade: 'websocket',
    'sec-websocket-version': '13',
    'sec-websocket-key': Buffer.alloc(16).toString('base64'),
    ...more,
  };
  return new Promise((resolve) => {
    const request = httpRequest({ port, host: '127.0.0.1', path: `/collab/${noteId}`, headers });
    request.on('upgrade', (_response, socket) => {
      socket.on('error', () => undefined);
      socket.on('close', () => resolve());
      socket.resume();
      socket.write(bytes);
    });
    request.end();
  });
}
