import { describe, expect, it } from 'vitest';
import { afterPageAnswer, offlineRule, readOfflineRequest } from '../../src/lib/offline-rules.ts';

const origin = 'https://rollcall.test';
const app = new Set(['/_app/immutable/entry.js', '/favicon.svg']);
const note = '/n/AAAAAAAAAAAAAAAAAAAAAA';
const rule = (path: string, request = {}) =>
  offlineRule({ method: 'GET', mode: 'navigate', url: new URL(path, origin).href, ...request }, origin, app);

describe('offline', () => {
  it.each([
    ['/', 'page'],
    [note, 'page'],
    [`${note}?print`, 'page'],
    [`${note}.md`, 'pass'],
    [`${note}/__data.json`, 'pass'],
    ['/api/notes', 'pass'],
    ['/collab/AAAAAAAAAAAAAAAAAAAAAA', 'pass'],
    ['/healthz', 'pass'],
    ['/n/short', 'pass'],
    ['/_app/immutable/entry.js', 'app'],
    ['/_app/immutable/other.js', 'pass'],
    ['https://elsewhere.test/', 'pass'],
  ])('%s: %s', (path, expected) => {
    expect(rule(path)).toBe(expected);
  });

  it('keeps pages only when they are navigated to, and nothing that is not a GET', () => {
    expect(rule(note, { mode: 'cors' })).toBe('pass');
    expect(rule('/', { method: 'POST' })).toBe('pass');
    expect(rule('/_app/immutable/entry.js', { mode: 'cors' })).toBe('app');
  });

  it('keeps good answers, forgets notes that are gone, and leaves the rest as it is', () => {
    expect([200, 404, 410, 500, 302, 0, 206].map(afterPageAnswer)).toEqual([
      'keep',
      'forget',
      'forget',
      'leave',
      'leave',
      'leave',
      'leave',
    ]);
  });

  it('listens to requests about pages only', () => {
    expect(readOfflineRequest({ kind: 'keep', path: note })).toEqual({ kind: 'keep', path: note });
    expect(readOfflineRequest({ kind: 'forget', path: '/' })).toEqual({ kind: 'forget', path: '/' });
    expect(readOfflineRequest({ kind: 'keep', path: '/api/notes' })).toBeNull();
    expect(readOfflineRequest({ kind: 'drop', path: '/' })).toBeNull();
    expect(readOfflineRequest(null)).toBeNull();
  });
});
