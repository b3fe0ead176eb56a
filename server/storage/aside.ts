// Where a repair puts what it takes out of the store: <data folder>/aside/<time>.jsonl, one entry a line with its
// key, its bytes (base64) and why it is there. On disk before anything is taken out. Nothing reads it but people.
import { mkdir, open } from 'node:fs/promises';
import { join } from 'node:path';
import { asideFolder, syncFolder } from './data-folder.ts';
import type { Entry } from './survey.ts';

/** Keeps the entries; resolves with the file's path once they would survive a power cut. */
export async function setAside(
  folder: string,
  name: string,
  entries: readonly { entry: Entry; why: string }[],
): Promise<string> {
  await mkdir(asideFolder(folder), { recursive: true, mode: 0o700 });
  const path = join(asideFolder(folder), `${name}.jsonl`);
  const file = await open(path, 'wx', 0o600);
  try {
    for (const { entry, why } of entries) {
      const [key, value] = entry;
      const line = { key, value: Buffer.from(value).toString('base64'), why };
      await file.writeFile(`${JSON.stringify(line)}\n`);
    }
    await file.sync();
  } finally {
    await file.close();
  }
  await syncFolder(asideFolder(folder));
  return path;
}
