import { flushSync } from 'svelte';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Silence } from '../../../src/lib/silence.svelte.ts';
import type { SilenceNews } from '../../../src/lib/silence.svelte.ts';

let silence: Silence;
let news: SilenceNews[];

beforeEach(() => {
  vi.useFakeTimers();
  silence = new Silence(Date.now);
  news = [];
  silence.onNews((item) => news.push(item));
});

afterEach(() => vi.useRealTimers());

const entry = (id: string, forMs = 10_000) => ({ id, name: id.toUpperCase(), colour: '#3f5bd6', forMs });
const take = (people: unknown, back: unknown = []) => silence.take({ kind: 'silent', people, back }, 'me');

test('how long goes on while somebody looks, in steps of five seconds', async () => {
  take([entry('ana')]);
  const seen: number[][] = [];
  const stop = $effect.root(() => {
    $effect(() => void seen.push(silence.people.map(({ forMs }) => forMs)));
  });
  flushSync();
  for (const ms of [4_999, 1, 5_000]) {
    vi.advanceTimersByTime(ms);
    flushSync();
  }
  stop();
  await Promise.resolve();
  expect(seen).toEqual([[10_000], [15_000], [20_000]]);
  expect(vi.getTimerCount()).toBe(0);
});

test('each is news once, until they are back; oneself is none', () => {
  take([entry('ana'), entry('me')]);
  take([entry('ana'), entry('ben')]);
  expect(news.map(({ fresh }) => fresh.map(({ personId }) => personId))).toEqual([['ana'], ['ben']]);
  expect(silence.people).toMatchObject([{ name: 'ANA' }, { name: 'BEN' }]);
  take(
    [entry('ben')],
    [
      { id: 'ana', name: 'ANA', isWhole: true },
      { id: 'me', name: 'ME', isWhole: true },
    ],
  );
  expect(news.at(-1)).toEqual({ fresh: [], back: [{ personId: 'ana', name: 'ANA', isWhole: true }] });
  take([entry('ben'), entry('ana')]);
  expect(news.at(-1)!.fresh).toMatchObject([{ personId: 'ana' }]);
});

test('cut off it says nothing, and what it is told again is no news', () => {
  take([entry('ana')]);
  silence.forget();
  expect(silence.people).toEqual([]);
  take([entry('ana', 60_000)]);
  expect(silence.people).toMatchObject([{ forMs: 60_000 }]);
  expect(news).toHaveLength(1);
});

test('what cannot be read is passed over', () => {
  take([null, 3, { id: 'x' }, { ...entry('y'), forMs: 'long' }, entry('ana')], 'nobody');
  expect(silence.people).toHaveLength(1);
});
