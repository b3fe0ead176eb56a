// Prepared blocks -> lines of markdown, in the house style where the document keeps none of its own: `-` bullets,
// lists nested by four spaces, `#` headings, backtick fences, one empty line between blocks and none between the
// items of a tight list. A line is checked where it is written (write-text.ts), the whole in write.ts.

import type { NodeJson } from '../document-json.ts';
import { textOf } from '../document-json.ts';
import { fenceFor } from './escape.ts';
import { document, leadWithin, quoteFrame, reachesDeep, restOf, widthOf } from './frame.ts';
import type { Frame } from './frame.ts';
import { breaksIn } from './layout.ts';
import { parseBlocks } from './parser.ts';
import { endsApart, isList, mustPart, mustPartAsKept, startsBelow } from './parting.ts';
import { Lines, isBlank } from './write-lines.ts';
import type { Before, BlockWriter, Care, WriteOptions } from './write-lines.ts';
import { endsEmpty, markerOf, writeList } from './write-list.ts';
import { writeTable } from './write-table.ts';
import { headingText, paragraphText } from './write-text.ts';

const nothing: Before = { node: null, marker: null };

class DocumentWriter implements BlockWriter {
  readonly lines: Lines;

  constructor(options: WriteOptions) {
    this.lines = new Lines(options);
  }

  /** Blocks that follow one another. `box` is what the item they are in begins with. */
  blocks(nodes: readonly NodeJson[], frame: Frame, box = '', careOf?: (i: number) => Care): void {
    let before = nothing;
    if (nodes.length === 0) this.lines.endOpen();
    for (const [i, node] of nodes.entries()) {
      if (careOf) this.lines.care = careOf(i);
      const isFirst = before.node === null;
      const needsGap = before.node !== null && this.#needsGap(before.node, node, frame);
      const house = this.#houseGap(node, frame, isFirst, needsGap);
      this.gap(node, house, frame, needsGap);
      const marker = isList(node) ? markerOf(node, before, frame, this.lines) : null;
      if (marker !== null)
        writeList(
          node,
          this.lines.isOpen || (before.node && isList(before.node))
            ? { ...frame, nest: frame.column }
            : frame,
          marker,
          this,
        );
      else this.#block(node, frame, before, isFirst ? box : '');
      before = { node, marker };
    }
  }

  /** Where no empty line may stand the spelling gives way, elsewhere the empty line is put in. */
  #needsGap(previous: NodeJson, node: NodeJson, frame: Frame): boolean {
    if (this.lines.care === 'kept' && endsApart(previous)) return false;
    return mustPart(previous, node) || (frame.spacing !== 'tight' && mustPartAsKept(previous, node));
  }

  #houseGap(node: NodeJson, frame: Frame, isFirst: boolean, needsGap: boolean): string {
    if (isFirst) return frame.isItem && startsBelow(node) ? '\n' : '';
    return frame.spacing === 'loose' || needsGap ? '\n' : '';
  }

  /** The empty lines before a block: those it keeps, unless they would join it to what it must be parted from. */
  gap(node: NodeJson, house: string, frame: Frame, needsGap: boolean): void {
    const { lines } = this;
    const kept = lines.keptText(node, 'gap');
    if (kept === house) lines.forget(node, 'gap');
    let gap = kept ?? house;
    if (needsGap && !gap.includes('\n')) gap = house;
    if (lines.isOpen) {
      if (frame.isItem && gap.split('\n').length > 2) gap = '';
    } else if (frame.spacing === 'tight' && !needsGap && gap.includes('\n')) gap = house;
    lines.gap(gap, frame);
  }

  #block(node: NodeJson, frame: Frame, before: Before, box: string): void {
    const { lines } = this;
    switch (node.type) {
      case 'paragraph':
        return this.#paragraph(node, frame, before, box);
      case 'heading': {
        const first = lines.start(node, frame);
        const mayUnderline = before.node === null || frame.spacing !== 'tight';
        const texts = headingText(node, mayUnderline, lines).split('\n');
        const leads = this.#leads(node, frame);
        if (leads.length < texts.length) leads.push(leadWithin(lines.keptText(node, 'setext'), frame));
        lines.text(first, texts, frame, leads);
        return lines.tail(node);
      }
      case 'blockquote':
        return this.#quote(node, frame);
      case 'codeBlock':
        return this.#code(node, frame, before);
      case 'rawBlock':
        return lines.text(lines.start(node, frame), textOf(node).split('\n'), frame);
      case 'horizontalRule':
        return this.#rule(node, frame, before);
      case 'table':
        return writeTable(node, frame, lines);
      default:
        throw new RangeError(`The markdown writer has no rule for the block ${node.type}.`);
    }
  }

  #paragraph(node: NodeJson, frame: Frame, before: Before, box: string): void {
    const { lines } = this;
    const isItemStart = frame.isItem && before.node === null;
    const first = lines.start(node, frame);
    const leads = this.#leads(node, frame);
    const isDeep = leads.map((lead) => lead !== null && reachesDeep(lead, frame));
    const rest = leads.length > 1 ? restOf(frame) : '';
    const wasDeep = leads.map((lead) => lead !== null && lead !== rest);
    const texts = paragraphText(node, { box, isItemStart, isDeep, wasDeep }, lines).split('\n');
    lines.text(first, texts, frame, leads.length === texts.length ? leads : []);
    lines.tail(node);
  }

  /** What is kept of what stands before each line of a text. */
  #leads({ content = [] }: NodeJson, frame: Frame): (string | null)[] {
    const { lines } = this;
    const breaks = breaksIn(content);
    if (breaks.length === 0) return [null];
    const leads = breaks.map((node) => node && lines.keptText(node, 'lead'));
    const rest = restOf(frame);
    for (const [i, node] of breaks.entries()) if (node && leads[i] === rest) lines.forget(node, 'lead');
    return [null, ...leads];
  }

  #quote(node: NodeJson, frame: Frame): void {
    const { lines } = this;
    const open = lines.open;
    const first = `${lines.start(node, frame)}>`;
    const isInQuote = open?.endsWith('>') ?? false;
    const head = isInQuote ? frame.head + first.slice(open!.length) : open ? `${restOf(frame)}>` : first;
    const inner = quoteFrame(head, frame.depth + 1);
    lines.begin(first);
    const content = node.content ?? [];
    this.blocks(content, inner);
    if (content.length === 0) lines.tail(node);
    else lines.closeQuote(content.at(-1)!, inner);
  }

  #code(node: NodeJson, frame: Frame, before: Before): void {
    const { lines } = this;
    const first = lines.start(node, frame);
    const house = this.#plainCode(node, frame, before);
    const src = lines.keptText(node, 'src');
    const { forget } = lines.options;
    if (forget && house.join('\n') === src) lines.forget(node, 'src');
    const isFree = node.attrs?.fence !== 'indent' || before.node === null || frame.spacing !== 'tight';
    const isKept = src !== null && isFree && (forget || readsAsCode(withoutMargin(src, frame), node));
    if (isKept) lines.text(first, src.split('\n'), frame, [], isBlank);
    else lines.text(first, house, frame);
  }

  #plainCode(node: NodeJson, frame: Frame, before: Before): string[] {
    const text = textOf(node);
    const { language, fence } = node.attrs ?? {};
    const canIndent = this.lines.care !== 'safe' && mayIndent(before.node, frame);
    if (fence === 'indent' && !language && canIndent && /^\S/.test(text) && /\S$/.test(text))
      return text.split('\n').map((line) => (line ? `    ${line}` : ''));
    const character = String(language ?? '').includes('`') || String(fence).startsWith('~') ? '~' : '`';
    const least = typeof fence === 'string' && fence !== 'indent' ? fence.length : 3;
    const mark = fenceFor(text, character, least);
    const isOpen = this.lines.kept(node, 'open') === true && node === this.lines.options.end;
    const body = text || node.attrs?.blank ? text.split('\n') : [];
    return [mark + String(language ?? ''), ...body, ...(isOpen ? [] : [mark])];
  }

  /** Dashes right under a line of text would make a heading of it, and right behind a bullet of dashes a longer rule. */
  #rule(node: NodeJson, frame: Frame, before: Before): void {
    const { lines } = this;
    const kept = lines.keptText(node, 'rule') ?? '---';
    if (kept === '---') lines.forget(node, 'rule');
    const isUnderText = frame.spacing === 'tight' && before.node?.type === 'paragraph';
    const taken = isUnderText ? '-' : lines.isOpen ? frame.bullet : '';
    const isFree = taken === '' || !kept.startsWith(taken);
    const rule = isFree ? kept : taken === '*' ? '---' : '***';
    lines.text(lines.start(node, frame), [rule], frame);
    lines.tail(node);
  }
}

/** Whether code may be indented: after other such code, or a list whose last item has text, it would be part of it. */
function mayIndent(before: NodeJson | null, frame: Frame): boolean {
  if (before === null) return true;
  if (before.type === 'codeBlock' || frame.spacing === 'tight') return false;
  return !isList(before) || endsEmpty(before);
}

/** A source's empty lines begin at the margin, or after the last `>`. */
function withoutMargin(src: string, { head, column }: Frame): string {
  const margin = column - widthOf(head);
  if (margin === 0) return src;
  const lines = src.split('\n');
  return lines.map((line) => (isBlank(line) ? line.slice(margin) : line)).join('\n');
}

function readsAsCode(src: string, node: NodeJson): boolean {
  const { tokens } = parseBlocks(`${src}\n`);
  const [token] = tokens;
  if (tokens.length !== 1 || (token!.type !== 'fence' && token!.type !== 'code_block')) return false;
  const language = token!.type === 'fence' ? token!.info.trim() || null : null;
  return token!.content.replace(/\n$/, '') === textOf(node) && language === (node.attrs?.language ?? null);
}

/** The lines of a document's blocks, each with the care its number asks for. */
export function writeBlocks(
  nodes: readonly NodeJson[],
  careOf: (i: number) => Care,
  options: WriteOptions,
): string[] {
  const writer = new DocumentWriter(options);
  writer.blocks(nodes, document, '', careOf);
  const { lines } = writer.lines;
  // With a line like `key: value` and another rule below it would be front matter.
  const startsAsFrontMatter = nodes[0]?.type === 'horizontalRule' && lines[0]!.trimEnd() === '---';
  const isFrontMatter = () => parseBlocks(lines.join('\n')).tokens[0]?.type === 'front_matter';
  if (startsAsFrontMatter && isFrontMatter()) lines[0] = '***';
  return lines;
}
