// How many lines of the roll calls in a text were found. Counted from the lines of the text as they stand, by a rule
// that asks neither the converter nor the product's own grammar.
import { parseBlockId } from '../../src/core/ids.ts';
import { fromMarkdown } from '../../src/blocks/markdown.ts';
import { writtenLines } from '../../src/blocks/roll-call/lines.ts';

export interface RollCallCount {
  /** Lines of lists under a heading or sentence that announces a roll call, where at least one has a handle or names several. */
  lines: number;
  found: number;
  /** Lines found that stand nowhere under such a heading or sentence. */
  elsewhere: number;
}

const start = /roll ?call|sign[- ]?in\b|check-?in\b|attend(ees|ance|ing)|participants|\bpresent\b/i;
const item = /^ {0,3}[-*+](?:\s+(.*))?$/;
const heading = /^#{1,6}\s/;
const sure = /[/|(]\s*@[A-Za-z0-9]|[/|]\s*GitHub handle|^[*_]*(team( members)?|attendees|present)[*_]*:/i;

interface Section {
  /** The items of its first list. */
  items: string[];
  /** All its lines, the one that announces it included. */
  lines: string[];
}

/** What follows each line that announces a roll call, up to the next heading, or text behind the list. */
function sectionsOf(text: string): Section[] {
  const sections: Section[] = [];
  let open: Section | null = null;
  let previous = '';
  for (const line of text.replaceAll('\r', '').split('\n')) {
    const found = item.exec(line);
    const isEnd = heading.test(line) || (/^[^\s>]/.test(line) && previous === '' && open?.items.length !== 0);
    if (!found && (isEnd || start.test(line))) {
      open = start.test(line) ? { items: [], lines: [] } : null;
      if (open) sections.push(open);
    }
    open?.lines.push(line);
    if (found) open?.items.push(found[1] ?? '');
    previous = line.trim();
  }
  return sections;
}

/** Letters and digits only: the source has markup that the text of a line does not. */
const bare = (line: string) => line.replace(/\]\([^)]*\)|<https?:[^>]*>/g, '').replace(/[^\p{L}\p{N}]/gu, '');

export function countRollCallLines(text: string): RollCallCount {
  const id = parseBlockId('roll')!;
  const calls = fromMarkdown(text, { createId: () => id }).content.filter(({ type }) => type === 'rollCall');
  const found = calls.flatMap(writtenLines).map(bare);
  const sections = sectionsOf(text);
  const people = sections.filter(({ items }) => items.some((line) => sure.test(line)));
  const expected = people.flatMap(({ items }) => items.map(bare));
  const left = [...found];
  const missing = expected.filter((line) => {
    const at = left.findIndex(
      (other) => other === line || (line !== '' && other.startsWith(line.slice(0, 20))),
    );
    if (at >= 0) left.splice(at, 1);
    return at < 0;
  });
  const announced = new Set(sections.flatMap(({ lines }) => lines.map(bare)));
  const elsewhere = left.filter((line) => line !== '' && !announced.has(line));
  return { lines: expected.length, found: expected.length - missing.length, elsewhere: elsewhere.length };
}
