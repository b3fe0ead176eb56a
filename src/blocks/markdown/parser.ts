// markdown-it, set up to lose nothing: what it would swallow or tidy up comes out as a token with its source.
//
// As on HackMD: HTML is markdown, a URL with a scheme is a link. Not as on HackMD: names such as readme.md are no
// links, quotes stay as typed. Addresses are neither encoded nor decoded. A link whose address may not be followed
// (attributes.ts) is no link: its source stays text.
// Own tokens, each with its lines verbatim in `content`, the prefixes of quotes and lists removed:
// `front_matter`, `footnote`, `container`; and `reference_definition` and `table_open` of markdown-it get theirs too.

import MarkdownIt from 'markdown-it';
import type { Env, MarkdownIt as Parser, StateBlock, Token } from 'markdown-it';
import { toUrl } from '../attributes.ts';
import { maxDepth } from '../repair.ts';

/** What cannot be read as a note: too long, or nested too deep. The message is for the person who imports. */
export class MarkdownError extends RangeError {
  override name = 'MarkdownError';
}

export type References = NonNullable<Env['references']>;
type BlockRule = (state: StateBlock, startLine: number, endLine: number, silent: boolean) => boolean;

const sourceOf = (state: StateBlock, from: number, to: number) =>
  state.getLines(from, to, state.blkIndent, false).replace(/\n$/, '');

const lineAt = (state: StateBlock, line: number) =>
  state.src.slice(state.bMarks[line]! + state.tShift[line]!, state.eMarks[line]);

const isIndented = (state: StateBlock, line: number) => state.sCount[line]! - state.blkIndent >= 4;

function pushSource(state: StateBlock, type: string, from: number, to: number): true {
  const token = state.push(type, '', 0);
  token.content = sourceOf(state, from, to);
  token.map = [from, to];
  state.line = to;
  return true;
}

/** `---` on the first line up to the next `---`, with a `key:` between: anything else is a rule or a heading. */
const frontMatter: BlockRule = (state, startLine, endLine, silent) => {
  if (startLine !== 0 || state.level !== 0 || lineAt(state, 0).trimEnd() !== '---') return false;
  let hasKey = false;
  for (let line = 1; line < endLine; line++) {
    const text = lineAt(state, line).trimEnd();
    if (text === '---' || text === '...')
      return hasKey && !isIndented(state, line)
        ? silent || pushSource(state, 'front_matter', 0, line + 1)
        : false;
    hasKey ||= /^[\w-]+\s*:/.test(text);
  }
  return false;
};

/** `[^1]: text` and the lines that belong to it: those up to an empty one, and indented ones after that. */
const footnote: BlockRule = (state, startLine, endLine, silent) => {
  if (isIndented(state, startLine) || !/^\[\^[^\]\s]+\]:/.test(lineAt(state, startLine))) return false;
  if (silent) return true;
  let end = startLine + 1;
  for (let line = end; line < endLine; line++) {
    const isEmpty = state.isEmpty(line);
    if (!isEmpty && state.isEmpty(line - 1) && !isIndented(state, line)) break;
    if (!isEmpty && (state.sCount[line]! < state.blkIndent || /^\[\^[^\]\s]+\]:/.test(lineAt(state, line))))
      break;
    if (!isEmpty) end = line + 1;
  }
  return pushSource(state, 'footnote', startLine, end);
};

/** Up to which line of a parse no container is closed by this many colons or more: looked for once, not per opener. */
interface Unclosed {
  endLine: number;
  colons: number;
}
const unclosed = new WeakMap<object, Unclosed>();

/** `:::name` up to the `:::` that closes it, both included. Without one it is text. */
const container: BlockRule = (state, startLine, endLine, silent) => {
  if (isIndented(state, startLine)) return false;
  const open = /^(:{3,})\s*[^\s:]/.exec(lineAt(state, startLine))?.[1];
  if (!open) return false;
  const known = unclosed.get(state);
  if (known && known.endLine === endLine && known.colons <= open.length) return false;
  for (let line = startLine + 1; line < endLine; line++) {
    if (state.sCount[line]! < state.blkIndent && !state.isEmpty(line)) return false;
    const close = /^(:{3,})\s*$/.exec(lineAt(state, line))?.[1];
    if (close && close.length >= open.length)
      return silent || pushSource(state, 'container', startLine, line + 1);
  }
  unclosed.set(state, { endLine, colons: open.length });
  return false;
};

/** Lets a rule of markdown-it run, and gives the first token it made the source it was made from. */
function keepSource(md: Parser, name: 'table' | 'reference'): void {
  const { ruler } = md.block;
  const rule = ruler.__rules__[ruler.__find__(name)];
  if (!rule) throw new RangeError(`This markdown-it has no block rule ${name}.`);
  const { fn, alt } = rule;
  const wrapped: BlockRule = (state, startLine, endLine, silent) => {
    const first = state.tokens.length;
    const found = fn(state, startLine, endLine, silent);
    const token = state.tokens[first];
    if (found && !silent && token) token.content = sourceOf(state, startLine, state.line);
    return found;
  };
  ruler.at(name, wrapped, { alt });
}

function createParser(): Parser {
  const md = new MarkdownIt({ html: true, linkify: true, maxNesting: maxDepth + 20 });
  md.linkify.set({ fuzzyLink: false, fuzzyEmail: false });
  md.validateLink = (url) => toUrl(url, 'link') !== null;
  md.normalizeLink = (url) => url;
  md.normalizeLinkText = (url) => url;
  md.core.ruler.disable('strip_references');
  const interrupts = { alt: ['paragraph', 'reference', 'blockquote', 'list'] };
  md.block.ruler.before('hr', 'front_matter', frontMatter, { alt: [] });
  md.block.ruler.before('reference', 'footnote', footnote, { alt: [] });
  md.block.ruler.before('fence', 'container', container, interrupts);
  keepSource(md, 'table');
  keepSource(md, 'reference');
  // markdown-it leaves out what is nested too deep; here nothing is left out unsaid.
  const tokenize = md.block.tokenize.bind(md.block);
  md.block.tokenize = (state, startLine, endLine) => {
    if (state.level >= maxDepth) throw new MarkdownError('The markdown is nested too deeply to be read.');
    tokenize(state, startLine, endLine);
  };
  return md;
}

const parser = createParser();

/** The block tokens of a whole text. `references` are definitions known from elsewhere; the text's own are added. */
export const parseBlocks = (text: string, references: References = {}): Token[] =>
  parser.parse(text, { references });

/** The inline tokens of one line of text. */
export const parseInline = (text: string, references: References = {}): Token[] =>
  parser.parseInline(text, { references })[0]?.children ?? [];

/** The definitions in a text, by normalised label. */
export function referencesOf(text: string): References {
  const env: Env = { references: {} };
  parser.parse(text, env);
  return env.references ?? {};
}

/** An image's description: the text of its tokens. */
export const altOf = (token: Token): string =>
  parser.renderer.renderInlineAsText(token.children ?? [], parser.options, {});
