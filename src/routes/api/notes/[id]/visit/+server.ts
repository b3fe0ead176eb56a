import { error } from '@sveltejs/kit';
import { may } from '$core/access.ts';
import { parseNoteId } from '$core/ids.ts';
import type { RequestHandler } from './$types';

/** A person's browser has opened the note: their home page lists it from now on. */
export const PUT: RequestHandler = async ({ locals, params }) => {
  const { services, person } = locals;
  const id = parseNoteId(params.id);
  if (id === null || !may(person.role, 'read') || !(await services.notes.exists(id)))
    error(404, 'No such note.');
  if (locals.remembered) await services.notes.visit(person.id, id);
  return new Response(null, { status: 204 });
};
