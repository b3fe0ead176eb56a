import { expect, test } from 'vitest';
import {
  attendance,
  formatPersonLine,
  isRollCallList,
  isRollCallStart,
  isSamePerson,
  parsePersonLine,
  toRollEntry,
} from '../../src/core/roll-call.ts';

const person = (name: string, affiliation = '', handle = '') => ({ name, affiliation, handle });

test.each([
  ['Min RK / Simula / @minrk', person('Min RK', 'Simula', 'minrk')],
  [
    'Simon (he/him) / @manics / University of Dundee / UK',
    person('Simon (he/him)', 'University of Dundee / UK', 'manics'),
  ],
  ['Min | Simula | @minrk', person('Min', 'Simula', 'minrk')],
  ['Chris Holdgraf (@choldgraf)', person('Chris Holdgraf', '', 'choldgraf')],
  ['Zach Price / ORNL /', person('Zach Price', 'ORNL')],
  ['Simon Li / manics / University of Dundee', person('Simon Li', 'manics / University of Dundee')],
  ['Jens Henrik Göbbert / FZJ/JSC / @jhgoebbert', person('Jens Henrik Göbbert', 'FZJ/JSC', 'jhgoebbert')],
  ['Min/Simula/@minrk', person('Min', 'Simula', 'minrk')],
  ['Min / https://github.com/minrk', person('Min', '', 'minrk')],
  ['Sarah Gibson', person('Sarah Gibson')],
  ['@manics', person('manics', '', 'manics')],
])('%s is one person', (line, expected) => {
  expect(parsePersonLine(line)).toMatchObject({ kind: 'person', person: expected });
});

test.each([
  'name / institution / GitHub handle',
  '**name** / **institution** / **GitHub handle**',
  'Name / Affiliation / @handle',
])('%s is a placeholder', (line) => expect(parsePersonLine(line)).toEqual({ kind: 'placeholder' }));

test.each(['', '  ', '/', ' / / '])('%j is a slot', (line) => {
  expect(parsePersonLine(line)).toEqual({ kind: 'slot' });
});

test('a person line leaves out what was not given, and reads back', () => {
  expect(formatPersonLine(person('Min RK', 'Simula', 'minrk'))).toBe('Min RK / Simula / @minrk');
  expect(formatPersonLine(person('Jessica', '', 'jzf'))).toBe('Jessica / @jzf');
  expect(formatPersonLine(person('Sarah'))).toBe('Sarah');
});

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
  expect(attendance(['name / affiliation / @handle', 'Min RK / Simula / @minrk', ''], [min, tim])).toEqual([
    { person: person('Min RK', 'Simula', 'minrk'), line: 1, entry: min },
    { person: person('Tim', '', 'betatim'), line: null, entry: tim },
  ]);
});

test.each(['Hello.\nRoll call:', 'Sign in below', '## Attendees', 'Check-in', "Who's present"])(
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
