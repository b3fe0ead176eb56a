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
 * Whether a page of `origin` is one of ours. Without a configured origin, ours is whatever `host` was asked for.
 */
export function isOwnOrigin(origin: string, host: string | undefined, configured: string | null): boolean {
  if (configured !== null) return origin === configured;
  return URL.canParse(origin) && new URL(origin).host === host;
}
