// A note leaves: as markdown to the clipboard or into a file. The writer is fetched when it is first wanted.
import type { JSONContent } from '@tiptap/core';
import type { Node } from '@tiptap/pm/model';
import type { BlockId } from '$core/ids.ts';
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

/** Gives the browser a file to keep, named after the note. */
export function download(markdown: string, title: string): void {
  const name =
    title
      .replace(/[^\p{L}\p{N}]+/gu, '-')
      .replace(/^-+|-+$/g, '')
      .slice(0, 80) || 'note';
  const address = URL.createObjectURL(new Blob([markdown], { type: 'text/markdown' }));
  const link = Object.assign(document.createElement('a'), { href: address, download: `${name}.md` });
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}

/** The first heading's words, else ''. */
export function titleOfText(doc: Node): string {
  for (const block of doc.children) {
    if (block.type.name === 'heading' && block.textContent.trim() !== '')
      return block.textContent.trim().slice(0, 200);
  }
  return '';
}
