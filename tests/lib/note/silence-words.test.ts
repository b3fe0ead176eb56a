import { expect, test } from 'vitest';
import {
  backSentence,
  formatSpan,
  silenceHint,
  silenceSentence,
} from '../../../src/lib/note/silence-words.ts';

const person = (name: string, forMs = 42_000) => ({ personId: name, name, colour: '#3f5bd6', forMs });

test.each([
  [4_999, '0 s'],
  [42_000, '40 s'],
  [59_999, '55 s'],
  [60_000, '1 min'],
  [605_000, '10 min'],
])('%i ms is %s', (ms, words) => expect(formatSpan(ms)).toBe(words));

test('no more is said than what is known, of one and of several', () => {
  expect(silenceSentence([])).toBe('');
  expect(silenceSentence([person('Ana')])).toBe('Ana was writing, and nothing has arrived for 40 s.');
  expect(silenceSentence([person('Ana'), person('', 21_000)])).toBe(
    'Ana and a guest were writing, and nothing has arrived from them for 20 s.',
  );
  expect(silenceSentence(['', 'Ben', 'Cy'].map((name) => person(name)))).toContain(
    'A guest, Ben and Cy were',
  );
  expect(silenceSentence(['Ana', 'Ben', 'Cy', 'Di'].map((name) => person(name)))).toContain(
    'Ana, Ben and 2 more were',
  );
  expect(silenceHint(person('Ana', 185_000))).toBe('nothing for 3 min');
});

test('everything has arrived is said only when it has', () => {
  expect(backSentence({ personId: 'a', name: 'Ana', isWhole: true })).toBe(
    'Ana is back; everything has arrived.',
  );
  expect(backSentence({ personId: 'a', name: '', isWhole: false })).toBe('A guest is back.');
});
