import { describe, expect, it } from 'vitest';
import { formatDay, toFileName, toMeetingRequest, toWebUrl } from '../../src/core/note.ts';
import { may } from '../../src/core/access.ts';
import { createNoteId, formatId, parseBlockId, parseNoteId } from '../../src/core/ids.ts';

describe('a meeting that is asked for', () => {
  it('needs a title and nothing else', () => {
    expect(toMeetingRequest({})).toMatchObject({ ok: false, field: 'title' });
    expect(toMeetingRequest({ title: ' Team\nmeeting ' })).toMatchObject({ ok: true, title: 'Team meeting' });
  });

  it.each([
    ['date', '2026-02-30x'],
    ['date', 'tomorrow'],
    ['time', '25:00'],
    ['timeZone', 'Mars/Olympus'],
    ['callUrl', 'javascript:alert(1)'],
    ['priorUrl', 'example.org'],
  ])('says which field is wrong: %s %s', (field, value) => {
    expect(toMeetingRequest({ title: 'x', [field]: value })).toMatchObject({ ok: false, field });
  });

  it('drops the zone when there is no time for it', () => {
    const asked = toMeetingRequest({ title: 'x', date: '2026-12-01', timeZone: 'Europe/Oslo' });
    expect(asked).toMatchObject({ ok: true, meeting: { date: '2026-12-01', time: '', timeZone: '' } });
  });
});

it('writes a day the way minutes do', () => {
  expect(formatDay('2018-04-26')).toBe('26 April 2018');
  expect(formatDay('soon')).toBe('');
});

it('takes only web addresses for web addresses', () => {
  expect(toWebUrl('https://example.org/a?b#c')).toBe('https://example.org/a?b#c');
  for (const wrong of ['javascript:alert(1)', 'https://', '//x', 'data:text/html,x', 7, null]) {
    expect(toWebUrl(wrong)).toBe('');
  }
});

it('names a file after any title', () => {
  expect(toFileName('JupyterHub & BinderHub: Team/Meeting')).toBe('JupyterHub-BinderHub-Team-Meeting.md');
  expect(toFileName('…')).toBe('note.md');
  const long = toFileName(`a${'𝐀'.repeat(200)}`);
  expect([...long]).toHaveLength(83);
  expect(encodeURIComponent(long)).toContain('.md');
});

it('makes ids of 128 bits and of nothing else', () => {
  const id = createNoteId(new Uint8Array(16).fill(255));
  expect(id).toMatch(/^[A-Za-z0-9_-]{22}$/);
  expect(Buffer.from(formatId(new Uint8Array(16).map((_, i) => i * 15)), 'base64url')).toHaveLength(16);
  expect(() => formatId(new Uint8Array(15))).toThrow(RangeError);
  for (const wrong of ['', 'x', '../etc', `${id}.md`, `${id}x`]) expect(parseNoteId(wrong)).toBeNull();
  expect(parseBlockId('a/b')).toBeNull();
});

it('lets a guest with the link do everything for now', () => {
  for (const action of ['read', 'edit', 'sign', 'attest', 'export', 'create'] as const) {
    expect(may('guest', action)).toBe(true);
  }
});
