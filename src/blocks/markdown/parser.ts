// markdown-it, set up to lose nothing: what it would swallow or tidy up comes out as a token with its source.
//
// As on HackMD: HTML is markdown, a URL with a scheme is a link. Not as on HackMD: names such as readme.md are no
// links, quotes stay as typed. Addresses are neither encoded nor decoded, nor looked at: the reader does that. What
// was escaped stays a `text_special` of its own.
// Own tokens, each with its lines verbatim in `content`, the prefixes of quotes and lists removed: `front_matter`,
// `footnote`, `abbreviation`, `container`; markdown-it's `reference_definition` and `table_open` get theirs too, code
// has its lines in `meta.source`; so have links and images, and in `meta.reference` what follows their text where the
// address is in a definition: '', `[]` or `[label]`; for inline syntax see inline-rules.ts.

import MarkdownIt from 'markdown-it';
import type { Env, MarkdownIt as Parser, StateBlock, StateInline, Token } from 'markdown-it';
import { maxDepth } from '../repair.ts';
import { addInlineRules } from './inline-rules.ts';

/** What cannot be read as a note: too long, or nested too deep. The message is for the person who imports. */
export class MarkdownError extends RangeError {
  override name = 'MarkdownError';
}

export type References = NonNullable<Env['references']>;
type BlockRule = (state: StateBlock, startLine: number, endLine: number, silent: boolean) => boolean;

const sourceOf = (state: StateBlock, from: number, to: number) =>
  state.getLines(from, to, state.blkIndent, false);

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

/** `*[HTML]: what it is short for`: HackMD shows that where the word stands. */
const abbreviation: BlockRule = (state, startLine, _endLine, silent) => {
  if (isIndented(state, startLine) || !/^\*\[[^[\]\\]+\]:\s*\S/.test(lineAt(state, startLine))) return false;
  return silent || pushSource(state, 'abbreviation', startLine, startLine + 1);
};

/** Up to which line of a parse no container is closed by this many colons or more: looked for once, not per opener. */
interface Unclosed {
  endLine: number;
  colons: number;
}
const unclosed = new WeakMap<object, Unclosed>();

/** Those HackMD knows, which go on to the end of the note when nobody closes them. */
const knownContainer = /^:{3,}\s*(?:success|info|warning|danger|spoiler)(?:\s|$)/;

/**
 * `:::name` up to the `:::` that closes it, both included. Without one it is text, except that the first line of one
 * that HackMD knows stands for itself.
 */
const container: BlockRule = (state, startLine, endLine, silent) => {
  if (isIndented(state, startLine)) return false;
  const first = lineAt(state, startLine);
  const open = /^(:{3,})\s*[^\s:]/.exec(first)?.[1];
  if (!open) return false;
  const close = closingLine(state, startLine, endLine, open.length);
  if (close === null && !knownContainer.test(first)) return false;
  return silent || pushSource(state, 'container', startLine, (close ?? startLine) + 1);
};

function closingLine(state: StateBlock, startLine: number, endLine: number, colons: number): number | null {
  const known = unclosed.get(state);
  if (known && known.endLine === endLine && known.colons <= colons) return null;
  for (let line = startLine + 1; line < endLine; line++) {
    if (state.sCount[line]! < state.blkIndent && !state.isEmpty(line)) return null;
    const close = /^(:{3,})\s*$/.exec(lineAt(state, line))?.[1];
    if (close && close.length >= colons && !isIndented(state, line)) return line;
  }
  unclosed.set(state, { endLine, colons });
  return null;
}

/** Lets a block rule of markdown-it run, and tells of the first token it made and the source it was made from. */
function keepSource(md: Parser, name: string, keep: (token: Token, source: string) => void): void {
  const { ruler } = md.block;
  const rule = ruler.__rules__[ruler.__find__(name)];
  if (!rule) throw new RangeError(`This markdown-it has no block rule ${name}.`);
  const { fn, alt } = rule;
  const wrapped: BlockRule = (state, startLine, endLine, silent) => {
    const first = state.tokens.length;
    const found = fn(state, startLine, endLine, silent);
    const token = state.tokens[first];
    if (found && !silent && token) keep(token, sourceOf(state, startLine, state.line));
    return found;
  };
  ruler.at(name, wrapped, { alt });
}

/** Notes with a link or image its source and, if its address is in a definition, what follows its text. */
function keepReference(md: Parser, name: 'link' | 'image'): void {
  const { ruler } = md.inline;
  const rule = ruler.__rules__[ruler.__find__(name)];
  if (!rule) throw new RangeError(`This markdown-it has no inline rule ${name}.`);
  const { fn } = rule;
  ruler.at(name, (state: StateInline, silent: boolean) => {
    const [start, first] = [state.pos, state.tokens.length + (state.pending ? 1 : 0)];
    const found = fn(state, silent);
    const token = state.tokens[first];
    if (!found || silent || !token) return found;
    const source = state.src.slice(start, state.pos);
    const reference = token.meta?.label
      ? (/\](\[(?:[^[\]\\]|\\.)*\])$/s.exec(source.slice(-1_100))?.[1] ?? '')
      : null;
    const labelEnd = name === 'image' ? state.md.helpers.parseLinkLabel(state, start + 1, false) : -1;
    token.meta = { source, reference, label: labelEnd < 0 ? null : state.src.slice(start + 2, labelEnd) };
    return found;
  });
}

function createParser(): Parser {
  const md = new MarkdownIt({ html: true, linkify: true, maxNesting: maxDepth + 20 });
  md.linkify.set({ fuzzyLink: false, fuzzyEmail: false });
  // Every address has one of these in it, most lines have neither, and it is a long expression that looks for one.
  const findsLink = md.linkify.test.bind(md.linkify);
  md.linkify.test = (text) => /:|\/\//.test(text) && findsLink(text);
  md.validateLink = () => true;
  md.normalizeLink = (url) => url;
  md.normalizeLinkText = (url) => url;
  md.core.ruler.disable(['strip_references', 'text_join']);
  const interrupts = { alt: ['paragraph', 'reference', 'blockquote', 'list'] };
  md.block.ruler.before('hr', 'front_matter', frontMatter, { alt: [] });
  md.block.ruler.before('reference', 'footnote', footnote, { alt: [] });
  md.block.ruler.before('fence', 'container', container, interrupts);
  md.block.ruler.before('reference', 'abbreviation', abbreviation, { alt: ['paragraph', 'reference'] });
  for (const name of ['table', 'reference'])
    keepSource(md, name, (token, source) => (token.content = source));
  for (const name of ['fence', 'code']) keepSource(md, name, (token, source) => (token.meta = { source }));
  for (const name of ['link', 'image'] as const) keepReference(md, name);
  addInlineRules(md);
  // markdown-it leaves out what is nested too deep; here nothing is left out unsaid.
  const tokenize = md.block.tokenize.bind(md.block);
  md.block.tokenize = (state, startLine, endLine) => {
    if (state.level >= maxDepth) throw new MarkdownError('The markdown is nested too deeply to be read.');
    tokenize(state, startLine, endLine);
  };
  return md;
}

const inlineParser = createParser();
const blockParser = createParser();
blockParser.core.ruler.disable(['inline', 'linkify']);

export interface Blocks {
  /** Of what is within a line only its source. */
  tokens: Token[];
  /** The definitions in the text and those known before, by normalised label. */
  references: References;
}

/**
 * The block tokens of a whole text. `known` are definitions from elsewhere. Lines are read one by one, by who wants
 * them (`parseInline`): the tokens of all of them at once would be most of the memory that a long text takes.
 */
export function parseBlocks(text: string, known: References = {}): Blocks {
  // A copy: whoever tries a spelling learns nothing new from it.
  const references = Object.create(known) as References;
  return { tokens: blockParser.parse(text, { references }), references };
}

/** The inline tokens of one line of text. */
export const parseInline = (text: string, references: References = {}): Token[] =>
  inlineParser.parseInline(text, { references })[0]?.children ?? [];

/** An image's description: the text of its tokens, what is syntax on HackMD alone as it is spelled. */
export function altOf({ children }: Token): string {
  return (children ?? [])
    .map((token) => {
      if (token.type === 'softbreak' || token.type === 'hardbreak') return '\n';
      if (token.type === 'image') return altOf(token);
      return /^(mark|ins)_/.test(token.type) ? token.markup : token.content;
    })
    .join('');
}
