// The inline syntax of HackMD that markdown-it does not have: `==text==`, `++text++` and GitHub's `~text~` as marks;
// math, sub- and superscript, footnote references and embeds as `raw_inline`, a token with its source as content.
// What HackMD would take for syntax and a note holds as text can so be told apart, and gets its backslash.
// The rules read as HackMD's own do, odd cases included, so that both see syntax in the same places.

import type { Delimiter, MarkdownIt, StateInline, Token } from 'markdown-it';

type Rule = (state: StateInline, silent: boolean) => boolean;

/** Takes `length` characters at the caret as raw. */
function pushRaw(state: StateInline, end: number, silent: boolean): true {
  if (!silent) state.push('raw_inline', '', 0).content = state.src.slice(state.pos, end);
  state.pos = end;
  return true;
}

const isSpaceAt = (text: string, at: number) => /^[ \t\n]$/.test(text[at] ?? '');

/** Where each search for an end that is not there began: from there on nobody need look again. */
const missing = new WeakMap<StateInline, Map<string, number>>();

/** `indexOf` that does not read the rest of the line again for what it has not found before. */
function find(state: StateInline, what: string, from: number): number {
  const known = missing.get(state) ?? new Map<string, number>();
  missing.set(state, known);
  if ((known.get(what) ?? Infinity) <= from) return -1;
  const found = state.src.indexOf(what, from);
  if (found < 0) known.set(what, from);
  return found;
}

/** `$x$` and `$$x$$`, where the dollars are not those of a price. */
const math: Rule = (state, silent) => {
  const { src, pos } = state;
  if (src[pos] !== '$') return false;
  const marker = src[pos + 1] === '$' ? '$$' : '$';
  const start = pos + marker.length;
  if (marker === '$$' ? src[start] === '$' : isSpaceAt(src, start)) return false;
  const end = find(state, marker, start);
  if (end < 0 || src[end - 1] === '\\') return false;
  const next = end + marker.length;
  if (marker === '$' && (isSpaceAt(src, end - 1) || /\d/.test(src[next] ?? ''))) return false;
  return next <= state.posMax && pushRaw(state, next, silent);
};

/** `\\(x\\)`, `\\[x\\]` and `\begin{x}…\end{x}`. */
const texMath: Rule = (state, silent) => {
  if (state.src[state.pos] !== '\\') return false;
  const open = /^\\(?:\\([[(])|begin\{([^}\n]{0,100})\})/.exec(state.src.slice(state.pos, state.pos + 120));
  if (!open) return false;
  const close = open[1] ? (open[1] === '[' ? '\\\\]' : '\\\\)') : `\\end{${open[2]}}`;
  const end = find(state, close, state.pos + open[0].length);
  return end >= 0 && end + close.length <= state.posMax && pushRaw(state, end + close.length, silent);
};

/** `~x~` or `^x^` around something without white space. */
const script =
  (marker: '~' | '^'): Rule =>
  (state, silent) => {
    const { src, pos, posMax } = state;
    if (src[pos] !== marker || silent || pos + 2 >= posMax) return false;
    let end = pos + 1;
    while (end < posMax && src[end] !== marker && !isSpaceAt(src, end)) {
      state.pos = end;
      state.md.inline.skipToken(state);
      end = state.pos;
    }
    state.pos = pos;
    if (end >= posMax || src[end] !== marker || end === pos + 1) return false;
    return !/(^|[^\\])(\\\\)*\s/.test(src.slice(pos + 1, end)) && pushRaw(state, end + 1, false);
  };

/** `[^1]`, and `^[a note within the text]`. */
const footnoteReference: Rule = (state, silent) => {
  const { src, pos } = state;
  if (src[pos] === '^' && src[pos + 1] === '[') {
    const end = state.md.helpers.parseLinkLabel(state, pos + 1);
    return end >= 0 && pushRaw(state, end + 1, silent);
  }
  if (src[pos] !== '[' || src[pos + 1] !== '^') return false;
  const found = /^\[\^[^\s\]^[]{1,100}\]/.exec(src.slice(pos, Math.min(pos + 104, state.posMax)));
  return found !== null && pushRaw(state, pos + found[0].length, silent);
};

/** `{%youtube id %}`, `{base|reading}` and `[TOC]`. */
const embed: Rule = (state, silent) => {
  const { src, pos } = state;
  if (src[pos] !== '{' && src[pos] !== '[') return false;
  const found = /^(?:\{%[ \t]*\w[^\n{}]{0,1000}%\}|\{[^{}|\n]{1,500}\|[^{}\n]{1,500}\}|\[TOC\])/i.exec(
    src.slice(pos, Math.min(pos + 1_010, state.posMax)),
  );
  return found !== null && pushRaw(state, pos + found[0].length, silent);
};

/** A pair of marks, each `length` times the character, read as emphasis is. */
interface Pair {
  name: string;
  character: string;
  length: 1 | 2;
  /** What its delimiters are known by; unlike that of any other rule. */
  marker: number;
}

const pairs: readonly Pair[] = [
  { name: 'mark', character: '=', length: 2, marker: 0x3d },
  { name: 'ins', character: '+', length: 2, marker: 0x2b },
  { name: 's', character: '~', length: 1, marker: 0x17e },
];

const readPair =
  ({ character, length, marker }: Pair): Rule =>
  (state, silent) => {
    if (silent || state.src[state.pos] !== character) return false;
    const { can_open: open, can_close: close, length: count } = state.scanDelims(state.pos, true);
    if (length === 1 ? count !== 1 : count < 2) return false;
    if (count % length === 1) state.push('text', '', 0).content = character;
    for (let i = 0; i + length <= count; i += length) {
      state.push('text', '', 0).content = character.repeat(length);
      if (!open && !close) continue;
      state.delimiters.push({ marker, length: 0, token: state.tokens.length - 1, end: -1, open, close });
    }
    state.pos += count;
    return true;
  };

function closePairs({ tokens }: StateInline, delimiters: readonly Delimiter[], pair: Pair): void {
  const become = (token: Token, nesting: 1 | -1) => {
    token.type = `${pair.name}_${nesting === 1 ? 'open' : 'close'}`;
    token.tag = pair.name;
    token.nesting = nesting;
    token.markup = pair.character.repeat(pair.length);
    token.content = '';
  };
  const lone: number[] = [];
  for (const { marker, end, token } of delimiters) {
    if (marker !== pair.marker || end === -1) continue;
    const close = delimiters[end]!.token;
    become(tokens[token]!, 1);
    become(tokens[close]!, -1);
    const before = tokens[close - 1]!;
    if (pair.length === 2 && before.type === 'text' && before.content === pair.character)
      lone.push(close - 1);
  }
  // Of an odd number of characters the one too many stands after the marks it came before.
  for (const at of lone.reverse()) {
    let last = at;
    while (tokens[last + 1]?.type === `${pair.name}_close`) last++;
    [tokens[at], tokens[last]] = [tokens[last]!, tokens[at]!];
  }
}

export function addInlineRules(md: MarkdownIt): void {
  const { ruler, ruler2 } = md.inline;
  ruler.before('escape', 'tex_math', texMath);
  for (const pair of pairs) {
    ruler.before('emphasis', pair.name, readPair(pair));
    ruler2.before('emphasis', pair.name, (state) => {
      closePairs(state, state.delimiters, pair);
      for (const meta of state.tokens_meta) if (meta?.delimiters) closePairs(state, meta.delimiters, pair);
      return true;
    });
  }
  ruler.before('s', 'subscript', script('~'));
  ruler.before('s', 'footnote_reference', footnoteReference);
  ruler.before('s', 'superscript', script('^'));
  ruler.before('link', 'embed', embed);
  ruler.push('math', math);
}
