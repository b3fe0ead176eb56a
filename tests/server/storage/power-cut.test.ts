// [S4] Acknowledged means on disk, also when the power goes. A power cut is played by a copy of the store's files in
// which the log is as long as it was when the last acknowledged write returned, plus a piece of what was being
// written, torn, zeroed or made of old bytes, as a disk may leave it. LevelDB syncs all its other files itself
// before it relies on them.
import { copyFileSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import * as Y from 'yjs';
import { createCommit } from '../../../server/storage/commit.ts';
import { openLevelStorage } from '../../../server/storage/leveldb.ts';
import { createNoteLog } from '../../../server/storage/note-log.ts';
import { temporaryFolder } from '../../support/folders.ts';
import type { Random } from '../../support/random.ts';
import { createRandom } from '../../support/random.ts';
import { noteIds, storePath, textOf } from '../../support/stores.ts';

const seeds = Array.from({ length: 100 }, (_, seed) => seed);

/** Sizes of the files of a store, by name. */
const sizesOf = (store: string) =>
  new Map(readdirSync(store).map((name) => [name, statSync(join(store, name)).size]));

/** The folder as the power cut leaves it: what was synced, and anything of the rest. */
function cutPower(folder: string, synced: Map<string, number>, copy: string, random: Random): void {
  mkdirSync(storePath(copy), { recursive: true });
  copyFileSync(join(folder, 'FORMAT'), join(copy, 'FORMAT'));
  for (const name of readdirSync(storePath(folder))) {
    const bytes = readFileSync(join(storePath(folder), name));
    const safe = name.endsWith('.log') ? (synced.get(name) ?? 0) : bytes.length;
    const rest = Buffer.from(bytes.subarray(safe, safe + random.below(bytes.length - safe + 1)));
    const hurt = random.below(rest.length + 1);
    if (random.chance(0.3)) rest.fill(0, hurt);
    else if (random.chance(0.4)) rest.set(random.bytes(rest.length - hurt), hurt);
    writeFileSync(join(storePath(copy), name), Buffer.concat([bytes.subarray(0, safe), rest]));
  }
}

test.each(seeds)('[S4] seed %i: what was acknowledged before the power went is there', async (seed) => {
  const random = createRandom(seed);
  const folder = await temporaryFolder();
  const copy = await temporaryFolder();
  const storage = await openLevelStorage(folder, { create: 'if-folder-is-new' });
  let synced = sizesOf(storePath(folder));
  const write: typeof storage.write = async (operations) => {
    await storage.write(operations);
    // Before the next write is begun.
    synced = sizesOf(storePath(folder));
  };
  const log = createNoteLog(storage, createCommit({ write }));
  const notes = noteIds.map((noteId) => ({ noteId, doc: new Y.Doc(), sequence: 0, acknowledged: 0 }));
  const cutAfter = 10 + random.below(60);
  const large = random.chance(0.2) ? 40_000 : 200;
  let acknowledged = 0;
  let cut = false;

  const writer = async (note: (typeof notes)[number]) => {
    const text = note.doc.getText('default');
    while (!cut) {
      const before = Y.encodeStateVector(note.doc);
      const filling = Buffer.from(random.bytes(random.below(large))).toString('hex');
      text.insert(text.length, `<${++note.sequence}>${filling}`);
      const update = Y.encodeStateAsUpdate(note.doc, before);
      await log.append(note.noteId, { sequence: note.sequence, at: note.sequence, author: '', update });
      if (cut) return;
      note.acknowledged = note.sequence;
      if (++acknowledged < cutAfter) continue;
      cut = true;
      // The power goes a little later than the last word that was given: by then the next write is on its way.
      const last = synced;
      await new Promise((resolve) => setImmediate(resolve));
      cutPower(folder, last, copy, random);
    }
  };
  await Promise.all(notes.map(writer));
  await storage.close();

  const after = await openLevelStorage(copy);
  for (const { noteId, acknowledged: last } of notes) {
    if (last > 0) expect(await textOf(after, noteId)).toContain(`<${last}>`);
  }
  await after.close();
});
