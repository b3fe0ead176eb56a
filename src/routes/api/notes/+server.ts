import { error, json } from '@sveltejs/kit';
import { may } from '$core/access.ts';
import type { RequestHandler } from './$types';

/**
 * Makes a note of the markdown in the body: 201 {id, url}. 415 unless it is text/markdown or text/plain,
 * 413 when too large, 422 with a sentence when the text cannot be a note.
 */
export const POST: RequestHandler = async ({ locals, request, url }) => {
  const { services, person } = locals;
  if (!may(person.role, 'create')) error(403, 'You may not make notes here.');
  const type = request.headers.get('content-type')?.split(';')[0]?.trim().toLowerCase();
  if (type !== 'text/markdown' && type !== 'text/plain') {
    error(
      415,
      'Send the text as text/markdown: curl --data-binary @notes.md -H "content-type: text/markdown" …',
    );
  }
  const bytes = await request.arrayBuffer();
  if (bytes.byteLength > services.config.maxImportBytes)
    error(413, 'A text may have a million characters at most.');
  const id = await services.notes.importMarkdown(person.id, decode(bytes)).catch((cause: unknown) => {
    if (cause instanceof Error && cause.name === 'MarkdownError') error(422, cause.message);
    throw cause;
  });
  const address = `/n/${id}`;
  return json({ id, url: url.origin + address }, { status: 201, headers: { location: address } });
};

function decode(bytes: ArrayBuffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    error(422, 'The text is not UTF-8. Convert it first, so that no letter is lost.');
  }
}
