// A line of text in the markdown: as the document keeps it, if that still reads as what the line now says, else as
// write-inline.ts spells it.

import type { NodeJson } from '../document-json.ts';
import { inlineMeaning } from './meaning.ts';
import type { References } from './parser.ts';
import { parseBlocks, parseInline } from './parser.ts';
import { isUnderlined } from './parting.ts';
import { breaksLine, isBreak, prepareInline } from './prepare-inline.ts';
import { mayUnderline } from './prepare.ts';
import { readInline } from './read-inline.ts';
import { taskPattern } from './read.ts';
import { writeInline } from './write-inline.ts';
import type { Lines } from './write-lines.ts';

/** What kind of line it is: it must read as one again. `item`: at the start of an item without a box. */
export type Place = 'paragraph' | 'item' | 'cell' | { heading: number; underline: string | null };

function format(place: Place, text: string): string {
  if (typeof place === 'string') return text;
  const { heading, underline } = place;
  if (underline !== null) return `${text}\n${underline}`;
  return text ? `${'#'.repeat(heading)} ${text}` : '#'.repeat(heading);
}

/** What a source reads as, where it stands. Null when it is not one line of that kind any more. */
function readBack(source: string, place: Place, references: References): readonly NodeJson[] | null {
  if (place === 'cell') return prepareInline(readInline(parseInline(source, references), 'cell'), 'cell');
  if (place === 'item' && taskPattern.test(source)) return null;
  const { tokens } = parseBlocks(source, references);
  const type = typeof place === 'string' ? 'paragraph_open' : 'heading_open';
  if (tokens.length !== 3 || tokens[0]!.type !== type) return null;
  if (typeof place !== 'string' && tokens[0]!.tag !== `h${place.heading}`) return null;
  return prepareInline(readInline(parseInline(tokens[1]!.content, references)), 'paragraph');
}

const reads = (source: string, place: Place, meaning: string, references: References): boolean => {
  const found = readBack(source, place, references);
  return found !== null && JSON.stringify(inlineMeaning(found)) === meaning;
};

interface Known {
  /** A spelling that reads as the line. */
  known?: string | null;
  /** Which of its lines stand too far in to begin a block. */
  isDeep?: readonly boolean[];
}

/** The lines as deep as they will stand. */
function indent(text: string, isDeep: readonly boolean[]): string {
  if (!isDeep.includes(true)) return text;
  const texts = text.split('\n');
  if (texts.length !== isDeep.length) return text;
  return texts.map((line, i) => (isDeep[i] ? `    ${line}` : line)).join('\n');
}

function spell(
  content: readonly NodeJson[],
  place: Place,
  lines: Lines,
  { known, isDeep = [] }: Known = {},
): string {
  if (content.length === 0) return '';
  const { care } = lines;
  const { references } = lines.options;
  const meaning = JSON.stringify(inlineMeaning(content));
  const check = (text: string) =>
    text === known || reads(format(place, indent(text, isDeep)), place, meaning, references);
  return writeInline(content, check, care);
}

/** The cells' text between the breaks of a paragraph. */
function splitLines(content: readonly NodeJson[]): NodeJson[][] {
  const parts: NodeJson[][] = [[]];
  for (const node of content)
    if (isBreak(node)) parts.push([]);
    else parts.at(-1)!.push(node);
  return parts;
}

/** The kept lines of a paragraph that still say what they said, between those written anew. Null: none does. */
function mendLines(
  content: readonly NodeJson[],
  src: string,
  isDeep: readonly boolean[],
  lines: Lines,
): string | null {
  const [kept, parts] = [src.split('\n'), splitLines(content)];
  if (kept.length < 2 || kept.length !== parts.length) return null;
  const { references } = lines.options;
  const mended = parts.map((part, i) => {
    const trimmed = prepareInline(part, 'paragraph');
    const meaning = JSON.stringify(inlineMeaning(trimmed));
    const text = kept[i]!.replace(/\\$/, '');
    if (isDeep[i] || reads(text, 'paragraph', meaning, references)) return kept[i]!;
    return spell(trimmed, 'paragraph', lines) + kept[i]!.slice(text.trimEnd().length);
  });
  const source = mended.join('\n');
  const meaning = JSON.stringify(inlineMeaning(content));
  return reads(indent(source, isDeep), 'paragraph', meaning, references) ? source : null;
}

export interface ParagraphPlace {
  /** What an item that can be checked begins with, else ''. */
  box: string;
  isItemStart: boolean;
  /** Which of its lines stand too far in to begin a block. */
  isDeep: readonly boolean[];
  /** Which did not begin one where they were read, if nothing has changed. */
  wasDeep: readonly boolean[];
}

/** The lines of a paragraph. */
export function paragraphText(
  node: NodeJson,
  { box, isItemStart, isDeep, wasDeep }: ParagraphPlace,
  lines: Lines,
): string {
  const content = node.content ?? [];
  const place = isItemStart && !box ? 'item' : 'paragraph';
  const src = lines.keptText(node, 'src');
  const before = box && content.length > 0 ? `${box} ` : box;
  if (src === null) return before + spell(content, place, lines, { isDeep });
  const keptBox = box ? /^\[[ xX]\][ \t]*/.exec(src)?.[0] : '';
  const isSameBox = keptBox !== undefined && keptBox.slice(0, 3).toLowerCase() === box.toLowerCase();
  const known = isSameBox ? src.slice(keptBox.length) : null;
  if (lines.options.forget) {
    const isPlain = wasDeep.every((was, i) => !was || isDeep[i]);
    const house = before + spell(content, place, lines, { known: isPlain ? known : null, isDeep });
    if (house === src) lines.forget(node, 'src');
    return src;
  }
  if (known === null) return before + spell(content, place, lines, { isDeep });
  const meaning = JSON.stringify(inlineMeaning(content));
  const isSame =
    content.length === 0
      ? known === ''
      : reads(indent(known, wasDeep), place, meaning, lines.options.references);
  if (isSame) return src;
  return before + (mendLines(content, known, wasDeep, lines) ?? spell(content, place, lines, { isDeep }));
}

/** The lines of a heading, all of them. */
export function headingText(node: NodeJson, mayBeLined: boolean, lines: Lines): string {
  const content = node.content ?? [];
  const level = Number(node.attrs?.level);
  const hasBreak = content.some(breaksLine);
  const isLined = mayUnderline(node) && (hasBreak || (mayBeLined && isUnderlined(node)));
  const character = level === 1 ? '=' : '-';
  const kept = lines.keptText(node, 'setext')?.trimStart();
  const underline = kept?.startsWith(character) ? kept : character.repeat(3);
  const place = { heading: level, underline: isLined ? underline : null };
  const src = lines.keptText(node, 'src');
  const { forget, references } = lines.options;
  if (src !== null && !forget && reads(src, place, JSON.stringify(inlineMeaning(content)), references))
    return src;
  const known = forget && src !== null ? textWithin(src, place) : null;
  const text = format(place, spell(content, place, lines, { known }));
  if (!forget || src === null) return text;
  if (text === src) lines.forget(node, 'src');
  return src;
}

/** What of a heading's lines is its text, when they are spelled as they would be here; else something else. */
const textWithin = (src: string, { underline }: { underline: string | null }) =>
  underline === null ? src.replace(/^#+ /, '') : src.slice(0, -underline.length - 1);

/** A table cuts its line at every bar without a backslash before it, in code as well, and then drops the backslash. */
export const cellText = (content: readonly NodeJson[], lines: Lines): string =>
  spell(content, 'cell', lines).replace(/\\?\n/g, '<br>').replaceAll('|', '\\|');
