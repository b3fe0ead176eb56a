// npm run bench [-- scenarios …] [--quick] [--runs n] [--servers a,b] [--out file.json] [--peers folder] [--cpu-prof folder]
//
// Measures each scenario against Rollcall and its peers, one server after another on this machine, and prints a
// table; README.md here says how. Rollcall must be built.
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { Bench } from './bench.mjs';
import { installPeers, packages } from './peers.mjs';
import { scenarios } from './scenarios.mjs';
import { servers } from './servers.mjs';
import { formatTable } from './table.mjs';

const root = join(import.meta.dirname, '../..');

/** @returns {never} */
function fail(message) {
  process.stderr.write(`bench: ${message}\n`);
  process.exit(1);
}

function choose(list, names, what) {
  const unknown = names.filter((name) => !list.some((entry) => entry.name === name));
  if (unknown.length > 0) {
    fail(`there is no ${what} ${unknown.join(', ')}; there are ${list.map(({ name }) => name).join(', ')}.`);
  }
  return names.length === 0 ? list : list.filter(({ name }) => names.includes(name));
}

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    quick: { type: 'boolean', default: false },
    runs: { type: 'string', default: '1' },
    servers: { type: 'string', default: '' },
    out: { type: 'string' },
    peers: { type: 'string', default: join(root, 'node_modules/.bench-peers') },
    'cpu-prof': { type: 'string' },
  },
});
const runs = Number(options.runs);
if (!Number.isInteger(runs) || runs < 1) fail(`--runs must be a whole number from 1, not ${options.runs}.`);
const inQuestion = choose(scenarios, positionals, 'scenario');
const measured =
  options.quick && positionals.length === 0 ? inQuestion.filter(({ isQuick }) => isQuick) : inQuestion;
const against = choose(servers, options.servers.split(',').filter(Boolean), 'server');
const peers = resolve(options.peers);
const serversOf = ({ isOwn = false, hasFloor = false }) =>
  against.filter(({ name, isFloor }) => (isFloor ? hasFloor : !isOwn || name === 'rollcall'));
const isPeer = ({ name, isFloor }) => name !== 'rollcall' && !isFloor;
if (measured.some((scenario) => serversOf(scenario).some(isPeer))) installPeers(peers);
const profile = options['cpu-prof'];
const nodeArgs = profile ? ['--cpu-prof', `--cpu-prof-dir=${resolve(profile)}`] : [];

/** @type {import('./table.mjs').Result[]} */
const results = [];

async function measure(scenario, kind, run) {
  const bench = new Bench(kind, {
    isQuick: options.quick,
    peers,
    nodeArgs,
    cache: peers,
    profile: profile ? resolve(profile) : null,
  });
  const startedAt = performance.now();
  try {
    const values = await scenario.measure(bench);
    results.push({ scenario: scenario.name, server: kind.name, values, remarks: bench.remarks });
  } catch (error) {
    const { message } = /** @type {Error} */ (error);
    results.push({
      scenario: scenario.name,
      server: kind.name,
      values: {},
      remarks: [...bench.remarks, message],
    });
  } finally {
    await bench.close();
  }
  const took = ((performance.now() - startedAt) / 1000).toFixed(0);
  const [first] = scenario.figures;
  const value = JSON.stringify(results.at(-1)?.values[first.key] ?? null);
  process.stderr.write(
    `bench: ${scenario.name}, ${kind.name}, run ${run} of ${runs}: ${first.label} ${value} (${took} s)\n`,
  );
}

// Runs go round, so that a disturbance does not meet one server alone.
for (let run = 1; run <= runs; run++) {
  for (const scenario of measured) for (const kind of serversOf(scenario)) await measure(scenario, kind, run);
}

const git = spawnSync('git', ['rev-parse', '--short', 'HEAD'], { cwd: root, encoding: 'utf8' });
const about = {
  date: new Date().toISOString().slice(0, 10),
  commit: git.stdout?.trim() ?? '',
  machine: `${cpus().length} × ${cpus()[0]?.model ?? process.arch}, ${Math.round(totalmem() / 2 ** 30)} GiB`,
  system: `${process.platform} ${process.arch}`,
  node: process.version,
  runs,
  isQuick: options.quick,
  packages,
};
const sorts = [options.quick ? 'quick' : '', runs > 1 ? `medians of ${runs} runs` : 'one run'].filter(
  Boolean,
);
console.log(`${about.date}, ${about.machine}, ${about.system}, Node ${about.node}; ${sorts.join(', ')}\n`);
console.log(formatTable(measured, results));
if (options.out) writeFileSync(options.out, `${JSON.stringify({ about, results }, null, 2)}\n`);
