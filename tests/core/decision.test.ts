import { expect, test } from 'vitest';
import { decisionStates, formatOutcome, parseOutcome, toDate, toDecidedBy } from '../../src/core/decision.ts';

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
