// What people are told when a request fails for a reason nobody foresaw.
import type { RequestEvent } from '@sveltejs/kit';
import { expect, test } from 'vitest';
import { StorageError } from '../../server/storage/storage.ts';
import { handleError } from '../../src/hooks.server.ts';

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
