import { fork } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { openLevelStorage } from '../../../server/storage/leveldb.ts';
import { verifyFolder } from '../../../server/storage/repair.ts';
import type { StorageErrorCode } from '../../../server/storage/storage.ts';
import { storageContract } from '../../contract/storage.ts';
import { temporaryFolder } from '../../support/folders.ts';

const create = { create: 'if-folder-is-new' } as const;

const folders: string[] = [];
afterAll(() => Promise.all(folders.map((folder) => rm(folder, { recursive: true, force: true }))));

storageContract('LevelDB', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'rollcall-'));
  folders.push(folder);
  return openLevelStorage(folder, create);
});

const refusal = (code: StorageErrorCode, sentence: RegExp) =>
  expect.objectContaining({ name: 'StorageError', code, message: expect.stringMatching(sentence) as string });

const filesIn = async (folder: string) => (await readdir(folder, { recursive: true })).sort();

/** A data folder in which one entry was written and the store closed. */
async function usedFolder(): Promise<string> {
  const folder = await temporaryFolder();
  const storage = await openLevelStorage(folder, create);
  await storage.write([{ type: 'put', key: 'kept', value: Uint8Array.of(7) }]);
  await storage.close();
  return folder;
}

describe('opening a data folder', () => {
  test('a store is made in a folder that does not exist yet, and is there the next time', async () => {
    const folder = join(await temporaryFolder(), 'a', 'b');
    const first = await openLevelStorage(folder, create);
    await first.write([{ type: 'put', key: 'kept', value: Uint8Array.of(7) }]);
    await first.close();
    expect(await readFile(join(folder, 'FORMAT'), 'utf8')).toBe('{"format":"rollcall","version":1}\n');
    expect(await readdir(folder)).not.toContain('pid');

    const second = await openLevelStorage(folder);
    expect([...(await second.get('kept'))!]).toEqual([7]);
    await second.close();
  });

  test('without leave to create, a folder without a store is missing and stays as it was', async () => {
    const folder = await temporaryFolder();
    await expect(openLevelStorage(folder)).rejects.toEqual(refusal('missing', /no Rollcall store/));
    await expect(openLevelStorage(join(folder, 'x'))).rejects.toEqual(
      refusal('missing', /no Rollcall store/),
    );
    expect(await filesIn(folder)).toEqual([]);
  });

  test.each(['store/CURRENT', 'store'])(
    'without its %s an existing store is missing, not made anew',
    async (lost) => {
      const folder = await usedFolder();
      await rm(join(folder, lost), { recursive: true });
      const before = await filesIn(folder);
      await expect(openLevelStorage(folder, create)).rejects.toEqual(refusal('missing', /store is gone/));
      expect(await filesIn(folder)).toEqual(before);
    },
  );

  test('a folder of other things is not taken over', async () => {
    const folder = await temporaryFolder();
    await writeFile(join(folder, 'thesis.txt'), 'mine');
    await expect(openLevelStorage(folder, create)).rejects.toEqual(refusal('missing', /not empty/));
    expect(await filesIn(folder)).toEqual(['thesis.txt']);
  });

  test('a start cut short before FORMAT heals while the store is empty', async () => {
    const folder = await temporaryFolder();
    await (await openLevelStorage(folder, create)).close();
    await rm(join(folder, 'FORMAT'));
    await (await openLevelStorage(folder, create)).close();
    expect(await filesIn(folder)).toContain('FORMAT');

    const early = await temporaryFolder();
    await mkdir(join(early, 'store'));
    await (await openLevelStorage(early, create)).close();
    expect(await filesIn(early)).toContain('FORMAT');
  });

  test('a store with entries and no FORMAT is damaged, and its entries stay', async () => {
    const folder = await usedFolder();
    const format = await readFile(join(folder, 'FORMAT'));
    await rm(join(folder, 'FORMAT'));
    await expect(openLevelStorage(folder, create)).rejects.toEqual(refusal('damaged', /no FORMAT file/));
    await writeFile(join(folder, 'FORMAT'), format);
    const storage = await openLevelStorage(folder);
    expect([...(await storage.get('kept'))!]).toEqual([7]);
    await storage.close();
  });

  test('a store with entries that lost both FORMAT and CURRENT is damaged', async () => {
    const folder = await usedFolder();
    await rm(join(folder, 'FORMAT'));
    await rm(join(folder, 'store/CURRENT'));
    await expect(openLevelStorage(folder, create)).rejects.toEqual(refusal('damaged', /neither FORMAT nor/));
  });

  test.each([
    ['{"format":"rollcall","version":2}', /format version 2/],
    ['{"format":"other","version":1}', /not what Rollcall writes/],
    ['', /not what Rollcall writes/],
  ])('FORMAT %j is refused', async (text, sentence) => {
    const folder = await usedFolder();
    await writeFile(join(folder, 'FORMAT'), text);
    await expect(openLevelStorage(folder, create)).rejects.toEqual(refusal('damaged', sentence));
  });

  test('a broken manifest is damage', async () => {
    const folder = await usedFolder();
    const manifest = (await readdir(join(folder, 'store'))).find((name) => name.startsWith('MANIFEST'))!;
    await writeFile(join(folder, 'store', manifest), '');
    await expect(openLevelStorage(folder)).rejects.toEqual(refusal('damaged', /damaged/));
  });

  test('a table that a crash cut short while it was made is no damage, and is taken away', async () => {
    const folder = await usedFolder();
    const table = join(folder, 'store/000099.ldb');
    await writeFile(table, 'half a tab');
    expect((await verifyFolder(folder)).files.faults).toEqual([]);
    await writeFile(table, 'half a tab');
    const storage = await openLevelStorage(folder);
    expect([...(await storage.get('kept'))!]).toEqual([7]);
    await storage.close();
    expect(await readdir(join(folder, 'store'))).not.toContain('000099.ldb');
  });

  test('a second opening in this process is refused and leaves the first one working', async () => {
    const folder = await usedFolder();
    const storage = await openLevelStorage(folder);
    await expect(openLevelStorage(folder)).rejects.toEqual(refusal('busy', /already open in this process/));
    expect([...(await storage.get('kept'))!]).toEqual([7]);
    await storage.close();
    await (await openLevelStorage(folder)).close();
  });

  test('a second process is told who has the store', async () => {
    const folder = await usedFolder();
    const other = fork(join(import.meta.dirname, '../../support/hold-store.mjs'), [join(folder, 'store')]);
    try {
      await once(other, 'message');
      await writeFile(join(folder, 'pid'), `${other.pid}\n`);
      await expect(openLevelStorage(folder)).rejects.toEqual(
        refusal('busy', new RegExp(`Another process \\(${other.pid}\\)`)),
      );
    } finally {
      other.kill('SIGKILL');
      await once(other, 'exit');
    }
    await (await openLevelStorage(folder)).close();
  });

  test('a place where nothing can be written is denied, and no folder is left behind', async () => {
    const folder = await temporaryFolder();
    await writeFile(join(folder, 'file'), '');
    await expect(openLevelStorage(join(folder, 'file/data'), create)).rejects.toEqual(
      refusal('denied', /denied/),
    );
    expect(await filesIn(folder)).toEqual(['file']);
  });

  test('a copy of a closed folder opens like the original', async () => {
    const folder = await usedFolder();
    const copy = join(await temporaryFolder(), 'copy');
    await cp(folder, copy, { recursive: true });
    const storage = await openLevelStorage(copy);
    expect([...(await storage.get('kept'))!]).toEqual([7]);
    await storage.close();
  });
});
