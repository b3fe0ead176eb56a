// The work that may take longer than everybody else should wait: pure, from cloneable input to cloneable output.
//
// What a document can hold is much code. It is loaded when a text is first asked for: most threads only make snapshots.
import { makeSnapshot } from '../storage/snapshot.ts';
import type { SnapshotOrder } from '../storage/snapshot.ts';
import type * as Texts from './texts.ts';

const texts = (): Promise<typeof Texts> => import('./texts.ts');

export const tasks = {
  makeSnapshot: async (order: SnapshotOrder) => makeSnapshot(order),
  importMarkdown: async (text: string) => (await texts()).importMarkdown(text),
  exportMarkdown: async (update: Uint8Array) => (await texts()).exportMarkdown(update),
  renderPage: async (order: Texts.PageOrder) => (await texts()).renderPage(order),
};
export type Tasks = typeof tasks;
