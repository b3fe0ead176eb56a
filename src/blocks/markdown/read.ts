// markdown -> plain document: tokens to nodes, meeting blocks not yet recognised (raise.ts does that).
// A token without a node keeps its source in a raw node; so nothing is left out here, and nothing is guessed.

import type { Token } from 'markdown-it';
import type { DocumentJson, MarkJson, NodeJson } from '../document-json.ts';
import { repair } from '../repair.ts';
import { altOf, parseBlocks } from './parser.ts';
import type { References } from './parser.ts';
import { htmlBreak } from './plain.ts';

/** What a check item's line begins with in the source; `\[ ]` and `[ ](…)` are text and link. */
export const taskPattern = /^\[([ xX])\](?=\s|$)/;

const markOf: Record<string, string> = { strong: 'bold', em: 'italic', s: 'strike' };

const attributeOf = (token: Token, name: string): string | null => {
  const value = token.attrGet(name);
  return value === null || value === undefined ? null : String(value);
};

/** Inline nodes of a line's tokens. In a table cell `<br>` is the only way to write a break, so there it is one. */
export function readInline(tokens: readonly Token[], place: 'line' | 'cell' = 'line'): NodeJson[] {
  const nodes: NodeJson[] = [];
  const marks: MarkJson[] = [];
  const linkStarts: number[] = [];
  const push = (node: NodeJson, own: MarkJson[] = []) => {
    const all = [...marks, ...own];
    nodes.push(all.length > 0 ? { ...node, marks: all } : node);
  };
  for (const token of tokens) {
    switch (token.type) {
      case 'strong_open':
      case 'em_open':
      case 's_open':
        marks.push({ type: markOf[token.tag]! });
        break;
      case 'link_open':
        linkStarts.push(nodes.length);
        marks.push({
          type: 'link',
          attrs: { href: attributeOf(token, 'href'), title: attributeOf(token, 'title') },
        });
        break;
      case 'strong_close':
      case 'em_close':
      case 's_close':
        marks.pop();
        break;
      case 'link_close': {
        const link = marks.pop();
        // A link around nothing would be a mark on nothing.
        if (linkStarts.pop() === nodes.length && link)
          push({ type: 'rawInline', attrs: { md: emptyLink(link) } });
        break;
      }
      case 'code_inline':
        push({ type: 'text', text: token.content }, [{ type: 'code' }]);
        break;
      case 'image':
        push({
          type: 'image',
          attrs: {
            src: attributeOf(token, 'src'),
            alt: altOf(token) || null,
            title: attributeOf(token, 'title'),
          },
        });
        break;
      case 'softbreak':
        push({ type: 'softBreak' });
        break;
      case 'hardbreak':
        push({ type: 'hardBreak' });
        break;
      case 'html_inline':
        if (place === 'cell' && htmlBreak.test(token.content)) push({ type: 'hardBreak' });
        else push({ type: 'rawInline', attrs: { md: token.content } });
        break;
      default:
        push({ type: 'text', text: token.content });
    }
  }
  return nodes.filter((node) => node.type !== 'text' || node.text);
}

function emptyLink({ attrs }: MarkJson): string {
  const { href, title } = attrs as { href: string; title: string | null };
  return title === null ? `[](<${href}>)` : `[](<${href}> "${title.replace(/["\\]/g, '\\$&')}")`;
}

/** A node being filled. `isLoose`: a paragraph directly in one of the list's items is not tight. */
interface Open {
  node: NodeJson & { content: NodeJson[] };
  isLoose?: boolean;
  numbers?: number[];
}

const raw = (kind: string, text: string): NodeJson => ({
  type: 'rawBlock',
  attrs: { kind },
  content: [{ type: 'text', text }],
});

/** Takes `[ ] ` off the front of a line. */
function withoutBox(nodes: NodeJson[]): NodeJson[] {
  const [first, ...rest] = nodes;
  const text = first?.text?.slice(3).trimStart();
  if (text) return [{ ...first!, text }, ...rest];
  return rest[0]?.type === 'softBreak' ? rest.slice(1) : rest;
}

class Reader {
  readonly root: Open = { node: { type: 'doc', content: [] } };
  readonly #stack: Open[] = [this.root];

  read(tokens: readonly Token[]): void {
    for (let i = 0; i < tokens.length; i++) {
      const token = tokens[i]!;
      if (token.type === 'table_open' && losesCells(token)) {
        this.#push(raw('unknown', token.content));
        while (tokens[i]!.type !== 'table_close') i++;
      } else this.#token(token);
    }
  }

  get #top(): Open {
    return this.#stack.at(-1)!;
  }

  #push(node: NodeJson) {
    this.#top.node.content.push(node);
  }

  #open(type: string, attrs: Record<string, unknown> = {}): Open {
    const open: Open = { node: { type, attrs, content: [] } };
    this.#push(open.node);
    this.#stack.push(open);
    return open;
  }

  #token(token: Token) {
    switch (token.type) {
      case 'paragraph_open': {
        const list = this.#stack.at(-2);
        if (this.#top.node.type === 'listItem' && list && !token.hidden) list.isLoose = true;
        this.#open('paragraph');
        break;
      }
      case 'heading_open':
        this.#open('heading', {
          level: Number(token.tag.slice(1)),
          setext: token.markup === '=' || token.markup === '-',
        });
        break;
      case 'blockquote_open':
        this.#open('blockquote');
        break;
      case 'bullet_list_open':
        this.#open('bulletList', { marker: token.markup });
        break;
      case 'ordered_list_open':
        this.#open('orderedList', {
          start: Number(token.attrGet('start') ?? 1),
          marker: token.markup,
        }).numbers = [];
        break;
      case 'list_item_open':
        if (token.info) this.#top.numbers?.push(Number(token.info));
        this.#open('listItem');
        break;
      case 'bullet_list_close':
      case 'ordered_list_close': {
        const { node, isLoose, numbers = [] } = this.#stack.pop()!;
        const isConstant = numbers.length > 1 && numbers.every((number) => number === numbers[0]);
        node.attrs = { ...node.attrs, loose: isLoose, step: isConstant ? 0 : null };
        break;
      }
      case 'table_open':
        this.#open('table');
        break;
      case 'tr_open':
        this.#open('tableRow');
        break;
      case 'th_open':
      case 'td_open': {
        const align = /text-align:\s*(\w+)/.exec(attributeOf(token, 'style') ?? '')?.[1];
        this.#open(token.type === 'th_open' ? 'tableHeader' : 'tableCell', { align });
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
        this.#code(token, token.info.trim() || null, /^(```|`)$/.test(token.markup) ? null : token.markup);
        break;
      case 'code_block':
        this.#code(token, null, 'indent');
        break;
      case 'hr':
        this.#push({ type: 'horizontalRule', attrs: { rule: token.markup === '---' ? null : token.markup } });
        break;
      case 'html_block':
        this.#push(raw('html', token.content.replace(/\n$/, '')));
        break;
      case 'reference_definition':
        this.#push(raw('definition', token.content));
        break;
      case 'front_matter':
        this.#push(raw('front-matter', token.content));
        break;
      case 'footnote':
      case 'container':
        this.#push(raw(token.type, token.content));
        break;
      default:
        if (token.nesting === -1) this.#stack.pop();
        else throw new RangeError(`The markdown reader does not know the token ${token.type}.`);
    }
  }

  #inline(token: Token) {
    const { node } = this.#top;
    const isCell = node.type === 'tableCell' || node.type === 'tableHeader';
    const content = readInline(token.children ?? [], isCell ? 'cell' : 'line');
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
    if (isTask) item.attrs = { ...item.attrs, checked: box[1] !== ' ' };
    node.content = isTask ? withoutBox(content) : content;
  }

  #code(token: Token, language: string | null, fence: string | null) {
    const text = token.content.replace(/\n$/, '');
    this.#push({
      type: 'codeBlock',
      attrs: { language, fence },
      content: text ? [{ type: 'text', text }] : [],
    });
  }
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

/** The plain document a text holds. Throws MarkdownError when it is nested too deep. */
export function readPlain(text: string, references?: References): DocumentJson {
  const reader = new Reader();
  reader.read(parseBlocks(text, references));
  return repair(reader.root.node);
}
