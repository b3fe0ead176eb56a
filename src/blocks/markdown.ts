// The only door between markdown and documents. Pure, no DOM: runs on the server and in the browser.
//
// Two steps each way. markdown/ reads and writes *plain* documents and knows nothing of meetings; each meeting
// block's own markdown.ts turns it into plain lines (lower) and recognises it in plain lines (raise). So a meeting
// block is ordinary text on GitHub and HackMD, and an old note lights up when it is imported.
// Promises: nothing a text says is lost on the way in (what has no node stays as raw source); what is written reads
// back as the same document, spelling left out (write.ts checks each time); text nested or sized beyond the limits is
// refused with a MarkdownError and never half read.

import type { BlockId } from '../core/ids.ts';
import type { Roll } from '../core/roll-call.ts';
import type { DocumentJson, NodeJson } from './document-json.ts';
import { keepSame, withContent } from './document-json.ts';
import { MarkdownError } from './markdown/parser.ts';
import { readMarkdown, withoutSource } from './markdown/import.ts';
import { writePlain } from './markdown/write.ts';
import { lowerLines, raiseLines } from './meeting-lines.ts';
import { repair } from './repair.ts';
import { lowerRollCall, raiseRollCalls } from './roll-call/markdown.ts';

export { MarkdownError, withoutSource };

/** Markdown longer than this is refused, in UTF-16 units; callers that see bytes may refuse the same number. */
export const maxMarkdownLength = 1_000_000;

/** Every roll call among the blocks, within quotes and items too, as the blocks it leaves as. */
function lowerRollCalls(nodes: readonly NodeJson[], roll: Roll): readonly NodeJson[] {
  const lowered = nodes.flatMap((node) => {
    const inner = node.content ? withContent(node, lowerRollCalls(node.content, roll)) : node;
    return inner.type === 'rollCall' ? lowerRollCall(inner, roll) : [inner];
  });
  return keepSame(nodes, lowered);
}

/** The document a text holds, its roll calls, decisions and action items recognised. Throws MarkdownError. */
export function fromMarkdown(text: string, { createId }: { createId: () => BlockId }): DocumentJson {
  if (text.length > maxMarkdownLength)
    throw new MarkdownError(`The markdown has more than ${maxMarkdownLength} characters.`);
  const plain = readMarkdown(text);
  return repair({ type: 'doc', content: raiseLines(raiseRollCalls(plain.content, createId)) });
}

/** The document as markdown, with a line for everybody who signed. `json` may be anything: it is repaired first. */
export function toMarkdown(json: unknown, roll: Roll = new Map()): string {
  return writePlain(lowerDocument(json, roll)).text;
}

/** The plain document that is written: every meeting block as the lines it leaves as. */
export const lowerDocument = (json: unknown, roll: Roll = new Map()): DocumentJson => ({
  type: 'doc',
  content: [...lowerRollCalls(lowerLines(repair(json).content), roll)],
});
