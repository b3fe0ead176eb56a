import { json } from '@sveltejs/kit';
import type { RequestHandler } from './$types';

/** For whoever watches the server: 200 while notes can be written, 503 with the reason while not. */
export const GET: RequestHandler = ({ locals }) => {
  const health = locals.services.health();
  return json(health, { status: health.ok ? 200 : 503, headers: { 'cache-control': 'no-store' } });
};
