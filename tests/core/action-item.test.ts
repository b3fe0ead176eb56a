import { expect, test } from 'vitest';
import {
  actionLabelLength,
  changeDue,
  isActionHeading,
  isDueDate,
  namesSomebody,
  parseActionText,
  readsAsAction,
  withAssignee,
} from '../../src/core/action-item.ts';

const handles = (text: string) => parseActionText(text).assignees.map(({ handle }) => handle);

test.each([
  ['@minrk write it', ['minrk']],
  ['ask (@tim-h), @carol_w and @minrk.', ['tim-h', 'carol_w', 'minrk']],
  ['mail a@b.org or @scope/package@2 or see x/@y', ['scope']],
  ['nobody @ all', []],
])('%s names %j', (text, expected) => {
  expect(handles(text)).toEqual(expected);
});

test('offsets cover exactly the words', () => {
  const text = 'do @minrk it (by 2026-12-01)';
  const { assignees, due } = parseActionText(text);
  expect(text.slice(assignees[0]!.from, assignees[0]!.to)).toBe('@minrk');
  expect(text.slice(due!.from, due!.to)).toBe('(by 2026-12-01)');
});

test.each([
  'x (by 2026-02-30)',
  'x by 2026-02-30',
  'x by hand',
  'by Friday we knew',
  'nearby Monday',
  'May 1',
])('%s has no due date', (text) => {
  expect(parseActionText(text).due).toBe(null);
});

test.each([
  ['write it by Friday', 'by Friday'],
  ['write it, due May 15th.', 'due May 15th'],
  ['write it (by 1 May 2027)', '(by 1 May 2027)'],
  ['write it by end of the week', 'by end of the week'],
  ['by tomorrow', 'by tomorrow'],
])('%s is due, and nobody can say on which date', (text, words) => {
  const { due } = parseActionText(text);
  expect([due!.date, text.slice(due!.from, due!.to)]).toEqual(['', words]);
});

test('a date at the end needs no brackets', () => {
  expect(parseActionText('x by 2026-12-01').due).toEqual({ date: '2026-12-01', from: 2, to: 15 });
});

test.each([
  ['x (by 2026-12-01) with care', '2026-12-01'],
  ['(by 2026-12-01) x', '2026-12-01'],
  ['x (by 2026-12-01), no: (by 2027-01-02) then', '2027-01-02'],
  ['x (by 2026-12-01) or (by 2026-02-30)', '2026-12-01'],
])('%s is due on the last date there is', (text, date) => {
  expect(parseActionText(text).due?.date).toBe(date);
});

const withDue = (text: string, date: string | null) => {
  const change = changeDue(text, date);
  return change ? text.slice(0, change.from) + change.insert + text.slice(change.to) : text;
};

test.each([
  ['write it', '2026-12-01', 'write it (by 2026-12-01)'],
  ['', '2026-12-01', '(by 2026-12-01)'],
  ['write ', '2026-12-01', 'write (by 2026-12-01)'],
  ['write it (by 2026-12-01) with care', '2027-01-02', 'write it (by 2027-01-02) with care'],
  ['write it (by 2026-12-01)', null, 'write it'],
  ['write it (by 2026-12-01) with care', null, 'write it with care'],
  ['(by 2026-12-01) write it', null, 'write it'],
  ['write it', null, 'write it'],
  ['write it by Friday.', '2026-12-01', 'write it (by 2026-12-01).'],
  ['write it, due 2026-11-01', '2026-12-01', 'write it, (by 2026-12-01)'],
  ['write it by Friday', null, 'write it'],
])('%s with the due date %s is %s', (text, date, expected) => {
  expect(withDue(text, date)).toBe(expected);
});

test('nothing is due on a day that is none, or before 1900', () => {
  expect(['soon', '2026-02-30', '0202-12-01', '1899-12-31', '1900-01-01'].filter(isDueDate)).toEqual([
    '1900-01-01',
  ]);
  expect(() => withDue('x', '0202-12-01')).toThrow(RangeError);
});

test('an assignee is named once', () => {
  expect(withAssignee('write it', 'minrk')).toBe('@minrk write it');
  expect(withAssignee('@MinRK write it', 'minrk')).toBe('@MinRK write it');
});

test('a handle alone is a vote and no action', () => {
  expect(readsAsAction('@minrk write it')).toBe(true);
  expect(readsAsAction('@minrk, @tim (by 2026-12-01)')).toBe(false);
  expect(readsAsAction('write it')).toBe(false);
});

test.each([
  ['TODO: write', 6],
  ['Action item: write', 13],
  ['AI: write', 4],
  ['actions:', 8],
  ['ai: is a field', 0],
  ['Action item scribe: Niko', 0],
  ['todo list', 0],
  ['TODO:x', 0],
])('the label of %s has %i characters', (text, length) => {
  expect(actionLabelLength(text)).toBe(length);
});

test.each(['Actions', 'Action items', '✅ Next steps', 'TODO', 'Open action points (old)', 'To-dos'])(
  'under %s are actions',
  (text) => {
    expect(isActionHeading(text)).toBe(true);
  },
);

test.each(['GitHub Actions', 'Actionable', 'Reactions', 'Action of the week', 'Agenda'])(
  'under %s are none',
  (text) => {
    expect(isActionHeading(text)).toBe(false);
  },
);

test('under such a heading an item names somebody by handle, by name first, or by name in brackets', () => {
  const names = new Set(['niko', 'ana maria', 'scottmcm']);
  const named = ['Niko to reach out', 'Ana Maria: writes', 'propose it (scottmcm)', 'ask @tim about it'];
  const unnamed = ['Need to reach out', 'Niko', 'talk to Niko', 'propose it (later)', '@tim'];
  expect(named.filter((text) => !namesSomebody(text, names))).toEqual([]);
  expect(unnamed.filter((text) => namesSomebody(text, names))).toEqual([]);
});
