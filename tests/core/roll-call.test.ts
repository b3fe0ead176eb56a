import { expect, test } from 'vitest';
import {
  attendance,
  isRollCallLine,
  isRollCallList,
  isRollCallStart,
  isSamePerson,
  signedLines,
  toRollEntry,
} from '../../src/core/roll-call.ts';

const person = (name: string, affiliation = '', handle = '') => ({ name, affiliation, handle });

test('people are the same by handle, else by name and affiliation', () => {
  expect(isSamePerson(person('Min', 'A', 'minrk'), person('Benjamin', 'B', 'MinRK'))).toBe(true);
  expect(isSamePerson(person('Min', 'A', 'one'), person('Min', 'A', 'two'))).toBe(false);
  expect(isSamePerson(person('Ｍin  RK', 'a'), person('min rk', 'A', 'minrk'))).toBe(true);
  expect(isSamePerson(person('Min', 'A'), person('Min', 'B'))).toBe(false);
});

test('a signature marks the line written for that person and is otherwise added', () => {
  const signed = (name: string, handle: string) => ({
    ...person(name, '', handle),
    signedAt: 1,
    addedBy: '',
  });
  const [min, tim] = [signed('Benjamin', 'MINRK'), signed('Tim', 'betatim')];
  const lines = ['name / affiliation / @handle', 'Min RK / Simula / @minrk', '', 'Others: Josh, Niko'];
  expect(attendance(lines, [min, tim])).toEqual([
    { person: person('Min RK', 'Simula', 'minrk'), line: 1, isShared: false, entry: min },
    { person: person('Josh'), line: 3, isShared: true, entry: null },
    { person: person('Niko'), line: 3, isShared: true, entry: null },
    { person: person('Tim', '', 'betatim'), line: null, isShared: false, entry: tim },
  ]);
  expect([...signedLines(lines, [min, tim])]).toEqual([[1, min]]);
});

test('a line is marked by whoever signed it, not by a row somebody else added', () => {
  const entry = { ...person('Min', '', 'minrk'), signedAt: 1, addedBy: 'Tim' };
  expect([...signedLines(['Min / @minrk'], [entry])]).toEqual([]);
  expect([...signedLines(['Present: Min, Tim'], [{ ...person('Min'), signedAt: 1, addedBy: '' }])]).toEqual(
    [],
  );
});

test.each(['Attendees: Josh, Niko', 'Present: Josh and Niko\nRegrets: Ana', 'In attendance: a, @b, c'])(
  '%s is a roll call by itself',
  (line) => {
    expect(isRollCallLine(line)).toBe(true);
  },
);

test.each([
  'Attendees: many',
  'Present: we saw, after all that was said, nothing',
  'Regrets: Josh, Niko',
  'Present: a, b\nand more',
])('%s is none by itself', (line) => {
  expect(isRollCallLine(line)).toBe(false);
});

test.each(['Hello.\nRoll call:', 'Sign in below', '## Attendees', 'Check-in', "Who's present", 'Attending'])(
  '%s announces a roll call',
  (text) => {
    expect(isRollCallStart(text)).toBe(true);
  },
);

test.each(['Roll call:\nand then we talked', 'Representation', 'Actions'])('%j does not', (text) => {
  expect(isRollCallStart(text)).toBe(false);
});

test('a list is one of people when a line is full, or all are short names', () => {
  expect(isRollCallList(['Min / @minrk', 'somebody whose name is more than five words'])).toBe(true);
  expect(isRollCallList(['Min', 'Tim Head'])).toBe(true);
  expect(isRollCallList(['We talked about many things today'])).toBe(false);
  expect(isRollCallList(['', ''])).toBe(false);
  expect(
    isRollCallList(['Ana Lima (@ana)', 'Tim (@tim)', 'Rich (joined at 2:19pm ET, left at 2:40pm ET)']),
  ).toBe(true);
  expect(isRollCallList(['Fix the build, then ask (@ana)', 'Look at what is left of the old site'])).toBe(
    false,
  );
  expect(isRollCallList(['Team members: Niko, Josh, Scott, Taylor, Felix', 'Others: Mark'])).toBe(true);
  expect(isRollCallList(['Scribe: Mark', 'Chair: Niko'])).toBe(false);
});

test.each([null, 7, 'x', [], {}, { name: '' }, { name: ['x'] }])('%j is no signature', (value) => {
  expect(toRollEntry(value)).toBe(null);
});

test('a signature keeps what can be used', () => {
  expect(
    toRollEntry({ name: ' Min\u202e ', affiliation: 3, handle: '@minrk', signedAt: -1, addedBy: {} }),
  ).toEqual({
    ...person('Min', '', 'minrk'),
    signedAt: 0,
    addedBy: '',
  });
});
