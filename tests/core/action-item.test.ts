import { expect, test } from 'vitest';
import {
  changeDue,
  isDueDate,
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

test.each(['x (by 2026-02-30)', 'x (by tomorrow)', 'x by 2026-12-01'])('%s has no due date', (text) => {
  expect(parseActionText(text).due).toBe(null);
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
