import type { RequestHandler } from './$types';
import { readAddress, tell } from './roll.ts';

/** Adds somebody by hand, marked with who did: {name, affiliation, handle}. */
export const POST: RequestHandler = async ({ locals, params, request }) => {
  const { noteId, block } = readAddress(locals, params, 'attest');
  const { rollCall } = locals.services;
  return tell(
    await rollCall.add(noteId, block, locals.person.profile, await request.json().catch(() => null)),
  );
};
