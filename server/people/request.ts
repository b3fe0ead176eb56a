// What a bare http request (before any framework) says about who sent it and from where.
import type { IncomingMessage } from 'node:http';

/** The value of one cookie, or undefined. */
export function readCookie(request: IncomingMessage, name: string): string | undefined {
  for (const pair of (request.headers.cookie ?? '').split(';')) {
    const [key, ...value] = pair.split('=');
    if (key?.trim() === name) return value.join('=').trim();
  }
  return undefined;
}

/**
 * Whether a request comes from a page of ours; true without an Origin, which browsers always send with a WebSocket
 * and with whatever changes something. Without a configured origin, ours is whatever Host was asked for.
 */
export function isOwnOrigin(origin: string | null, host: string | null, configured: string | null): boolean {
  if (origin === null) return true;
  if (configured !== null) return origin === configured;
  return URL.canParse(origin) && new URL(origin).host === host;
}
