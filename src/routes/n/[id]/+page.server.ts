import { error } from '@sveltejs/kit';
import { may } from '$core/access.ts';
import { parseNoteId } from '$core/ids.ts';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals, params, setHeaders }) => {
  const id = parseNoteId(params.id);
  const note = id !== null && may(locals.person.role, 'read') ? await locals.services.notes.page(id) : null;
  if (id === null || note === null) error(404, 'No such note.');
  // The address is the key to the note: it must not end up in a search engine or somebody else's cache.
  setHeaders({ 'cache-control': 'private, no-cache', 'x-robots-tag': 'noindex' });
  return {
    id,
    title: note.title,
    html: note.html,
    epoch: note.meta.epoch,
    mayEdit: may(locals.person.role, 'edit'),
    me: { id: locals.person.id, profile: locals.person.profile, colour: locals.person.colour },
  };
};
