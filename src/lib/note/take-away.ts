// A note leaves: as markdown to the clipboard or into a file. The writer is fetched when it is first wanted.
import type { JSONContent } from '@tiptap/core';
import type { Node } from '@tiptap/pm/model';
import type { Doc } from 'yjs';
import type { BlockId } from '$core/ids.ts';
import { maxTitleLength, toFileName } from '$core/note.ts';
import { toLine } from '$core/person.ts';
import type { RollEntry } from '$core/roll-call.ts';

/** The text as it is on this screen, signatures included. */
export async function noteMarkdown(
  json: JSONContent,
  rollOf: (block: string) => RollEntry[],
): Promise<string> {
  const { toMarkdown } = await import('$blocks/markdown.ts');
  const roll = new Map<BlockId, RollEntry[]>();
  const visit = (node: JSONContent) => {
    if (node.type === 'rollCall') roll.set(node.attrs?.id as BlockId, rollOf(String(node.attrs?.id)));
    node.content?.forEach(visit);
  };
  visit(json);
  return toMarkdown(json, roll);
}

/** The text of a document that no editor shows. */
export async function documentMarkdown(document: Doc): Promise<string> {
  const [{ readDocument, readRoll }, { toMarkdown }] = await Promise.all([
    import('$blocks/document.ts'),
    import('$blocks/markdown.ts'),
  ]);
  return toMarkdown(readDocument(document), readRoll(document));
}

/** Gives the browser a file to keep, named after the note. */
export function download(markdown: string, title: string): void {
  const address = URL.createObjectURL(new Blob([markdown], { type: 'text/markdown' }));
  const link = Object.assign(document.createElement('a'), { href: address, download: toFileName(title) });
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}

/** What `titleOf` says of the same document on the server: the first heading that says something, else the first line. */
export function titleOfText(doc: Node): string {
  const firstLine = (block: Node) =>
    toLine(block.textBetween(0, block.content.size, '\n', '\n').trimStart().split('\n')[0], maxTitleLength);
  const heading = doc.children.find((block) => block.type.name === 'heading' && firstLine(block) !== '');
  const first = heading ?? doc.children.find((block) => firstLine(block) !== '');
  return first ? firstLine(first) : '';
}
