// Backslashes before what markdown, or HackMD, would take for syntax; and fences nothing within can close.

/** Kinds of escape. `line`: what means something only where a line begins or ends. */
export const escapes = [
  '\\',
  '&',
  '<',
  '`',
  '*',
  '_',
  '~',
  '[',
  '!',
  '|',
  ':',
  '=',
  '+',
  '^',
  '$',
  '{',
  '(',
  'line',
] as const;
export type Escape = (typeof escapes)[number];

const patterns: Record<Exclude<Escape, 'line'>, RegExp> = {
  '\\': /\\(?=[!-/:-@[-`{-~]|$)|\\(?=begin\{)/g,
  '&': /&(?=#?\w+;)/g,
  '<': /</g,
  '`': /`/g,
  '*': /\*/g,
  _: /_/g,
  '~': /~/g,
  '[': /[[\]]/g,
  '!': /!(?=\[|$)/g,
  '|': /\|/g,
  // Without it everything up to the next space would be the address, backslashes included.
  ':': /:(?=\/\/)/g,
  // At either end of a text it may stand next to the same character.
  '=': /=(?==)|=$|^=/g,
  '+': /\+(?=\+)|\+$|^\+/g,
  '^': /\^/g,
  $: /\$/g,
  '{': /\{(?=%|[^{}|\n]{1,500}\|)/g,
  '(': /\((?=(?:c|r|tm)\))/gi,
};

/** Marks of a line's first characters that would make it a heading, list, quote, rule, container or underline. */
const lineStart = /^(?:(#{1,6})(?=\s|$)|(>)|([-+*])(?=\s|$)|(:{3,})|([-=_*])(?=[-=_*\s]*$)|~(?=~~)|`(?=``))/;
const numberStart = /^(\d{1,9})([.)])(?=\s|$)/;

/** GitHub makes a link of `www.` and all that follows up to a space, backslashes included. */
const wwwWithEscape = /\b(www)(?=\.[^\s<]{0,2000}\\)/gi;

/** The character reference of a character. */
export const reference = (character: string) =>
  character === '\u00a0' ? '&nbsp;' : `&#${character.codePointAt(0)};`;

export function escapeText(
  text: string,
  escaped: ReadonlySet<Escape>,
  isLineStart: boolean,
  isEnd: boolean,
): string {
  let out = text;
  for (const kind of escapes)
    if (kind !== 'line' && escaped.has(kind)) out = out.replace(patterns[kind], '\\$&');
  out = out.replace(wwwWithEscape, '$1\\');
  // Spaces of other kinds, that some readers trim.
  if (isLineStart) out = out.replace(/^[^\S \t]/, reference);
  if (isEnd) out = out.replace(/[^\S \t]$/, reference);
  if (!escaped.has('line')) return out;
  if (isLineStart) out = out.replace(numberStart, '$1\\$2').replace(lineStart, '\\$&');
  return isEnd ? out.replace(/(^|\s)(#+)$/, '$1\\$2') : out;
}

/** Which kinds of escape would change a text at all. */
export const escapesFor = (text: string): Escape[] =>
  escapes.filter((kind) => kind === 'line' || text.search(patterns[kind]) >= 0);

/** A fence no line of the text can close. */
export function fenceFor(text: string, character: '`' | '~', least: number): string {
  const runs = text.match(character === '`' ? /^[ \t]*`{3,}/gm : /^[ \t]*~{3,}/gm) ?? [];
  return character.repeat(
    runs.reduce((longest, run) => Math.max(longest, run.trimStart().length + 1), least),
  );
}

export function codeSpan(text: string): string {
  const runs = new Set((text.match(/`+/g) ?? []).map(({ length }) => length));
  let length = 1;
  while (runs.has(length)) length++;
  const fence = '`'.repeat(length);
  const isPadded = /^`|`$/.test(text) || (/^ .* $/.test(text) && /[^ ]/.test(text));
  return isPadded ? `${fence} ${text} ${fence}` : fence + text + fence;
}

/** `(href "title")` as links and images end. */
export function target(href: unknown, title: unknown): string {
  const address = String(href ?? '').replace(/[\\<>]|&(?=#?\w+;)/g, '\\$&');
  const isPlain = address !== '' && !/[<>]/.test(address) && isBalanced(address);
  const name =
    title === null || title === undefined ? '' : ` "${String(title).replace(/["\\]|&(?=#?\w+;)/g, '\\$&')}"`;
  return `(${isPlain ? address : `<${address}>`}${name})`;
}

function isBalanced(text: string): boolean {
  let depth = 0;
  for (const character of text) {
    if (character === '(') depth++;
    if (character === ')' && --depth < 0) return false;
  }
  return depth === 0 && !text.startsWith('<');
}
