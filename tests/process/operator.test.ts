// The operator's commands against the built server: what they say, what they leave alone, and their exit codes.
import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { noteUpdateKey } from '../../server/storage/keys.ts';
import { openLevelStorage } from '../../server/storage/leveldb.ts';
import type { NoteId } from '../../src/core/ids.ts';
import { importNote, rollcall, startServer } from '../support/built-server.ts';
import { temporaryFolder } from '../support/folders.ts';

const markdownOf = async (origin: string, id: string) => (await fetch(`${origin}/n/${id}.md`)).text();

async function stopped(data: string, ...texts: string[]): Promise<string[]> {
  const server = await startServer(data);
  const ids: string[] = [];
  for (const text of texts) ids.push(await importNote(server.origin, text));
  server.child.kill('SIGTERM');
  await server.exit;
  return ids;
}

async function emptyBackup(): Promise<string> {
  const data = await temporaryFolder();
  await stopped(data);
  const file = join(await temporaryFolder(), 'empty.backup');
  await rollcall('backup', file, '--data', data);
  return file;
}

it('leaves an open store alone: verify and repair exit 75, and say who has it', async () => {
  const data = await temporaryFolder();
  const server = await startServer(data);
  for (const command of ['verify', 'repair']) {
    const { code, said } = await rollcall(command, '--data', data);
    expect([code, said]).toEqual([75, expect.stringContaining(`(${server.child.pid})`)]);
  }
  await importNote(server.origin, '# Still writable');
}, 30_000);

it('backs up a running server while people write, and gives back what was there', async () => {
  const data = await temporaryFolder();
  const server = await startServer(data);
  const ids: string[] = [];
  for (let n = 0; n < 20; n++) ids.push(await importNote(server.origin, `# Note ${n}\n\nText ${n}`));
  const before = await Promise.all(ids.map((id) => markdownOf(server.origin, id)));
  let isOver = false;
  const writing = (async () => {
    while (!isOver) await importNote(server.origin, '# Meanwhile');
  })();
  const file = join(await temporaryFolder(), 'all.backup');
  const { code, said } = await rollcall('backup', file, '--data', data);
  isOver = true;
  await writing;
  expect([code, said]).toEqual([0, expect.stringMatching(/^Backed up \d+ notes .* as of commit \d+/)]);
  expect((await stat(join(data, 'control'))).mode & 0o777).toBe(0o600);
  expect((await stat(file)).mode & 0o777).toBe(0o600);

  const copy = join(await temporaryFolder(), 'restored');
  expect((await rollcall('restore', file, '--data', copy)).code).toBe(0);
  const again = await rollcall('restore', file, '--data', copy);
  expect([again.code, again.said]).toEqual([1, expect.stringContaining('not empty')]);
  expect(await rollcall('verify', '--data', copy)).toMatchObject({ code: 0 });
  const second = await startServer(copy);
  expect(await Promise.all(ids.map((id) => markdownOf(second.origin, id)))).toEqual(before);
}, 60_000);

it('backs up a stopped store too', async () => {
  const data = await temporaryFolder();
  await stopped(data, '# One', '# Two');
  const file = join(await temporaryFolder(), 'all.backup');
  const { code, said } = await rollcall('backup', file, '--data', data);
  expect([code, said]).toEqual([0, expect.stringContaining('Backed up 2 notes')]);
}, 30_000);

it('says what is lost of a damaged note, sets it aside, and the note can be written to again', async () => {
  const data = await temporaryFolder();
  const [harmed, other] = (await stopped(data, '# Harmed\n\nmuch text', '# Other')) as [NoteId, NoteId];
  expect(await rollcall('verify', '--data', data)).toMatchObject({ code: 0 });
  const storage = await openLevelStorage(data);
  const value = new Uint8Array(50).fill(3);
  await storage.write([{ type: 'put', key: noteUpdateKey(harmed, 2), value }]);
  await storage.close();

  const verify = await rollcall('verify', '--data', data);
  expect([verify.code, verify.said]).toEqual([1, expect.stringContaining(`Note ${harmed} (Harmed):`)]);
  expect(verify.said).toContain('Record 2 does not match its checksum (50 bytes).');
  expect(verify.said).not.toContain(other);

  const damaged = await startServer(data);
  expect(await markdownOf(damaged.origin, harmed)).toContain('much text');
  expect((await fetch(`${damaged.origin}/n/${harmed}`)).status).toBe(200);
  damaged.child.kill('SIGTERM');
  await damaged.exit;

  const repair = await rollcall('repair', '--data', data, '--note', harmed);
  expect([repair.code, repair.said]).toEqual([0, expect.stringContaining('1 note can be written to again')]);
  const [aside] = await readdir(join(data, 'aside'));
  const lines = (await readFile(join(data, 'aside', aside!), 'utf8')).trim().split('\n');
  const kept = lines.map((line) => JSON.parse(line) as { key: string; value: string });
  expect(kept.find(({ key }) => key === noteUpdateKey(harmed, 2))?.value).toBe(
    Buffer.from(value).toString('base64'),
  );
  expect(await rollcall('verify', '--data', data)).toMatchObject({ code: 0 });
  expect(await rollcall('repair', '--data', data)).toMatchObject({
    code: 0,
    said: 'Nothing had to be repaired.\n',
  });
}, 60_000);

it('takes a note’s id that begins with a dash', async () => {
  const data = await temporaryFolder();
  await stopped(data, '# Note');
  for (const id of ['-AAAAAAAAAAAAAAAAAAAAA', '--note-AAAAAAAAAAAAAAA']) {
    expect(await rollcall('repair', '--note', id, '--data', data)).toEqual({
      code: 0,
      said: 'Nothing had to be repaired.\n',
    });
  }
}, 30_000);

it('refuses what it does not understand with one sentence or its usage, and exit 1', async () => {
  expect((await rollcall()).said).toMatch(/^Usage:/);
  for (const args of [['vrify'], ['backup'], ['verify', 'x'], ['verify', '--dta', 'x']]) {
    expect((await rollcall(...args)).code).toBe(1);
  }
  const nowhere = join(await temporaryFolder(), 'nowhere');
  expect(await rollcall('verify', '--data', nowhere)).toEqual({
    code: 1,
    said: `rollcall: There is no Rollcall store in ${nowhere}. Nothing was changed.\n`,
  });
  const inFile = join(await temporaryFolder(), 'file');
  await writeFile(inFile, '');
  const noFolder = await rollcall('restore', await emptyBackup(), '--data', join(inFile, 'x'));
  expect(noFolder).toEqual({
    code: 1,
    said: expect.stringMatching(/^rollcall: [^\n]*ENOTDIR[^\n]*\n$/) as string,
  });
  const file = join(await temporaryFolder(), 'no.backup');
  await writeFile(file, 'something else');
  expect((await rollcall('restore', file, '--data', nowhere)).said).toMatch(
    /is no Rollcall backup|ends too early/,
  );
}, 30_000);
