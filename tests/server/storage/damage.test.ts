// A hundred seeded damages to a real store: each is detected and named, or harmless; none is silent. Then each is
// repaired, and the store opens again with every note writable and the untouched ones as they were.
import { readdir, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import * as Y from 'yjs';
import { createCommit } from '../../../server/storage/commit.ts';
import { noteMetaKey, noteUpdateKey } from '../../../server/storage/keys.ts';
import { openLevelFiles, openLevelStorage } from '../../../server/storage/leveldb.ts';
import { createNoteLog } from '../../../server/storage/note-log.ts';
import type { LoadedNote } from '../../../server/storage/read-note.ts';
import { isSound, repairFolder, verifyFolder } from '../../../server/storage/repair.ts';
import { putSealed } from '../../../server/storage/sealed.ts';
import { StorageError } from '../../../server/storage/storage.ts';
import type { NoteId } from '../../../src/core/ids.ts';
import { createPersonId } from '../../../src/core/ids.ts';
import { removableFolder, temporaryFolder } from '../../support/folders.ts';
import type { Random } from '../../support/random.ts';
import { createRandom } from '../../support/random.ts';
import {
  copyStore,
  entriesOf,
  heldElsewhere,
  makeStore,
  noteIds,
  storePath,
  textOf,
} from '../../support/stores.ts';

const repair = { name: 'repaired', now: 77 };
let sound: string;
let remove: () => Promise<void>;
let original: string[];
const texts = new Map<string, string>();

beforeAll(async () => {
  ({ folder: sound, remove } = await removableFolder());
  await makeStore(sound, createRandom(3));
  const copy = await copyStore(sound, join(sound, '../rollcall-damage-original'));
  const storage = await openLevelStorage(copy);
  original = await entriesOf(storage);
  for (const noteId of noteIds) texts.set(noteId, (await textOf(storage, noteId))!);
  await storage.close();
  await rm(copy, { recursive: true });
});
afterAll(() => remove());

type Damage = (store: string, random: Random) => Promise<void>;
const some = async (store: string, random: Random, pattern: RegExp) =>
  join(store, random.pick((await readdir(store)).filter((name) => pattern.test(name)).sort()));

async function flip(path: string, random: Random): Promise<void> {
  const bytes = await readFile(path);
  bytes[random.below(bytes.length)]! ^= 1 << random.below(8);
  await writeFile(path, bytes);
}

const damages: Record<string, Damage> = {
  'a bit flipped in a table': async (store, random) => flip(await some(store, random, /\.ldb$/), random),
  'a bit flipped in the log': async (store, random) => flip(await some(store, random, /\.log$/), random),
  'a bit flipped in the manifest': async (store, random) => flip(await some(store, random, /^MANI/), random),
  'a bit flipped in CURRENT': (store, random) => flip(join(store, 'CURRENT'), random),
  'a sector of zeros in a table': async (store, random) => {
    const path = await some(store, random, /\.ldb$/);
    const bytes = await readFile(path);
    const at = random.below(bytes.length);
    bytes.fill(0, at, Math.min(at + 512, bytes.length));
    await writeFile(path, bytes);
  },
  'no CURRENT': (store) => rm(join(store, 'CURRENT')),
  'a table gone': async (store, random) => rm(await some(store, random, /\.ldb$/)),
  'the log gone': async (store, random) => rm(await some(store, random, /\.log$/)),
  'an empty manifest': async (store, random) => writeFile(await some(store, random, /^MANI/), ''),
  'a table cut short': async (store, random) => {
    const path = await some(store, random, /\.ldb$/);
    await truncate(path, random.below((await stat(path)).size));
  },
};
const kinds = Object.keys(damages);

/** What verify says: sentences that name the damage; none when all is sound. */
async function named(folder: string): Promise<string[]> {
  try {
    const verdict = await verifyFolder(folder);
    const { files, survey } = verdict;
    const sentences = [
      ...files.faults.map(({ file, what }) => `${file} ${what}`),
      ...survey.damaged.flatMap(({ account }) => account),
      ...survey.strays.map(({ sentence }) => sentence),
      ...(files.unfinishedBytes > 0 ? [`${files.unfinishedBytes} bytes unfinished`] : []),
    ];
    expect(sentences.length === 0).toBe(isSound(verdict) && files.unfinishedBytes === 0);
    return sentences;
  } catch (error) {
    if (error instanceof StorageError) return [error.message];
    throw error;
  }
}

describe('a damaged store', () => {
  const seeds = Array.from({ length: 100 }, (_, seed) => ({ seed, kind: kinds[seed % kinds.length]! }));

  test.each(seeds)('seed $seed, $kind: named or harmless, and mended', async ({ seed, kind }) => {
    const folder = await copyStore(sound, await temporaryFolder());
    await damages[kind]!(storePath(folder), createRandom(seed));

    // A server opens it, or not; what it then shows as whole is whole.
    const onServer = await copyStore(folder, await temporaryFolder());
    let isCutShort = false;
    const cutShort = () => void (isCutShort = true);
    const storage = await openLevelStorage(onServer, { cutShort }).catch((error: unknown) => {
      expect(error).toBeInstanceOf(StorageError);
      return null;
    });
    if (storage && !isCutShort) {
      for (const noteId of noteIds)
        expect([texts.get(noteId), null]).toContain(await textOf(storage, noteId));
    }
    await storage?.close();

    const before = await readdir(storePath(folder));
    const sentences = await named(folder);
    if (sentences.length === 0) {
      const reopened = await openLevelStorage(folder);
      expect(await entriesOf(reopened)).toEqual(original);
      await reopened.close();
      return;
    }
    if (sentences.some((sentence) => /^(MANI|CURR|\d+\.(ldb|log))/.test(sentence))) {
      expect(await readdir(storePath(folder))).toEqual(before);
    }

    const { survey, files } = await repairFolder(folder, repair);
    const mended = await openLevelStorage(folder);
    const harmed = new Set<string>(survey.damaged.map(({ noteId }) => noteId));
    const isLocal =
      files.unfinishedBytes === 0 && files.faults.every(({ what }) => what.startsWith('its block'));
    for (const noteId of noteIds) {
      const text = await textOf(mended, noteId);
      if (!harmed.has(noteId) && isLocal && survey.strays.length === 0) expect(text).toBe(texts.get(noteId));
      else if (harmed.has(noteId)) expect(text).not.toBeNull();
    }
    await mended.close();
    const after = await verifyFolder(folder);
    expect([after.files.faults, after.survey.damaged.filter(({ isTorn }) => isTorn)]).toEqual([[], []]);
  });
});

test('while one process mends a damaged store, another is told that it is busy', async () => {
  const folder = await copyStore(sound, await temporaryFolder());
  await damages['a table cut short']!(storePath(folder), createRandom(1));
  const work = join(folder, 'repair');
  await (await openLevelFiles(work, { create: true })).close();
  const letGo = await heldElsewhere(work);
  const before = await readdir(work);
  await expect(verifyFolder(folder)).rejects.toMatchObject({ code: 'busy' });
  await expect(repairFolder(folder, repair)).rejects.toMatchObject({ code: 'busy' });
  expect(await readdir(work)).toEqual(before);
  await letGo();
  await repairFolder(folder, repair);
  await (await openLevelStorage(folder)).close();
});

describe('a repaired note', () => {
  const ana = createPersonId(new Uint8Array(16).fill(1));
  const [noteId] = noteIds as [NoteId, ...NoteId[]];

  async function loaded(folder: string): Promise<LoadedNote> {
    const storage = await openLevelStorage(folder);
    const load = await createNoteLog(storage, createCommit(storage)).load(noteId);
    await storage.close();
    if (load.state !== 'whole') throw new RangeError('The note is not whole.');
    return load.note;
  }

  test('[I1] [I5] keeps whose its ids are, says that it was set back, and is sound', async () => {
    const folder = await temporaryFolder();
    const storage = await openLevelStorage(folder, { create: 'if-folder-is-new' });
    const log = createNoteLog(storage, createCommit(storage));
    const doc = new Y.Doc();
    doc.getText('default').insert(0, 'Hello');
    const update = Y.encodeStateAsUpdate(doc);
    const owners = new Map([[doc.clientID, ana as string]]);
    await log.append(noteId, { sequence: 1, at: 1, author: ana, update, owners }, [
      putSealed(noteMetaKey(noteId), { title: '' }),
      { type: 'put', key: noteUpdateKey(noteId, 2), value: new Uint8Array(40) },
    ]);
    await storage.close();
    await repairFolder(folder, repair);
    expect(await loaded(folder)).toMatchObject({ setBackAt: 77, snapshot: { owners } });
    expect(isSound(await verifyFolder(folder))).toBe(true);
  });

  test('[I5] counts as set back too when the files of its store were damaged, and it may have lost its end', async () => {
    const folder = await copyStore(sound, await temporaryFolder());
    await damages['no CURRENT']!(storePath(folder), createRandom(1));
    await repairFolder(folder, repair);
    expect(await loaded(folder)).toMatchObject({ setBackAt: 77 });
  });
});
