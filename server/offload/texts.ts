// Texts in and out of a note's records: what tasks.ts does with markdown and pages.
import { randomBytes } from 'node:crypto';
import * as Y from 'yjs';
import { createBlockId } from '../../src/core/ids.ts';
import { readDocument, readRoll, summaryOf, titleOf, writeDocument } from '../../src/blocks/document.ts';
import { toHtml } from '../../src/blocks/html.ts';
import { fromMarkdown, toMarkdown } from '../../src/blocks/markdown.ts';

/** A text as a note's first record. Throws MarkdownError. */
export function importMarkdown(text: string): { update: Uint8Array; title: string; attendees: string[] } {
  const json = fromMarkdown(text, { createId: () => createBlockId(randomBytes(16)) });
  const document = new Y.Doc();
  writeDocument(document, json);
  const update = Y.encodeStateAsUpdate(document);
  document.destroy();
  return { update, ...summaryOf(json, new Map()) };
}

/** The note that `update` makes, as markdown. */
export function exportMarkdown(update: Uint8Array): { title: string; markdown: string } {
  const document = new Y.Doc();
  Y.applyUpdate(document, update);
  const json = readDocument(document);
  const markdown = toMarkdown(json, readRoll(document));
  document.destroy();
  return { title: titleOf(json), markdown };
}

/** `today`: the reader's date, YYYY-MM-DD. */
export interface PageOrder {
  update: Uint8Array;
  today: string;
}

/** The note that `update` makes, as its page shows it before it can be written in. */
export function renderPage({ update, today }: PageOrder): { title: string; html: string } {
  const document = new Y.Doc();
  Y.applyUpdate(document, update);
  const json = readDocument(document);
  const html = toHtml(json, readRoll(document), { today });
  document.destroy();
  return { title: titleOf(json), html };
}
