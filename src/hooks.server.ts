// The one door from requests to services: who is asking, from which page, and with which headers we answer.
import { error, type Handle, type HandleServerError, type RequestEvent } from '@sveltejs/kit';
import { personCookie } from '$core/person.ts';
import type { Services } from '../server/services.ts';
import type { StorageError } from '../server/storage/storage.ts';

const oneYearS = 365 * 24 * 60 * 60;

async function servicesOf(platform: App.Platform | undefined): Promise<Services> {
  if (import.meta.env.DEV) return (await import('../server/dev.ts')).services;
  if (!platform) throw new Error('The server put no services on the request.');
  return (platform.req as typeof platform.req & { services: Services }).services;
}

const isForm = ({ headers }: Request) =>
  /^(application\/x-www-form-urlencoded|multipart\/form-data|text\/plain)\b/i.test(
    headers.get('content-type') ?? '',
  );

/**
 * A page of another site may not act in the name of a visitor of ours. Browsers say where a request comes from;
 * programs do not, and act in nobody's name. What says neither but carries somebody's cookie and a body any page
 * can send is taken for an old browser's form: this stands in for Kit's own check, which also turns away programs.
 */
function isForeign({ request, locals, cookies }: RequestEvent): boolean {
  if (['GET', 'HEAD', 'OPTIONS'].includes(request.method)) return false;
  const site = request.headers.get('sec-fetch-site');
  if (site === 'cross-site' || site === 'same-site') return true;
  const origin = request.headers.get('origin');
  if (origin === null && site === null && isForm(request)) return cookies.get(personCookie) !== undefined;
  return !locals.services.isOwnOrigin(origin, request.headers.get('host'));
}

/** Whom the cookie names. A page hands out a cookie, and each page makes it last another year; programs get none. */
async function recognise({ request, cookies, url, locals }: RequestEvent): Promise<void> {
  const { people } = locals.services;
  const isPage = request.headers.get('accept')?.includes('text/html') ?? false;
  const held = cookies.get(personCookie);
  const known = await people.identify(held);
  const key = known && held ? held : isPage ? people.createKey() : null;
  if (key !== null && isPage) {
    cookies.set(personCookie, key, {
      path: '/',
      httpOnly: true,
      sameSite: 'lax',
      secure: url.protocol === 'https:',
      maxAge: oneYearS,
    });
  }
  locals.remembered = key !== null;
  locals.person = known ?? (await people.identify(key ?? undefined)) ?? people.stranger();
}

export const handle: Handle = async ({ event, resolve }) => {
  event.locals.services = await servicesOf(event.platform);
  if (isForeign(event)) error(403, 'This request came from another site.');
  await recognise(event);

  const response = await resolve(event);
  response.headers.set('x-content-type-options', 'nosniff');
  response.headers.set('referrer-policy', 'same-origin');
  response.headers.set('permissions-policy', 'camera=(), microphone=(), geolocation=()');
  response.headers.set('cross-origin-opener-policy', 'same-origin');
  return event.locals.isStoreFailing && response.status === 500 ? toUnavailable(response) : response;
};

/** Kit answers 500 to whatever is thrown; of this it is known that trying again later helps. */
function toUnavailable({ body, headers }: Response): Response {
  headers.set('retry-after', '30');
  return new Response(body, { status: 503, headers });
}

const storeTrouble = 'The server cannot read or save notes at the moment. Try again in a little while.';

export const handleError: HandleServerError = ({ error: cause, event, status, message }) => {
  if (status >= 500) {
    event.locals.services?.log.error({ err: cause, route: event.route.id, status }, 'request failed');
  }
  if (!(cause instanceof Error && cause.name === 'StorageError')) return { message };
  event.locals.isStoreFailing = (cause as StorageError).code !== 'damaged';
  return { message: storeTrouble };
};
