// The work that may take longer than everybody else should wait: pure, from cloneable input to cloneable output.
import { randomBytes } from 'node:crypto';
import * as Y from 'yjs';
import { createBlockId } from '../../src/core/ids.ts';
import { readDocument, readRoll, summaryOf, titleOf, writeDocument } from '../../src/blocks/document.ts';
import { toHtml } from '../../src/blocks/html.ts';
import { fromMarkdown, MarkdownError, toMarkdown } from '../../src/blocks/markdown.ts';
import { makeSnapshot } from '../storage/snapshot.ts';

/** A text as a note's first record. Throws MarkdownError. */
function importMarkdown(text: string): { update: Uint8Array; title: string; attendees: string[] } {
  const json = fromMarkdown(text, { createId: () => createBlockId(randomBytes(16)) });
  const document = new Y.Doc();
  writeDocument(document, json);
  const update = Y.encodeStateAsUpdate(document);
  document.destroy();
  return { update, ...summaryOf(json, new Map()) };
}

/** The note that `update` makes, as markdown. */
function exportMarkdown(update: Uint8Array): { title: string; markdown: string } {
  const document = new Y.Doc();
  Y.applyUpdate(document, update);
  const json = readDocument(document);
  const markdown = toMarkdown(json, readRoll(document));
  document.destroy();
  return { title: titleOf(json), markdown };
}

/** The note that `update` makes, as its page shows it before it can be written in. */
function renderPage({ update, today }: { update: Uint8Array; today: string }): {
  title: string;
  html: string;
} {
  const document = new Y.Doc();
  Y.applyUpdate(document, update);
  const json = readDocument(document);
  const html = toHtml(json, readRoll(document), { today });
  document.destroy();
  return { title: titleOf(json), html };
}

export const tasks = { makeSnapshot, importMarkdown, exportMarkdown, renderPage };
export type Tasks = typeof tasks;

/** Errors that mean something to who asked, by name; on the way from a thread an error keeps only that. */
export const errors: Record<string, new (message: string) => Error> = { MarkdownError, RangeError };
