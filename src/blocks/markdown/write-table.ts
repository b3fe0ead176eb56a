// Tables: each row is a line, kept or written for itself.

import type { NodeJson } from '../document-json.ts';
import { leadWithin, restOf } from './frame.ts';
import type { Frame } from './frame.ts';
import { inlineMeaning } from './meaning.ts';
import { parseBlocks, parseInline } from './parser.ts';
import { prepareInline } from './prepare-inline.ts';
import { readInline } from './read-inline.ts';
import type { Lines } from './write-lines.ts';
import { cellText } from './write-text.ts';

const rules: Record<string, string> = { left: ':---', center: ':---:', right: '---:' };

const formatRow = (cells: readonly string[]) => `| ${cells.join(' | ')} |`.replace(/ {2,}\|/g, ' |');

const meaningOfCells = (cells: readonly (readonly NodeJson[])[]) => JSON.stringify(cells.map(inlineMeaning));

/** Whether a row's source reads as what the row now holds. */
function readsAsRow(src: string, row: NodeJson, lines: Lines): boolean {
  const cells = row.content ?? [];
  const head = `|${'x|'.repeat(cells.length)}\n|${'-|'.repeat(cells.length)}\n`;
  const { tokens, references } = parseBlocks(head + src, lines.options.references);
  const found = tokens
    .filter((token, i) => token.type === 'inline' && tokens[i - 1]!.type === 'td_open')
    .map((token) => prepareInline(readInline(parseInline(token.content, references), 'cell'), 'cell'));
  const isOneRow =
    tokens.filter(({ type }) => type === 'tr_open').length === 2 && tokens.at(-1)!.type === 'table_close';
  return isOneRow && meaningOfCells(found) === meaningOfCells(cells.map(({ content = [] }) => content));
}

/** Whether the line under the header gives each column the alignment it now has. */
function readsAsRule(rule: string, aligns: readonly string[]): boolean {
  const parts = rule.replace(/^[ \t]*\||\|[ \t]*$/g, '').split('|');
  const ends = (part: string) =>
    part.startsWith(':') ? (part.endsWith(':') ? 'center' : 'left') : part.endsWith(':') ? 'right' : 'null';
  return (
    parts.length === aligns.length &&
    parts.every((part, i) => /^:?-+:?$/.test(part.trim()) && ends(part.trim()) === aligns[i])
  );
}

function rowText(row: NodeJson, rest: string, lines: Lines): string {
  const kept = lines.keptText(row, 'src');
  const src = kept?.trimStart() ?? null;
  const { forget } = lines.options;
  if (src !== null && !forget && readsAsRow(src, row, lines)) return src;
  const house = formatRow((row.content ?? []).map(({ content = [] }) => cellText(content, lines)));
  if (src === null || !forget) return house;
  if (kept === rest + house) lines.forget(row, 'src');
  return src;
}

export function writeTable(table: NodeJson, frame: Frame, lines: Lines): void {
  const [header, ...rows] = table.content ?? [];
  const aligns = (header?.content ?? []).map(({ attrs }) => String(attrs?.align ?? null));
  const house = formatRow(aligns.map((align) => rules[align] ?? '---'));
  // A kept line begins with the white space before it; that of the header is the table's.
  const rest = restOf(frame).slice(frame.head.length);
  const kept = lines.keptText(table, 'rule');
  const leads = [null, kept, ...rows.map((row) => lines.keptText(row, 'src'))].map(
    (line) => line && leadWithin(line, frame),
  );
  if (kept === rest + house) lines.forget(table, 'rule');
  const rule = kept !== null && readsAsRule(kept, aligns) ? kept.trimStart() : house;
  const first = lines.start(table, frame);
  const texts = [rowText(header!, '', lines), ...rows.map((row) => rowText(row, rest, lines))];
  lines.text(first, texts.toSpliced(1, 0, rule), frame, leads);
  lines.tail(table);
}
