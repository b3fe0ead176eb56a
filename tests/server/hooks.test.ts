// What people are told when a request fails for a reason nobody foresaw.
import type { RequestEvent } from '@sveltejs/kit';
import { expect, test, vi } from 'vitest';
import { StorageError } from '../../server/storage/storage.ts';
import { handle, handleError } from '../../src/hooks.server.ts';

vi.mock('../../server/dev.ts', () => ({
  services: {
    log: { error: () => undefined },
    people: { identify: async () => null, stranger: () => ({}) },
    isOwnOrigin: () => true,
  },
}));

/** What a program is answered whose request failed with `failure`. */
async function answerTo(failure: Error): Promise<Response> {
  const event = {
    request: new Request('http://localhost/api/notes', { method: 'POST' }),
    cookies: { get: () => undefined },
    locals: {},
    route: { id: '/api/notes' },
  } as unknown as RequestEvent;
  const resolve = async () => {
    const told = await handleError({ error: failure, event, status: 500, message: 'Internal Error' });
    return Response.json(told, { status: 500 });
  };
  return handle({ event, resolve });
}

const told = (error: unknown) => {
  const logged: unknown[] = [];
  const services = { log: { error: ({ err }: { err: unknown }) => logged.push(err) } };
  const event = { locals: { services }, route: { id: '/api/notes' } } as unknown as RequestEvent;
  return { answer: handleError({ error, event, status: 500, message: 'Internal Error' }), logged };
};

test('a store that fails is named, without its paths, and logged', () => {
  const failure = new StorageError('io', 'Writing to the store failed: /srv/data/store/000003.log.');
  const { answer, logged } = told(failure);
  expect(answer).toEqual({ message: expect.stringMatching(/cannot read or save notes/) as string });
  expect(JSON.stringify(answer)).not.toContain('/srv');
  expect(logged).toEqual([failure]);
});

test('of other failures nothing is told', () => {
  expect(told(new Error('secret')).answer).toEqual({ message: 'Internal Error' });
});

test('a store that fails for now is a reason to come again, and other failures are none', async () => {
  const full = await answerTo(new StorageError('full', 'The disk is nearly full.'));
  expect([full.status, full.headers.get('retry-after')]).toEqual([503, '30']);
  expect(await full.json()).toEqual({ message: expect.stringMatching(/Try again/) as string });
  expect((await answerTo(new StorageError('damaged', 'This note is damaged.'))).status).toBe(500);
  expect((await answerTo(new Error('secret'))).status).toBe(500);
});
