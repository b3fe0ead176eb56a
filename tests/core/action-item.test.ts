import { expect, test } from 'vitest';
import { parseActionText, readsAsAction, withAssignee, withDue } from '../../src/core/action-item.ts';

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

test.each(['x (by 2026-02-30)', 'x (by tomorrow)', '(by 2026-12-01) x'])('%s has no due date', (text) => {
  expect(parseActionText(text).due).toBe(null);
});

test('a due date is added, changed and removed', () => {
  expect(withDue('write it', '2026-12-01')).toBe('write it (by 2026-12-01)');
  expect(withDue('write it (by 2026-12-01)', '2027-01-02')).toBe('write it (by 2027-01-02)');
  expect(withDue('write it (by 2026-12-01)', null)).toBe('write it');
  expect(() => withDue('x', 'soon')).toThrow(RangeError);
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
