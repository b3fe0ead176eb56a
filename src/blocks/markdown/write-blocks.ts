// Prepared blocks -> lines of markdown, in the house style where the document keeps none of its own: `-` bullets,
// lists nested by four spaces, `#` headings, backtick fences, one empty line between blocks and none between the
// items of a tight list. A line is checked where it is written (write-inline.ts), the whole in write.ts.

import type { NodeJson } from '../document-json.ts';
import { textOf } from '../document-json.ts';
import type { References } from './parser.ts';
import { parseBlocks, parseInline } from './parser.ts';
import { inlineMeaning, mayUnderline, prepareInline } from './plain.ts';
import { readInline, taskPattern } from './read.ts';
import { fenceFor, writeInline } from './write-inline.ts';

export interface WriteOptions {
  /** The link definitions of the whole document: `[x]` is a link where there is one for x. */
  references: References;
  /** Everything escaped, every fence and marker the one that cannot be misread. */
  isSafe: boolean;
}

type Place = 'paragraph' | 'item' | 'cell' | { heading: number; setext: boolean };

const headingSource = (level: number, setext: boolean, text: string) => {
  if (setext) return `${text}\n${(level === 1 ? '=' : '-').repeat(3)}`;
  return text ? `${'#'.repeat(level)} ${text}` : '#'.repeat(level);
};

/** What a line's source reads back as, where it stands. Null when it is not one line of that kind any more. */
function readBack(source: string, place: Place, references: References): NodeJson[] | null {
  if (place === 'cell') return prepareInline(readInline(parseInline(source, references), 'cell'), 'cell');
  if (place === 'item' && taskPattern.test(source)) return null;
  const isHeading = typeof place === 'object';
  const tokens = parseBlocks(
    isHeading ? headingSource(place.heading, place.setext, source) : source,
    references,
  );
  const type = isHeading ? 'heading_open' : 'paragraph_open';
  if (tokens.length !== 3 || tokens[0]!.type !== type) return null;
  if (isHeading && tokens[0]!.tag !== `h${place.heading}`) return null;
  return prepareInline(readInline(tokens[1]!.children ?? []), 'paragraph');
}

function line(content: readonly NodeJson[], place: Place, { references, isSafe }: WriteOptions): string {
  if (content.length === 0) return '';
  const meaning = JSON.stringify(inlineMeaning(content));
  const check = (source: string) => {
    const found = readBack(source, place, references);
    return found !== null && JSON.stringify(inlineMeaning(found)) === meaning;
  };
  return writeInline(content, check, isSafe);
}

/** Not push(...more): a long list has more lines than a call may have arguments. */
function append(lines: string[], more: readonly string[]): void {
  for (const text of more) lines.push(text);
}

const indent = (lines: string[], prefix: string) => lines.map((text) => (text ? prefix + text : ''));

/** Where a block stands: what comes before it, and the markers a bullet before it on the same line has. */
interface Site {
  previous: NodeJson | null;
  /** The marker the list before this block was written with. */
  previousMarker: string | null;
  /** The bullet this block directly follows, '' when it starts its own line. */
  bullet: string;
  depth: number;
}

function writeHeading(node: NodeJson, options: WriteOptions): string[] {
  const level = Number(node.attrs?.level);
  const content = node.content ?? [];
  const setext =
    mayUnderline(node) &&
    content.length > 0 &&
    (node.attrs?.setext === true || content.some(({ type }) => type.endsWith('Break')));
  const text = line(content, { heading: level, setext }, options);
  return headingSource(level, setext, text).split('\n');
}

function writeCode(node: NodeJson, site: Site, { isSafe }: WriteOptions): string[] {
  const text = textOf(node);
  const { language, fence } = node.attrs ?? {};
  const canIndent =
    site.depth === 0 && !['bulletList', 'orderedList', 'codeBlock'].includes(site.previous?.type ?? '');
  if (fence === 'indent' && !language && !isSafe && canIndent && /^\S/.test(text) && /\S$/.test(text))
    return indent(text.split('\n'), '    ');
  const character = String(language ?? '').includes('`') || String(fence).startsWith('~') ? '~' : '`';
  const least = typeof fence === 'string' && fence !== 'indent' ? fence.length : 3;
  const mark = fenceFor(text, character, least);
  return [mark + String(language ?? ''), ...(text ? text.split('\n') : []), mark];
}

function writeRule(node: NodeJson, site: Site, { isSafe }: WriteOptions): string[] {
  const rule = String(node.attrs?.rule ?? '---');
  const isKept = !isSafe && (site.bullet === '' || !rule.startsWith(site.bullet));
  if (isKept) return [rule];
  return [site.bullet === '*' ? '---' : '***'];
}

function writeTable(node: NodeJson, options: WriteOptions): string[] {
  const row = (cells: string[]) => `| ${cells.join(' | ')} |`.replace(/ {2,}\|/g, ' |');
  const rows = (node.content ?? []).map(({ content = [] }) =>
    row(content.map((cell) => writeCell(cell.content ?? [], options))),
  );
  const rules: Record<string, string> = { left: ':---', center: ':---:', right: '---:' };
  const header = node.content?.[0]?.content ?? [];
  const delimiters = row(header.map((cell) => rules[String(cell.attrs?.align)] ?? '---'));
  return [rows[0]!, delimiters, ...rows.slice(1)];
}

/** A table cuts its line at every bar without a backslash before it, in code as well, and then drops the backslash. */
const writeCell = (content: readonly NodeJson[], options: WriteOptions) =>
  line(content, 'cell', options).replace(/\\?\n/g, '<br>').replaceAll('|', '\\|');

const isFilled = (list: NodeJson) => list.content?.[0]?.content?.[0]?.type === 'paragraph';

/** Whether a block of a tight item may stand on the line after the one before without becoming part of it. */
function canFollow(previous: NodeJson, next: NodeJson): boolean {
  if (previous.type !== 'paragraph') return false;
  if (next.type === 'bulletList') return isFilled(next);
  if (next.type === 'orderedList') return isFilled(next) && next.attrs?.start === 1;
  return next.type === 'codeBlock' && next.attrs?.fence !== 'indent';
}

const isList = ({ type }: NodeJson) => type === 'bulletList' || type === 'orderedList';

function markerOf(list: NodeJson, site: Site, { isSafe }: WriteOptions): string {
  const [first, second, third] = list.type === 'bulletList' ? ['-', '*', '+'] : ['.', ')', '.'];
  const kept = String(list.attrs?.marker ?? first);
  const wanted = isSafe
    ? [first!, second!, third!][site.depth % (list.type === 'bulletList' ? 3 : 2)]!
    : kept;
  const isTaken = site.previous?.type === list.type && site.previousMarker === wanted;
  if (!isTaken) return wanted;
  return wanted === first ? second! : first!;
}

function writeItem(
  item: NodeJson,
  marker: string,
  isTight: boolean,
  site: Site,
  options: WriteOptions,
): string[] {
  const content = item.content ?? [];
  const checked = item.attrs?.checked;
  const box = typeof checked === 'boolean' ? (checked ? '[x]' : '[ ]') : '';
  const base = ' '.repeat(marker.length + 1);
  // A list on the item's own line stands nearer than four spaces, and what follows it must stand no deeper.
  const startsWithList = content[0] !== undefined && isList(content[0]);
  const nested = ' '.repeat(Math.max(4, marker.length + 1));
  const inner = { depth: site.depth + 1, bullet: /^[-*+]$/.test(marker) ? marker : '' };
  const lines: string[] = [];
  let previous: NodeJson | null = null;
  let previousMarker: string | null = null;
  for (const [i, child] of content.entries()) {
    const isFirst = i === 0 && (!box || child.type === 'paragraph');
    const childSite: Site = { ...inner, bullet: isFirst ? inner.bullet : '', previous, previousMarker };
    const place = i === 0 && !box ? 'item' : 'paragraph';
    const written =
      child.type === 'paragraph'
        ? line(child.content ?? [], place, options).split('\n')
        : writeBlock(child, childSite, options);
    if (isFirst) {
      lines.push(`${marker} ${box ? `${box} ` : ''}${written[0]}`, ...indent(written.slice(1), base));
    } else {
      if (lines.length === 0) lines.push(`${marker} ${box}`, '');
      else if (!isTight || !previous || !canFollow(previous, child)) lines.push('');
      append(lines, indent(written, isList(child) && !startsWithList ? nested : base));
    }
    previous = child;
    previousMarker = isList(child) ? markerOf(child, childSite, options) : null;
  }
  return lines.length > 0 ? lines : [box ? `${marker} ${box}` : marker];
}

function writeList(list: NodeJson, site: Site, options: WriteOptions): string[] {
  const marker = markerOf(list, site, options);
  const isTight = list.attrs?.loose !== true;
  const start = Number(list.attrs?.start ?? 1);
  const step = list.attrs?.step === 0 ? 0 : 1;
  const lines: string[] = [];
  for (const [i, item] of (list.content ?? []).entries()) {
    if (i > 0 && !isTight) lines.push('');
    const own = list.type === 'bulletList' ? marker : `${start + i * step}${marker}`;
    append(lines, writeItem(item, own, isTight, site, options));
  }
  return lines;
}

function writeQuote(node: NodeJson, options: WriteOptions, depth: number): string[] {
  const lines = writeBlocks(node.content ?? [], options, depth + 1);
  return (lines.length > 0 ? lines : ['']).map((text) => (text ? `> ${text}` : '>'));
}

function writeBlock(node: NodeJson, site: Site, options: WriteOptions): string[] {
  switch (node.type) {
    case 'paragraph':
      return line(node.content ?? [], 'paragraph', options).split('\n');
    case 'heading':
      return writeHeading(node, options);
    case 'bulletList':
    case 'orderedList':
      return writeList(node, site, options);
    case 'blockquote':
      return writeQuote(node, options, site.depth);
    case 'codeBlock':
      return writeCode(node, site, options);
    case 'rawBlock':
      return textOf(node).split('\n');
    case 'horizontalRule':
      return writeRule(node, site, options);
    case 'table':
      return writeTable(node, options);
    default:
      throw new RangeError(`The markdown writer has no rule for the block ${node.type}.`);
  }
}

/** The lines of blocks that follow one another, with an empty line between each two. */
export function writeBlocks(nodes: readonly NodeJson[], options: WriteOptions, depth = 0): string[] {
  const lines: string[] = [];
  let previous: NodeJson | null = null;
  let previousMarker: string | null = null;
  for (const node of nodes) {
    const site: Site = { previous, previousMarker, bullet: '', depth };
    if (previous) lines.push('');
    append(lines, writeBlock(node, site, options));
    previous = node;
    previousMarker = isList(node) ? markerOf(node, site, options) : null;
  }
  return lines;
}
