import { expect, test } from 'vitest';
import { formatPersonLine, parsePersonLine, separatorOf } from '../../src/core/person-line.ts';

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
  ['Ana/Simula/@ana-x/ Oslo', person('Ana', 'Simula / Oslo', 'ana-x')],
  ['Ana/Some Institute / @ana', person('Ana', 'Some Institute', 'ana')],
  ['Ana they/them / Simula / @ana', person('Ana they/them', 'Simula', 'ana')],
  ['Ana (she/they / @ana / Simula', person('Ana (she/they', 'Simula', 'ana')],
  ['Ana / Simula / @ana (late)', person('Ana', 'Simula / (late)', 'ana')],
  ['Ana :wave: / Simula', person('Ana :wave:', 'Simula')],
])('%s is one person', (line, expected) => {
  expect(parsePersonLine(line)).toMatchObject({ kind: 'person', person: expected });
});

test.each([
  'name / institution / GitHub handle',
  '**name** / **institution** / **GitHub handle**',
  'Name / Affiliation / @handle',
  "Name (and pronouns if you'd like) / GitHub handle / affiliation / geographic location",
  '[name] / [company]',
  'Your name here',
])('%s is a placeholder', (line) => expect(parsePersonLine(line)).toEqual({ kind: 'placeholder' }));

test.each(['', '  ', '/', ' / / ', '...'])('%j is a slot', (line) => {
  expect(parsePersonLine(line)).toEqual({ kind: 'slot' });
});

test('a person line leaves out what was not given, and reads back', () => {
  expect(formatPersonLine(person('Min RK', 'Simula', 'minrk'))).toBe('Min RK / Simula / @minrk');
  expect(formatPersonLine(person('Jessica', '', 'jzf'))).toBe('Jessica / @jzf');
  expect(formatPersonLine(person('Sarah'))).toBe('Sarah');
  expect(formatPersonLine(person('Min', 'Simula', 'minrk'), '|')).toBe('Min | Simula | @minrk');
});

test('bars part the lines where most are parted by bars', () => {
  expect(separatorOf(['Min | Simula | @minrk', 'Tim | WTT', 'Ana / CERN'])).toBe('|');
  expect(separatorOf(['Min | Simula', 'Tim / WTT'])).toBe('/');
});

test.each([
  ['Team members: Niko, Josh & @scott', ['Niko', 'Josh', 'scott']],
  ['Present: Niko (remote), Ana B. Cee.', ['Niko (remote)', 'Ana B. Cee']],
])('%s names %j', (line, names) => {
  const read = parsePersonLine(line);
  expect(read.kind === 'people' && read.people.map(({ name }) => name)).toEqual(names);
});

test.each(['Regrets: Ana', 'Others:', 'Scribe: Ana', 'Present: we talked about one thing, and another'])(
  '%s is a remark and names nobody',
  (line) => {
    expect(parsePersonLine(line)).toEqual({ kind: 'remark' });
  },
);
