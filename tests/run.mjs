// `npm test`: types, lint, unit and contract tests, the crash test, then people's doings in a browser. Every
// part runs even when an earlier one failed; the last line counts, and the exit code says whether all is well.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';

const bin = (name) => `node_modules/.bin/${name}`;
const results = 'test-results';
rmSync(results, { recursive: true, force: true });
mkdirSync(results, { recursive: true });

/** @type {{ name: string, passed: number, failed: number }[]} */
const parts = [];

function run(name, command, args, count) {
  console.log(`\n— ${name}`);
  const started = performance.now();
  const { status } = spawnSync(command, args, { stdio: ['ignore', 'inherit', 'inherit'] });
  const counted = count?.() ?? { passed: status === 0 ? 1 : 0, failed: 0 };
  // A part that ends badly without naming a failed test has failed all the same.
  if (status !== 0 && counted.failed === 0) counted.failed = 1;
  parts.push({ name, ...counted });
  console.log(
    `  ${counted.passed} passed, ${counted.failed} failed in ${Math.round((performance.now() - started) / 1000)} s`,
  );
}

const readJson = (file) => (existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : null);
const countVitest = (file) => () => {
  const report = readJson(file);
  return report && { passed: report.numPassedTests, failed: report.numFailedTests };
};
const countPlaywright = (file) => () => {
  const stats = readJson(file)?.stats;
  return stats && { passed: stats.expected, failed: stats.unexpected + stats.flaky };
};
const vitest = (file, ...rest) => [
  'run',
  '--reporter=default',
  '--reporter=json',
  `--outputFile.json=${file}`,
  ...rest,
];

run('types', bin('svelte-kit'), ['sync']);
run('types', bin('svelte-check'), ['--fail-on-warnings', '--output', 'human']);
run('lint', bin('eslint'), ['.']);
run('format', bin('prettier'), ['--check', '--log-level', 'warn', '.']);
run(
  'unit, contract, fuzz',
  bin('vitest'),
  vitest(`${results}/unit.json`),
  countVitest(`${results}/unit.json`),
);
run('crash, fifty kills', process.execPath, ['tests/crash/run.mjs', '50', '7']);
run('browser', bin('playwright'), ['test'], countPlaywright(`${results}/browser.json`));

const sum = (key) => parts.reduce((total, part) => total + part[key], 0);
console.log(`\n${sum('passed')} passed, ${sum('failed')} failed`);
process.exit(sum('failed') === 0 ? 0 : 1);
