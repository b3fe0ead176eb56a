import { error } from '@sveltejs/kit';
import { parsePersonId } from '$core/ids.ts';
import type { RequestHandler } from './$types';
import { readAddress, tell } from '../roll.ts';

/**
 * `…/me`: signs, or corrects what one signed; doing it again changes nothing. Any other row: corrects one
 * that was added by hand. Body: {name, affiliation, handle}; what is kept is who the cookie says it is.
 */
export const PUT: RequestHandler = async ({ locals, params, request }) => {
  const mine = params.row === 'me' || params.row === locals.person.id;
  const { noteId, block } = readAddress(locals, params, mine ? 'sign' : 'attest');
  const { rollCall } = locals.services;
  const profile: unknown = await request.json().catch(() => null);
  if (mine) return tell(await rollCall.sign(noteId, block, locals.person.id, profile));
  const row = parsePersonId(params.row) ?? error(404, 'No such row.');
  return tell(await rollCall.correct(noteId, block, row, profile));
};

/** `…/me`: takes one's signature back. Any other row: removes one that was added by hand. */
export const DELETE: RequestHandler = async ({ locals, params }) => {
  const mine = params.row === 'me' || params.row === locals.person.id;
  const { noteId, block } = readAddress(locals, params, mine ? 'sign' : 'attest');
  const row = mine ? locals.person.id : (parsePersonId(params.row) ?? error(404, 'No such row.'));
  return tell(await locals.services.rollCall.withdraw(noteId, block, locals.person.id, row));
};
