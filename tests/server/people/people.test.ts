import { describe, expect, it } from 'vitest';
import { isOwnOrigin, readCookie } from '../../../server/people/request.ts';
import { toHandle, toLine, toProfile } from '../../../src/core/person.ts';
import { createTestServices } from '../../support/services.ts';
import type { IncomingMessage } from 'node:http';

const request = (headers: Record<string, string>) => ({ headers }) as unknown as IncomingMessage;

describe('people', () => {
  it('knows a device again by its key, and the key cannot be told from the id', async () => {
    const { people } = createTestServices();
    const key = people.createKey();
    const one = (await people.identify(key))!;
    await people.describe(one.id, { name: ' Ana  Sousa ', affiliation: 'ULisboa', handle: '@anasousa' });
    const again = (await people.identify(key))!;
    expect(again.id).toBe(one.id);
    expect(again.id).not.toBe(key);
    expect(again.profile).toEqual({ name: 'Ana Sousa', affiliation: 'ULisboa', handle: 'anasousa' });
    expect((await people.identify(people.createKey()))!.id).not.toBe(one.id);
  });

  it('takes nothing for a key that cannot be one', async () => {
    const { people } = createTestServices();
    for (const wrong of [undefined, '', 'short', 'x'.repeat(23), '../../../../etc/passwd..']) {
      expect(await people.identify(wrong)).toBeNull();
    }
    expect(people.stranger().id).not.toBe(people.stranger().id);
  });

  it('reads its cookie among others', () => {
    expect(readCookie(request({ cookie: 'a=1; rollcall_person=k=y; b=2' }), 'rollcall_person')).toBe('k=y');
    expect(readCookie(request({ cookie: 'a=1' }), 'rollcall_person')).toBeUndefined();
    expect(readCookie(request({}), 'rollcall_person')).toBeUndefined();
  });

  it('holds an origin to the configured one, else to the host that was asked', () => {
    const host = 'notes.example.org';
    expect(isOwnOrigin(null, host, null)).toBe(true);
    expect(isOwnOrigin('https://notes.example.org', host, null)).toBe(true);
    expect(isOwnOrigin('http://notes.example.org', host, null)).toBe(true);
    expect(isOwnOrigin('https://evil.example.org', host, null)).toBe(false);
    expect(isOwnOrigin('null', host, null)).toBe(false);
    expect(isOwnOrigin('https://notes.example.org', host, 'https://other.example.org')).toBe(false);
    expect(isOwnOrigin('https://notes.example.org', host, 'https://notes.example.org')).toBe(true);
  });
});

describe('words about a person', () => {
  it('are one line without characters that hide or turn text', () => {
    expect(toLine('  a\n\tb\u202e\u200bc  ', 10)).toBe('a bc');
    expect(toLine('👩‍🔬'.repeat(3), 4)).not.toContain('\ufffd');
    expect(toLine(7, 10)).toBe('');
    expect(toHandle('@min-rk_1')).toBe('min-rk_1');
    expect(toHandle('min rk')).toBe('');
    expect(toProfile(null)).toEqual({ name: '', affiliation: '', handle: '' });
  });
});
