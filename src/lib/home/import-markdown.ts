// Markdown from a file, the clipboard or a drop becomes a note: one request, one outcome.

export type ImportOutcome = { ok: true; path: string } | { ok: false; message: string };

/** Makes a note of `markdown` on the server. Never rejects: trouble is a sentence for the person. */
export async function importMarkdown(markdown: string): Promise<ImportOutcome> {
  if (markdown.trim() === '') return { ok: false, message: 'There is no text in it.' };
  let response: Response;
  try {
    response = await fetch('/api/notes', {
      method: 'POST',
      headers: { 'content-type': 'text/markdown', accept: 'application/json' },
      body: markdown,
    });
  } catch {
    return {
      ok: false,
      message: 'The server cannot be reached. Your text is still here; try again in a moment.',
    };
  }
  const answer = (await response.json().catch(() => ({}))) as { id?: string; message?: string };
  if (response.ok && answer.id) return { ok: true, path: `/n/${answer.id}` };
  return { ok: false, message: answer.message ?? 'The server did not take this text.' };
}

/** Whether a file looks like text that can be imported: by its name, or by what the browser says of it. */
export const isMarkdownFile = (file: File) =>
  /\.(md|markdown|mdown|txt)$/i.test(file.name) || /^text\/(markdown|plain)$/.test(file.type);

/** The text of a file; null when it is not UTF-8. */
export async function readMarkdownFile(file: File): Promise<string | null> {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(await file.arrayBuffer());
  } catch {
    return null;
  }
}
