// What the two roll-call endpoints share: who asks, for which block, and how an outcome is told.
import { error, json } from '@sveltejs/kit';
import { may, type Action } from '$core/access.ts';
import { parseBlockId, parseNoteId, type BlockId, type NoteId } from '$core/ids.ts';
import type { RollResult } from '../../../../../../../server/notes/roll-call.ts';

/** Ends with 404 when the address cannot be a roll call, 403 when the person may not. */
export function readAddress(
  locals: App.Locals,
  params: { id: string; block: string },
  action: Action,
): { noteId: NoteId; block: BlockId } {
  const noteId = parseNoteId(params.id);
  const block = parseBlockId(params.block);
  if (noteId === null || block === null) error(404, 'No such roll call.');
  if (!may(locals.person.role, action)) error(403, 'You may not sign here.');
  return { noteId, block };
}

export function tell(result: RollResult): Response {
  switch (result.kind) {
    case 'done':
      return json({ row: result.row, entry: result.entry });
    case 'withdrawn':
      return new Response(null, { status: 204 });
    case 'name missing':
      return error(422, 'A name is needed to sign.');
    case 'no such note':
    case 'no such roll call':
      return error(404, 'This roll call is no longer in the note.');
    case 'no such row':
      return error(404, 'This row is not there, or it belongs to whoever signed it.');
    case 'full':
      return error(409, 'This roll call is full.');
    default:
      return result satisfies never;
  }
}
