import { error, fail, redirect } from '@sveltejs/kit';
import { may } from '$core/access.ts';
import { toMeetingRequest } from '$core/note.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals, setHeaders }) => {
  setHeaders({ 'cache-control': 'private, no-cache' });
  return { notes: await locals.services.notes.list(locals.person.id), now: Date.now() };
};

const meetingFields = ['title', 'date', 'time', 'timeZone', 'callUrl', 'priorUrl'] as const;
type Fields = Record<string, string>;

const mayCreate = (locals: App.Locals) => {
  if (!may(locals.person.role, 'create')) error(403, 'You may not make notes here.');
};

export const actions: Actions = {
  meeting: async ({ locals, request }) => {
    mayCreate(locals);
    const form = await request.formData().catch(() => error(400, 'This form cannot be read.'));
    // Only what the form has, and as text: Kit cannot give back a file, or a field with a name like __proto__.
    const said = meetingFields.map((name) => [name, form.get(name)]);
    const fields = Object.fromEntries(said.filter(([, value]) => typeof value === 'string')) as Fields;
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
