// markdown -> plain document: tokens to nodes, meeting blocks not yet recognised (blocks/markdown.ts does that).
// A token without a node keeps its source in a raw node; so nothing is left out here, and nothing is guessed.

import type { Token } from 'markdown-it';
import { trimEmptyLinesOf } from '../../core/trim.ts';
import type { DocumentJson, NodeJson } from '../document-json.ts';
import { repair } from '../repair.ts';
import { Layout, keepBreaks } from './layout.ts';
import type { Lines } from './layout.ts';
import { parseBlocks, parseInline } from './parser.ts';
import type { Blocks, References } from './parser.ts';
import { readInline } from './read-inline.ts';

/** What a check item's line begins with in the source; `\[ ]` and `[ ](…)` are text and link. */
export const taskPattern = /^\[([ xX])\](?=\s|$)/;

/** A node being filled. */
interface Open {
  node: NodeJson & { content: NodeJson[] };
  /** The lines it stands on. */
  map: [number, number];
  /** A paragraph directly in one of the list's items is not tight. */
  isLoose?: boolean;
  /** The number of the list's last item. */
  number?: number;
  /** The lines of a table's rows that have not come yet. */
  rows?: string[];
}

const rawKinds: Record<string, string> = {
  html_block: 'html',
  reference_definition: 'definition',
  abbreviation: 'definition',
  front_matter: 'front-matter',
  footnote: 'footnote',
  container: 'container',
};

const mapOf = (token: Token): [number, number] => token.map ?? [0, 0];

/** The white space of what stands before a line. */
const spaceIn = (lead: string) => lead.replace(/.*>/, '');

/** Takes `[ ] ` off the front of a line. */
function withoutBox(nodes: NodeJson[]): NodeJson[] {
  const [first, ...rest] = nodes;
  const text = first?.text?.slice(3).replace(/^[ \t]+/, '');
  if (text) return [{ ...first!, text }, ...rest];
  return rest[0]?.type === 'softBreak' ? rest.slice(1) : rest;
}

class Reader {
  readonly root: Open = { node: { type: 'doc', content: [] }, map: [0, 0] };
  /** The lines of each top-level block. */
  readonly maps: [number, number][] = [];
  readonly #stack: Open[] = [this.root];
  readonly #references: References;
  /** Null when only what the text says is wanted. */
  readonly #layout: Layout | null;

  constructor({ tokens, references }: Blocks, layout: Layout | null) {
    this.#references = references;
    this.#layout = layout;
    this.#read(tokens);
  }

  #read(tokens: readonly Token[]): void {
    for (let i = 0; i < tokens.length; i++) {
      const token = tokens[i]!;
      if (token.type === 'table_open' && losesCells(token)) {
        this.#raw('unknown', token);
        while (tokens[i]!.type !== 'table_close') i++;
      } else this.#token(token);
    }
    this.#layout?.end(this.root.node.content.at(-1));
  }

  get #top(): Open {
    return this.#stack.at(-1)!;
  }

  #push(node: NodeJson, token: Token) {
    if (this.#stack.length === 1) this.maps.push(mapOf(token));
    this.#top.node.content.push(node);
  }

  #open(token: Token, type: string, attrs: Record<string, unknown> = {}): Open {
    const open: Open = { node: { type, attrs, content: [] }, map: mapOf(token) };
    this.#push(open.node, token);
    this.#stack.push(open);
    return open;
  }

  #token(token: Token) {
    const kind = rawKinds[token.type];
    if (kind) return this.#raw(kind, token);
    switch (token.type) {
      case 'paragraph_open': {
        const list = this.#stack.at(-2);
        if (this.#top.node.type === 'listItem' && list && !token.hidden) list.isLoose = true;
        this.#open(token, 'paragraph');
        break;
      }
      case 'heading_open':
        this.#open(token, 'heading', { level: Number(token.tag.slice(1)) });
        break;
      case 'blockquote_open': {
        const { node, map } = this.#open(token, 'blockquote');
        this.#layout?.quote(node, map);
        break;
      }
      case 'blockquote_close': {
        const { node, map } = this.#stack.pop()!;
        this.#layout?.endQuote(node, map);
        break;
      }
      case 'bullet_list_open':
      case 'ordered_list_open': {
        const isOrdered = token.type === 'ordered_list_open';
        const attrs = {
          marker: token.markup,
          ...(isOrdered && { start: Number(token.attrGet('start') ?? 1) }),
        };
        const { node, map } = this.#open(token, isOrdered ? 'orderedList' : 'bulletList', attrs);
        this.#layout?.list(node, map);
        break;
      }
      case 'list_item_open': {
        const isFirst = this.#top.node.content.length === 0;
        const { node, map } = this.#item(token);
        this.#layout?.item(node, map, isFirst);
        break;
      }
      case 'list_item_close':
        this.#stack.pop();
        this.#layout?.endItem();
        break;
      case 'bullet_list_close':
      case 'ordered_list_close': {
        const { node, isLoose } = this.#stack.pop()!;
        node.attrs = { ...node.attrs, loose: isLoose };
        break;
      }
      case 'table_open': {
        const table = this.#open(token, 'table');
        const lines = this.#layout?.text(table.node, table.map);
        const texts = lines?.texts.map((text, i) => spaceIn(lines.leads[i]!) + text);
        table.rows = texts?.toSpliced(1, 1);
        table.node.attrs = { ...table.node.attrs, rule: texts?.[1] };
        break;
      }
      case 'tr_open':
        this.#open(token, 'tableRow', { src: this.#top.rows?.shift() });
        break;
      case 'th_open':
      case 'td_open': {
        const align = /text-align:\s*(\w+)/.exec(String(token.attrGet('style') ?? ''))?.[1];
        this.#open(token, token.type === 'th_open' ? 'tableHeader' : 'tableCell', { align });
        break;
      }
      case 'thead_open':
      case 'thead_close':
      case 'tbody_open':
      case 'tbody_close':
        break;
      case 'inline':
        this.#inline(token);
        break;
      case 'fence':
        this.#code(token, token.info.trim() || null, token.markup === '```' ? null : token.markup);
        break;
      case 'code_block':
        this.#code(token, null, 'indent');
        break;
      case 'hr': {
        const node: NodeJson = { type: 'horizontalRule', attrs: {} };
        this.#push(node, token);
        const rule = this.#layout?.text(node, mapOf(token)).texts[0];
        node.attrs = { ...node.attrs, rule };
        break;
      }
      default:
        if (token.nesting === -1) this.#stack.pop();
        else throw new RangeError(`The markdown reader does not know the token ${token.type}.`);
    }
  }

  #item(token: Token): Open {
    const list = this.#top;
    const number = Number(token.info);
    const step = token.info && list.number !== undefined ? number - list.number : 1;
    list.number = number;
    return this.#open(token, 'listItem', { step: step === 1 ? null : step });
  }

  #inline(token: Token) {
    const { node, map } = this.#top;
    const isCell = node.type === 'tableCell' || node.type === 'tableHeader';
    const content = readInline(parseInline(token.content, this.#references), isCell ? 'cell' : 'line');
    const item = this.#stack.at(-2)?.node;
    const box = taskPattern.exec(token.content);
    const isTask =
      node.type === 'paragraph' &&
      item?.type === 'listItem' &&
      item.content.length === 1 &&
      box !== null &&
      content[0]?.type === 'text' &&
      !content[0].marks &&
      content[0].text?.startsWith(box[0]);
    if (isTask) item.attrs = { ...item.attrs, checked: box[1] !== ' ', tick: box[1] };
    node.content = isTask ? withoutBox(content) : content;
    if (this.#layout && !isCell) keepLines(node, this.#layout.text(node, map));
  }

  #code(token: Token, language: string | null, fence: string | null) {
    const text = token.content.replace(/\n$/, '');
    const open = text !== '' && text === token.content;
    const node: NodeJson = {
      type: 'codeBlock',
      attrs: { language, fence, blank: token.content === '\n', open },
      content: text ? [{ type: 'text', text }] : [],
    };
    this.#push(node, token);
    const { source } = token.meta as { source: string };
    this.#layout?.code(node, mapOf(token), source, fence === 'indent');
  }

  #raw(kind: string, token: Token) {
    const text = trimEmptyLinesOf(token.content);
    const node: NodeJson = { type: 'rawBlock', attrs: { kind }, content: [{ type: 'text', text }] };
    this.#push(node, token);
    this.#layout?.verbatim(node, mapOf(token), text.split('\n').length);
  }
}

/** Notes with a paragraph or heading the lines it was, and with its breaks what was around them. */
function keepLines(node: NodeJson, { leads, texts }: Lines): void {
  const isUnderlined = node.type === 'heading' && !/^#{1,6}(?:[ \t]|$)/.test(texts[0]!);
  const attrs = (node.attrs ??= {});
  attrs.src = texts.join('\n');
  if (isUnderlined) attrs.setext = spaceIn(leads.at(-1)!) + texts.at(-1)!;
  keepBreaks(node.content ?? [], { leads, texts: isUnderlined ? texts.slice(0, -1) : texts });
}

/** Markdown shows no more cells of a row than the header has: a table with longer rows is kept as source. */
function losesCells({ content }: Token): boolean {
  const widths = content.split('\n').map(
    (line) =>
      line
        .trim()
        .replace(/^\||(?<!\\)\|$/g, '')
        .split(/(?<!\\)\|/).length,
  );
  return widths.some((width) => width > widths[0]!);
}

/** What a text says, without how it is laid out. Throws MarkdownError when it is nested too deep. */
export function readPlain(text: string, references?: References): DocumentJson {
  const reader = new Reader(parseBlocks(text, references), null);
  return repair(reader.root.node);
}

/** What a text says and how all of it was spelled, with the lines of each block. Throws as `readPlain` does. */
export function readSpelled(text: string): { document: DocumentJson; maps: [number, number][] } {
  const reader = new Reader(parseBlocks(text), new Layout(text));
  return { document: repair(reader.root.node), maps: reader.maps };
}
