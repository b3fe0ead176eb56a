// Folders that are gone after the test.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

/** A new empty folder, and how to get rid of it. */
export async function removableFolder(): Promise<{ folder: string; remove(): Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), 'rollcall-'));
  return { folder, remove: () => rm(folder, { recursive: true, force: true }) };
}

/** A new empty folder, removed when the test is over. */
export async function temporaryFolder(): Promise<string> {
  const { folder, remove } = await removableFolder();
  onTestFinished(remove);
  return folder;
}
