import { error } from '@sveltejs/kit';
import { may } from '$core/access.ts';
import { parseNoteId } from '$core/ids.ts';
import { toFileName } from '$core/note.ts';
import type { RequestHandler } from './$types';

/** The note as markdown, as it is on disk now. `?download` names a file for it. */
export const GET: RequestHandler = async ({ locals, params, url }) => {
  const id = parseNoteId(params.id);
  const exported =
    id !== null && may(locals.person.role, 'export') ? await locals.services.notes.markdown(id) : null;
  if (exported === null) error(404, 'No such note.');
  const headers = new Headers({
    'content-type': 'text/markdown; charset=utf-8',
    'cache-control': 'no-store',
    'x-robots-tag': 'noindex',
  });
  if (url.searchParams.has('download')) {
    headers.set(
      'content-disposition',
      `attachment; filename="note.md"; filename*=UTF-8''${encodeURIComponent(toFileName(exported.title))}`,
    );
  }
  return new Response(exported.markdown, { headers });
};
