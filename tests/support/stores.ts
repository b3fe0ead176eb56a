// Real stores on disk with several notes in them, to be damaged.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import * as Y from 'yjs';
import { createCommit } from '../../server/storage/commit.ts';
import { noteMetaKey, noteSummaryKey, personKey, visitKey } from '../../server/storage/keys.ts';
import { openLevelStorage } from '../../server/storage/leveldb.ts';
import { createNoteLog } from '../../server/storage/note-log.ts';
import { recordsOf } from '../../server/storage/read-note.ts';
import type { LoadedNote } from '../../server/storage/read-note.ts';
import { putSealed } from '../../server/storage/sealed.ts';
import type { Storage } from '../../server/storage/storage.ts';
import { createNoteId, createPersonId } from '../../src/core/ids.ts';
import type { NoteId } from '../../src/core/ids.ts';
import type { Random } from './random.ts';

export const noteIds = Array.from({ length: 6 }, (_, n) => createNoteId(new Uint8Array(16).fill(40 + n)));
const ana = createPersonId(new Uint8Array(16).fill(1));

/** Fills `folder` in four sittings of a server, so that notes lie in tables and in the log; some have a snapshot. */
export async function makeStore(folder: string, random: Random): Promise<void> {
  const docs = noteIds.map(() => new Y.Doc());
  const last = noteIds.map(() => 0);
  for (let sitting = 0; sitting < 4; sitting++) {
    const storage = await openLevelStorage(folder, { create: 'if-folder-is-new' });
    const log = createNoteLog(storage, createCommit(storage));
    for (const [n, noteId] of noteIds.entries()) {
      const doc = docs[n]!;
      for (let edit = 0; edit < 12; edit++) {
        const before = Y.encodeStateVector(doc);
        const word = Buffer.from(random.bytes(4 + random.below(60))).toString('base64');
        doc.getText('default').insert(random.below(doc.getText('default').length + 1), `${word} `);
        const update = Y.encodeStateAsUpdate(doc, before);
        const sequence = ++last[n]!;
        await log.append(noteId, { sequence, at: 1000 + sequence, author: ana, update });
      }
      if (n % 3 === sitting)
        await log.compact(noteId, { sequence: last[n]!, stateVector: Y.encodeStateVector(doc) });
      const beside = { title: `Note ${n}` };
      await storage.write([
        putSealed(noteMetaKey(noteId), beside),
        putSealed(noteSummaryKey(noteId), beside),
        putSealed(visitKey(ana, noteId), { at: sitting }),
        putSealed(personKey(ana), { name: 'Ana' }),
      ]);
    }
    await storage.close();
  }
}

/** A copy of a closed data folder at `folder`. */
export async function copyStore(from: string, folder: string): Promise<string> {
  await mkdir(folder, { recursive: true });
  await cp(from, folder, { recursive: true });
  return folder;
}

/** Every entry, as text that can be compared. */
export async function entriesOf(storage: Storage): Promise<string[]> {
  const entries: string[] = [];
  for await (const [key, value] of storage.range({ from: '', to: '\u{10ffff}' })) {
    entries.push(`${key} ${Buffer.from(value).toString('base64')}`);
  }
  return entries;
}

export const storePath = (folder: string) => join(folder, 'store');

/** What a note says; null when it is not whole. */
export async function textOf(storage: Storage, noteId: NoteId): Promise<string | null> {
  const load = await createNoteLog(storage, createCommit(storage)).load(noteId);
  return load.state === 'whole' ? sayOf(load.note) : null;
}

export function sayOf(note: LoadedNote): string {
  const doc = new Y.Doc();
  for (const { update } of recordsOf(note)) Y.applyUpdate(doc, update);
  return doc.getText('default').toJSON();
}

/** Another process opens LevelDB's files at `path`; resolves with what makes it let go. */
export async function heldElsewhere(path: string): Promise<() => Promise<void>> {
  const other = fork(join(import.meta.dirname, 'hold-store.mjs'), [path]);
  const ended = once(other, 'exit');
  const letGo = async () => {
    other.kill('SIGKILL');
    await ended;
  };
  onTestFinished(letGo);
  await once(other, 'message');
  return letGo;
}
