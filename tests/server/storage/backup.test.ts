import { appendFile, mkdir, readFile, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { checkBackup, writeBackup } from '../../../server/storage/backup.ts';
import { createCommit } from '../../../server/storage/commit.ts';
import { openLevelFiles, openLevelStorage } from '../../../server/storage/leveldb.ts';
import { createNoteLog } from '../../../server/storage/note-log.ts';
import { restoreBackup } from '../../../server/storage/restore.ts';
import type { Storage } from '../../../server/storage/storage.ts';
import { temporaryFolder } from '../../support/folders.ts';
import { createRandom } from '../../support/random.ts';
import { entriesOf, heldElsewhere, makeStore, noteIds } from '../../support/stores.ts';

const create = { create: 'if-folder-is-new' } as const;

async function all(pieces: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  for await (const piece of pieces) parts.push(piece);
  return Buffer.concat(parts);
}
async function* inPieces(bytes: Uint8Array, size: number) {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

let folder: string;
let file: string;
let backup: Buffer;
let entries: string[];

beforeEach(async () => {
  folder = await temporaryFolder();
  await makeStore(folder, createRandom(11));
  const storage = await openLevelStorage(folder);
  entries = await entriesOf(storage);
  backup = await all(writeBackup(storage, 5));
  await storage.close();
  file = join(await temporaryFolder(), 'backup');
  await writeFile(file, backup);
});

const opened = async (path: string, use: (storage: Storage) => Promise<void>) => {
  const storage = await openLevelStorage(path);
  await use(storage).finally(() => storage.close());
};

describe('a backup', () => {
  test('is the store as of one moment, whatever is written meanwhile, and says which', async () => {
    await opened(folder, async (storage) => {
      const pieces = writeBackup(storage, 7)[Symbol.asyncIterator]();
      const first = await pieces.next();
      await storage.write([{ type: 'put', key: 'later', value: new Uint8Array(9) }]);
      const rest = await all({ [Symbol.asyncIterator]: () => pieces });
      const whole = Buffer.concat([first.value as Uint8Array, rest]);
      expect(await checkBackup(inPieces(whole, 1000))).toEqual({
        entries: entries.length,
        notes: 6,
        commits: 6 * 48,
        at: 7,
      });
    });
  });

  test.each([1, 13, 4096])('is read alike in pieces of %i bytes', async (size) => {
    expect((await checkBackup(inPieces(backup, size))).entries).toBe(entries.length);
  });

  test('shows every flipped bit, every cut and every addition', async () => {
    const random = createRandom(1);
    const damaged = expect.objectContaining({ name: 'StorageError', code: 'damaged' });
    for (let n = 0; n < 100; n++) {
      const flipped = Buffer.from(backup);
      flipped[random.below(flipped.length)]! ^= 1 << random.below(8);
      await expect(checkBackup(inPieces(flipped, 9000))).rejects.toEqual(damaged);
      const cut = backup.subarray(0, random.below(backup.length));
      await expect(checkBackup(inPieces(cut, 9000))).rejects.toEqual(damaged);
    }
    await expect(checkBackup(inPieces(Buffer.concat([backup, backup]), 9000))).rejects.toEqual(damaged);
  });
});

/** What a restored store holds, without that its notes were set back. */
const withoutMarks = async (storage: Storage) =>
  (await entriesOf(storage)).filter((entry) => !/^note\/[^/]*\/set-back /.test(entry));

describe('restoring', () => {
  test('[I5] sets every note back to when the backup was taken, and says so in each, also the second time', async () => {
    const [first, second] = [await temporaryFolder(), await temporaryFolder()];
    await restoreBackup(file, first, 9);
    await opened(first, async (storage) => writeFile(file, await all(writeBackup(storage, 5))));
    const { survey } = await restoreBackup(file, second, 10);
    expect([survey.damaged, survey.strays]).toEqual([[], []]);
    await opened(second, async (storage) => {
      const log = createNoteLog(storage, createCommit(storage));
      for (const noteId of noteIds)
        expect(await log.load(noteId)).toMatchObject({ state: 'whole', note: { setBackAt: 10 } });
    });
  });

  test('gives back every byte, into a folder that is made for it', async () => {
    const target = join(await temporaryFolder(), 'a', 'b');
    const { end, survey } = await restoreBackup(file, target, 9);
    expect([end.commits, survey.notes, survey.damaged, survey.strays]).toEqual([6 * 48, 6, [], []]);
    await opened(target, async (storage) => expect(await withoutMarks(storage)).toEqual(entries));
    expect((await readdir(target)).sort()).toEqual(['FORMAT', 'store']);
  });

  test('refuses a folder with anything in it, ours or not, and a damaged backup before it makes anything', async () => {
    await expect(restoreBackup(file, folder, 9)).rejects.toMatchObject({ code: 'denied' });
    const other = await temporaryFolder();
    await writeFile(join(other, 'thesis'), '');
    await expect(restoreBackup(file, other, 9)).rejects.toMatchObject({ code: 'missing' });
    const empty = await temporaryFolder();
    await appendFile(file, 'x');
    await expect(restoreBackup(file, empty, 9)).rejects.toMatchObject({ code: 'damaged' });
    expect(await readdir(empty)).toEqual([]);
    await expect(restoreBackup(join(empty, 'nowhere'), empty, 9)).rejects.toMatchObject({ code: 'io' });
  });

  test('cut short at any point leaves nothing that opens, and can be done again', async () => {
    const target = await temporaryFolder();
    await writeFile(join(target, 'RESTORING'), '');
    await expect(openLevelStorage(target, create)).rejects.toMatchObject({ code: 'damaged' });
    await mkdir(join(target, 'store'));
    await writeFile(join(target, 'store', '000003.log'), await readFile(file));
    await writeFile(join(target, 'FORMAT'), '{"format":"rollcall","version":1}\n');
    await expect(openLevelStorage(target, create)).rejects.toMatchObject({ code: 'damaged' });
    await restoreBackup(file, target, 9);
    await opened(target, async (storage) => expect(await withoutMarks(storage)).toEqual(entries));
  });

  test('waits for nobody: a folder that another restore is filling is busy, and left alone', async () => {
    const target = await temporaryFolder();
    await writeFile(join(target, 'RESTORING'), '');
    await (await openLevelFiles(join(target, 'store'), { create: true })).close();
    const letGo = await heldElsewhere(join(target, 'store'));
    const before = await readdir(join(target, 'store'));
    await expect(restoreBackup(file, target, 9)).rejects.toMatchObject({ code: 'busy' });
    expect(await readdir(join(target, 'store'))).toEqual(before);
    await letGo();
    await restoreBackup(file, target, 9);
    await opened(target, async (storage) => expect(await withoutMarks(storage)).toEqual(entries));
  });
});
