// Persist, then tell, tried with kill -9: in each round eight writers stream numbered edits into a new note until the
// server is killed at a moment the seed chooses. The next server must have every edit that was acknowledged to its
// writer or seen by another. Peers start each round with empty documents, so none of them can make up for a loss.
// Prints one line of figures; exits with 1 when anything was lost.
import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { createNoteId } from '../../src/core/ids.ts';
import type { NoteId } from '../../src/core/ids.ts';
import { createRandom } from '../support/random.ts';
import { Writer } from './writer.ts';

const rounds = Number(process.argv[2] ?? 50);
const seed = Number(process.argv[3] ?? 1);
const writersPerRound = 8;

interface Promised {
  noteId: NoteId;
  edits: Set<string>;
}

async function startServer(folder: string, noteId: NoteId): Promise<{ child: ChildProcess; origin: string }> {
  const child = fork(join(import.meta.dirname, 'server.js'), [folder, noteId]);
  const [port] = (await Promise.race([
    once(child, 'message'),
    once(child, 'exit').then(([code]) => {
      throw new Error(`The server ended with ${code} before it listened.`);
    }),
  ])) as [number];
  return { child, origin: `ws://127.0.0.1:${port}/collab` };
}

async function killServer(child: ChildProcess): Promise<void> {
  const exited = once(child, 'exit');
  child.kill('SIGKILL');
  await exited;
}

/** Which promised edits the server does not have. */
async function lostEdits(origin: string, { noteId, edits }: Promised): Promise<string[]> {
  const reader = new Writer(`${origin}/${noteId}`);
  await reader.synced;
  const lost = [...edits].filter((edit) => !reader.has(edit));
  reader.close();
  return lost;
}

const random = createRandom(seed);
const folder = await mkdtemp(join(tmpdir(), 'rollcall-crash-'));
const startedAt = Date.now();
const promised: Promised[] = [];
const lost: string[] = [];
let sent = 0;
let acknowledged = 0;
let seen = 0;

try {
  for (let round = 0; round < rounds; round++) {
    const noteId = createNoteId(random.bytes(16));
    const { child, origin } = await startServer(folder, noteId);
    const last = promised.at(-1);
    if (last) lost.push(...(await lostEdits(origin, last)));

    const writers = Array.from(
      { length: writersPerRound },
      (_, n) => new Writer(`${origin}/${noteId}`, `${round}.${n}`),
    );
    await Promise.all(writers.map(({ synced }) => synced));
    const writing = setInterval(() => writers.forEach((writer) => writer.write()), 1 + random.below(5));
    await delay(20 + random.below(230));
    clearInterval(writing);
    // Edits of this very turn are under way when the server dies.
    for (let n = random.below(10); n > 0; n--) writers.forEach((writer) => writer.write());
    await killServer(child);

    const edits = new Set(writers.flatMap((writer) => [...writer.acknowledged, ...writer.seen]));
    promised.push({ noteId, edits });
    sent += writers.reduce((sum, writer) => sum + writer.sent, 0);
    acknowledged += writers.reduce((sum, writer) => sum + writer.acknowledged.length, 0);
    seen += new Set(writers.flatMap((writer) => [...writer.seen])).size;
    writers.forEach((writer) => writer.close());
  }

  const { child, origin } = await startServer(folder, createNoteId(random.bytes(16)));
  for (const note of promised) lost.push(...(await lostEdits(origin, note)));
  await killServer(child);
} finally {
  await rm(folder, { recursive: true, force: true });
}

const seconds = ((Date.now() - startedAt) / 1000).toFixed(1);
process.stdout.write(
  `${rounds} kills, seed ${seed}, ${seconds} s: ${sent} edits sent, ${acknowledged} acknowledged, ` +
    `${seen} seen by others; lost: ${new Set(lost).size}\n`,
);
process.exitCode = lost.length === 0 && acknowledged > 0 ? 0 : 1;
