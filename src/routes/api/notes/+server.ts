import { error, json } from '@sveltejs/kit';
import { maxMarkdownLength } from '$blocks/markdown.ts';
import { may } from '$core/access.ts';
import type { RequestHandler } from './$types';

const tooLarge = (maxBytes: number) =>
  error(
    413,
    `A text may have ${maxMarkdownLength.toLocaleString('en')} characters and ${maxBytes.toLocaleString('en')} bytes at most.`,
  );

/**
 * Makes a note of the markdown in the body: 201 {id, url}. 415 unless it is text/markdown or text/plain,
 * 413 when too large, 422 with a sentence when the text is empty or cannot be a note.
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
  const { maxImportBytes } = services.config;
  // Read to its end, so that whoever sends it reads the answer instead of a broken connection; the server around us
  // stops reading only at several times as much.
  const bytes = await request.arrayBuffer().catch(() => tooLarge(maxImportBytes));
  const text = bytes.byteLength > maxImportBytes ? tooLarge(maxImportBytes) : decode(bytes);
  if (text.length > maxMarkdownLength) tooLarge(maxImportBytes);
  if (text.trim() === '') error(422, 'There is no text in the body.');
  const id = await services.notes.importMarkdown(person.id, text).catch((cause: unknown) => {
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
