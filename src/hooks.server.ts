// The one door from requests to services: who is asking, from which page, and with which headers we answer.
import { error, type Handle, type HandleServerError } from '@sveltejs/kit';
import { personCookie } from '$core/person.ts';
import type { Services } from '../server/services.ts';

const oneYearS = 365 * 24 * 60 * 60;

async function servicesOf(platform: App.Platform | undefined): Promise<Services> {
  if (import.meta.env.DEV) return (await import('../server/dev.ts')).services;
  if (!platform) throw new Error('The server put no services on the request.');
  return (platform.req as typeof platform.req & { services: Services }).services;
}

/** A page of another site may not act in the name of a visitor of ours. Programs send no Origin. */
function isForeign(request: Request, url: URL): boolean {
  if (['GET', 'HEAD', 'OPTIONS'].includes(request.method)) return false;
  const origin = request.headers.get('origin');
  const site = request.headers.get('sec-fetch-site');
  return (origin !== null && origin !== url.origin) || site === 'cross-site' || site === 'same-site';
}

export const handle: Handle = async ({ event, resolve }) => {
  const services = await servicesOf(event.platform);
  event.locals.services = services;
  if (isForeign(event.request, event.url)) error(403, 'This request came from another site.');

  const key = event.cookies.get(personCookie);
  const known = await services.people.identify(key);
  const isPage = event.request.headers.get('accept')?.includes('text/html') ?? false;
  if (known) {
    event.locals.person = known;
    event.locals.remembered = true;
  } else if (isPage) {
    const created = services.people.createKey();
    event.cookies.set(personCookie, created, {
      path: '/',
      httpOnly: true,
      sameSite: 'lax',
      secure: event.url.protocol === 'https:',
      maxAge: oneYearS,
    });
    event.locals.person = (await services.people.identify(created)) ?? services.people.stranger();
    event.locals.remembered = true;
  } else {
    event.locals.person = services.people.stranger();
    event.locals.remembered = false;
  }

  const response = await resolve(event);
  response.headers.set('x-content-type-options', 'nosniff');
  response.headers.set('referrer-policy', 'same-origin');
  response.headers.set('permissions-policy', 'camera=(), microphone=(), geolocation=()');
  response.headers.set('cross-origin-opener-policy', 'same-origin');
  return response;
};

export const handleError: HandleServerError = ({ error: cause, event, status, message }) => {
  if (status >= 500) {
    event.locals.services?.log.error({ err: cause, route: event.route.id, status }, 'request failed');
  }
  return { message };
};
