// The figures for a set of markdown texts, and their words.
import type { Failure, Passage } from './measure.ts';
import { edit, pass } from './measure.ts';
import { countRollCallLines } from './roll-call-lines.ts';

export interface File {
  name: string;
  text: string;
}

const percent = (count: number, of: number) => (of === 0 ? '–' : `${((100 * count) / of).toFixed(1)} %`);

const median = (values: readonly number[]) => {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
};
const mean = (values: readonly number[]) =>
  values.reduce((sum, value) => sum + value, 0) / (values.length || 1);

const fails = ({ failures }: Passage, ...whats: Failure['what'][]) =>
  failures.some(({ what }) => what === 'crash' || whats.includes(what));

/** The rows of one way there and back. */
function rowsOf(files: readonly File[], passages: readonly Passage[]): [string, string][] {
  const without = (...whats: Failure['what'][]) =>
    percent(passages.filter((passage) => !fails(passage, ...whats)).length, passages.length);
  const shares = passages.map(({ changed, lines }) => (100 * changed) / lines);
  const identical = passages.filter(({ back }, i) => back === files[i]!.text).length;
  const loss = passages.filter(({ lost }) => lost > 0);
  return [
    ['both judges see no change', without('github', 'hackmd')],
    ['  GitHub (micromark)', without('github')],
    ['  HackMD (markdown-it)', without('hackmd')],
    ['words lost, documents / words', `${loss.length} / ${loss.reduce((sum, { lost }) => sum + lost, 0)}`],
    ['crashes', String(passages.filter(({ back }) => back === null).length)],
    ['the same on the second pass', without('twice')],
    ['lines changed, median / mean', `${median(shares).toFixed(1)} % / ${mean(shares).toFixed(1)} %`],
    ['byte-identical', percent(identical, passages.length)],
    ['processor time per document', `${mean(passages.map(({ cpuMs }) => cpuMs)).toFixed(1)} ms`],
  ];
}

function describe({ what, detail }: Failure): string {
  if (typeof detail === 'string') return `${what}: ${detail}`;
  const cut = (line: string) => (line.length > 160 ? `${line.slice(0, 160)}…` : line);
  return `${what}, line ${detail.line}:\n      - ${cut(detail.before)}\n      + ${cut(detail.after)}`;
}

/** Everything about the files, as lines to print. */
export function score(files: readonly File[]): string {
  const kept = files.map(({ text }) => pass(text, { isFresh: false }));
  const fresh = files.map(({ text }) => pass(text, { isFresh: true }));
  const edits = files.map(({ text }) => edit(text)).filter((made) => made !== null);
  const others = edits.map((made) => made.others);
  const freshRows = rowsOf(files, fresh);
  const rows = rowsOf(files, kept).map(([name, value], i) => [name, value, freshRows[i]![1]]);
  const table = [['', 'source kept', 'fresh'], ...rows].map(
    ([name = '', ...values]) => name.padEnd(32) + values.map((value) => value.padStart(18)).join(''),
  );
  const rolls = files.map(({ text }) => countRollCallLines(text));
  const sum = (key: keyof (typeof rolls)[number]) => rolls.reduce((total, roll) => total + roll[key], 0);
  const sections = [
    `${files.length} documents`,
    ...table,
    `one word typed: only its line changed in ${percent(others.filter((count) => count <= 0).length, others.length)}` +
      ` of ${others.length}; other lines changed, median ${median(others)}, mean ${mean(others).toFixed(1)}`,
    `roll-call lines found: ${percent(sum('found'), sum('lines'))} of ${sum('lines')}; elsewhere: ${sum('elsewhere')}`,
  ];
  for (const [way, passages] of [
    ['source kept', kept],
    ['fresh', fresh],
  ] as const) {
    for (const [i, { failures }] of passages.entries())
      for (const failure of failures) sections.push(`${way}: ${files[i]!.name}: ${describe(failure)}`);
  }
  return `${sections.join('\n')}\n`;
}
