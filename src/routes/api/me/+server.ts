import { error, json } from '@sveltejs/kit';
import type { RequestHandler } from './$types';

/** What this device said about its person: name, affiliation, handle. */
export const GET: RequestHandler = ({ locals }) =>
  json({ id: locals.person.id, ...locals.person.profile }, { headers: { 'cache-control': 'no-store' } });

/** Remembers it, and renames the person in every note they have open. */
export const PUT: RequestHandler = async ({ locals, request }) => {
  if (!locals.remembered) error(401, 'This browser keeps no cookies, so there is nobody to remember.');
  const { services, person } = locals;
  const said: unknown = await request.json().catch(() => null);
  if (typeof said !== 'object' || said === null) error(400, 'Send {name, affiliation, handle} as JSON.');
  const profile = await services.people.describe(person.id, said);
  services.rooms.rename(person.id, { name: profile.name });
  return json({ id: person.id, ...profile });
};
