// The words of a markdown text, however it spells them.
import { parseFragment } from 'parse5';

const entity = /&(?:#\d{1,7}|#[xX][\da-fA-F]{1,6}|[A-Za-z][A-Za-z\d]{1,31});/g;
const listNumber = /^[ \t>*+-]*\d{1,9}[.)](?=\s|$)/gm;

function decode(reference: string): string {
  const [text] = parseFragment(reference).childNodes;
  return text && 'value' in text ? text.value : reference;
}

/** Letters and digits that stand together, in order; entities count as what they mean, list numbers not at all. */
export const wordsOf = (markdown: string): string[] =>
  markdown
    .replace(listNumber, ' ')
    .replace(entity, decode)
    .match(/[\p{L}\p{N}]+/gu) ?? [];

/** The words of `before` that `after` does not have, as often as they are missing. */
export function lostWords(before: string, after: string): string[] {
  const left = new Map<string, number>();
  for (const word of wordsOf(after)) left.set(word, (left.get(word) ?? 0) + 1);
  return wordsOf(before).filter((word) => {
    const count = left.get(word) ?? 0;
    left.set(word, count - 1);
    return count <= 0;
  });
}
