// The browser's side of signing: each call is one request; trouble is a sentence.
import type { Profile } from '$core/person.ts';

export type RollOutcome = { ok: true } | { ok: false; message: string };

async function send(method: string, path: string, profile?: Profile): Promise<RollOutcome> {
  let response: Response;
  try {
    response = await fetch(path, {
      method,
      headers: { accept: 'application/json', ...(profile && { 'content-type': 'application/json' }) },
      ...(profile && { body: JSON.stringify(profile) }),
    });
  } catch {
    return {
      ok: false,
      message: 'The server cannot be reached right now. Sign again when you are back online.',
    };
  }
  if (response.ok) return { ok: true };
  const { message } = (await response.json().catch(() => ({}))) as { message?: string };
  return { ok: false, message: message ?? 'The server did not take this.' };
}

const address = (noteId: string, block: string) => `/api/notes/${noteId}/roll/${encodeURIComponent(block)}`;

/** Signs oneself, or corrects one's own row: the same request, since doing it twice changes nothing. */
export const signRoll = (noteId: string, block: string, profile: Profile) =>
  send('PUT', `${address(noteId, block)}/me`, profile);
export const addToRoll = (noteId: string, block: string, profile: Profile) =>
  send('POST', address(noteId, block), profile);
export const correctRow = (noteId: string, block: string, row: string, profile: Profile) =>
  send('PUT', `${address(noteId, block)}/${row}`, profile);
export const withdrawRow = (noteId: string, block: string, row: string) =>
  send('DELETE', `${address(noteId, block)}/${row}`);
