import { error, fail, redirect } from '@sveltejs/kit';
import { may } from '$core/access.ts';
import { toMeetingRequest } from '$core/note.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals, setHeaders }) => {
  setHeaders({ 'cache-control': 'private, no-cache' });
  return { notes: await locals.services.notes.list(locals.person.id), now: Date.now() };
};

const mayCreate = (locals: App.Locals) => {
  if (!may(locals.person.role, 'create')) error(403, 'You may not make notes here.');
};

export const actions: Actions = {
  meeting: async ({ locals, request }) => {
    mayCreate(locals);
    const fields = Object.fromEntries(await request.formData());
    const asked = toMeetingRequest(fields);
    if (!asked.ok) return fail(422, { field: asked.field, message: asked.message, fields });
    redirect(
      303,
      `/n/${await locals.services.notes.createMeeting(locals.person.id, asked.title, asked.meeting)}`,
    );
  },
  note: async ({ locals }) => {
    mayCreate(locals);
    redirect(303, `/n/${await locals.services.notes.createNote(locals.person.id, '')}`);
  },
};
