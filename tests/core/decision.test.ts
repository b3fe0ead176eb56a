import { expect, test } from 'vitest';
import {
  decisionStates,
  formatOutcome,
  parseDecisionLabel,
  parseOutcome,
  toDate,
  toDecidedBy,
} from '../../src/core/decision.ts';

test('every state with every part comes back from its bracket', () => {
  for (const state of decisionStates)
    for (const decidedBy of ['', 'Min RK, @betatim', 'all on 12 May', 'on'])
      for (const decidedOn of ['', '2026-11-23'])
        for (const text of ['', 'go', 'go (now)', 'go (accepted by x)', 'go (proposed)']) {
          const decision = { state, decidedBy, decidedOn };
          const written = text + formatOutcome(decision, text);
          const read = parseOutcome(written);
          if (written === text) expect(decision).toEqual({ state: 'proposed', decidedBy: '', decidedOn: '' });
          else expect([read?.decision, written.slice(0, read?.textEnd)]).toEqual([decision, text]);
        }
});

test.each(['go (maybe)', 'go (accepted', 'go (accepted) now', 'go (accepted on 2026-02-30)'])(
  '%s has no outcome',
  (text) => {
    expect(parseOutcome(text)).toBe(null);
  },
);

test('who decided has no brackets and no date at its end', () => {
  expect(toDecidedBy('Min (RK) on 2026-01-01')).toBe('Min RK');
  expect(toDecidedBy(7)).toBe('');
});

test.each(['2026-02-29', '2026-13-01', '26-1-1', 7, null])('%j is no date', (value) => {
  expect(toDate(value)).toBe('');
});

test.each([
  ['Decision: go', { length: 10, state: 'proposed', isBare: false }],
  ['decision - go', { length: 11, state: 'proposed', isBare: false }],
  ['Agreed: go', { length: 8, state: 'accepted', isBare: false }],
  ['Resolved:', { length: 9, state: 'accepted', isBare: true }],
  ['decision', { length: 8, state: 'proposed', isBare: true }],
])('%s is labelled', (text, label) => {
  expect(parseDecisionLabel(text)).toEqual(label);
});

test.each([
  'Decision: yes / no / needs more information for decision',
  'Decision-making takes time',
  'Agreed that it is different',
  'Decisions: many',
  'Undecided: go',
])('%s is not', (text) => {
  expect(parseDecisionLabel(text)).toBe(null);
});

test('what the label says goes without saying', () => {
  const accepted = { state: 'accepted', decidedBy: '', decidedOn: '' } as const;
  expect(formatOutcome(accepted, 'Agreed: go', 'accepted')).toBe('');
  expect(formatOutcome(accepted, 'Decision: go')).toBe(' (accepted)');
  expect(formatOutcome({ ...accepted, state: 'proposed' }, '', null)).toBe('(proposed)');
});
