// Where a line of text would begin a block of HTML.

import type { NodeJson } from '../document-json.ts';
import { parseBlocks } from './parser.ts';
import { isBreak } from './prepare-inline.ts';

const around = 'x';

export const startsHtml = (source: string) => parseBlocks(source).tokens[0]?.type === 'html_block';

/** The source of a line from the node `from` on, as far as a block of HTML could begin with it. */
function lineFrom(content: readonly NodeJson[], from: number): string {
  let line = '';
  for (let i = from; i < content.length && !isBreak(content[i]!) && line.length < 2_000; i++)
    line +=
      content[i]!.type === 'rawInline' ? String(content[i]!.attrs?.md ?? '') : (content[i]!.text ?? around);
  return line;
}

/** Whether a text's node, raw and at the beginning of a line, begins a block there. */
export function startsHtmlAt(content: readonly NodeJson[], i: number): boolean {
  const isLineStart = i === 0 || isBreak(content[i - 1]!);
  if (content[i]?.type !== 'rawInline' || !isLineStart) return false;
  const line = lineFrom(content, i);
  return i === 0 ? startsHtml(line) : parseBlocks(`${around}\n${line}`).tokens[3]?.type === 'html_block';
}
