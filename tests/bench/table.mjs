// Figures -> a table in markdown, Rollcall against the best of its peers.
import { median } from './figures.mjs';
import { servers } from './servers.mjs';

const [own, ...others] = servers;
const isPeer = ({ name, isFloor }) => name !== own?.name && !isFloor;

/** @typedef {{ scenario: string, server: string, values: Record<string, import('./scenarios.mjs').Value>, remarks: string[] }} Result one measurement */

const numberOf = (value) => (typeof value === 'object' ? (value?.atLeast ?? null) : (value ?? null));

/** The median of all measurements of one figure. */
function summed(results, scenario, server, key) {
  const values = results
    .filter((result) => result.scenario === scenario.name && result.server === server.name)
    .map(({ values }) => values[key] ?? null)
    .filter((value) => value !== null);
  if (values.length === 0) return null;
  return { number: median(values.map(numberOf)), isLeast: values.some((value) => typeof value === 'object') };
}

const format = (figure, cell) =>
  cell === null
    ? '–'
    : `${cell.isLeast ? '≥ ' : ''}${cell.number.toLocaleString('en', {
        minimumFractionDigits: figure.digits,
        maximumFractionDigits: figure.digits,
      })}`;

/** Rollcall's share of the best peer's figure. */
function ratio(figure, mine, peers) {
  const best = peers.filter((cell) => cell !== null).map(({ number }) => number);
  if (figure.isInfo || mine === null || best.length === 0) return '–';
  const least = Math.min(...best);
  if (least === 0) return mine.number === 0 ? 'both 0' : '–';
  return (mine.number / least).toFixed(2);
}

/** @param {import('./scenarios.mjs').Scenario[]} scenarios @param {Result[]} results */
export function formatTable(scenarios, results) {
  const measured = [own, ...others].filter(({ name }) => results.some(({ server }) => server === name));
  const row = (cells) => `| ${cells.join(' | ')} |`;
  const lines = [
    row(['', ...measured.map(({ title }) => title), 'Rollcall : best peer']),
    row(['---', ...measured.map(() => '--:'), '--:']),
  ];
  for (const scenario of scenarios) {
    lines.push(row([`**${scenario.title}**`, ...measured.map(() => ''), '']));
    for (const figure of scenario.figures) {
      const cells = measured.map((server) => summed(results, scenario, server, figure.key));
      const mine = cells[measured.indexOf(own)] ?? null;
      const peers = cells.filter((_, n) => isPeer(measured[n]));
      lines.push(
        row([figure.label, ...cells.map((cell) => format(figure, cell)), ratio(figure, mine, peers)]),
      );
    }
  }
  return [...lines, ...remarks(scenarios, results)].join('\n');
}

function remarks(scenarios, results) {
  const lines = results.flatMap(({ scenario, server, remarks }) => {
    const { title } = scenarios.find(({ name }) => name === scenario) ?? { title: scenario };
    return remarks.map(
      (remark) => `- ${title}, ${servers.find(({ name }) => name === server)?.title}: ${remark}.`,
    );
  });
  return lines.length > 0 ? ['', ...new Set(lines)] : [];
}
