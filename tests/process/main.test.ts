// The built server as an operator meets it: a process with exit codes, one sentence when it cannot start, and
// a folder it never harms. `npm test` builds it first.
import { spawn, type ChildProcess } from 'node:child_process';
import { cp, mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import WebSocket from 'ws';
import { removableFolder } from '../support/folders.ts';

interface Running {
  child: ChildProcess;
  origin: string;
  stderr(): string;
  stdout(): string;
  exit: Promise<number | null>;
}

const undo: (() => unknown)[] = [];
afterEach(async () => {
  for (const run of undo.splice(0).reverse()) await run();
});

async function folder(): Promise<string> {
  const { folder, remove } = await removableFolder();
  undo.push(remove);
  return folder;
}

function launch(dataDir: string, environment: Record<string, string> = {}) {
  const child = spawn(process.execPath, ['build/main.js'], {
    env: { PATH: process.env.PATH, PORT: '0', HOST: '127.0.0.1', DATA_DIR: dataDir, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stderr = '';
  let stdout = '';
  child.stderr.on('data', (chunk: Buffer) => (stderr += String(chunk)));
  child.stdout.on('data', (chunk: Buffer) => (stdout += String(chunk)));
  const exit = new Promise<number | null>((resolve) => child.once('close', resolve));
  undo.push(async () => {
    child.kill('SIGKILL');
    await exit;
  });
  return { child, exit, stderr: () => stderr, stdout: () => stdout };
}

async function start(dataDir: string, environment: Record<string, string> = {}): Promise<Running> {
  const running = launch(dataDir, environment);
  const origin = await new Promise<string>((resolve, reject) => {
    running.child.stderr.on('data', () => {
      const found = /on (http:\S+)/.exec(running.stderr());
      if (found) resolve(found[1]!.replace('localhost', '127.0.0.1'));
    });
    void running.exit.then(() => reject(new Error(running.stderr())));
  });
  return { ...running, origin };
}

const post = (origin: string, markdown: string) =>
  fetch(`${origin}/api/notes`, {
    method: 'POST',
    headers: { 'content-type': 'text/markdown' },
    body: markdown,
  });

it('keeps what it took over a stop and a start, and stops within five seconds while people are in', async () => {
  const data = await folder();
  const first = await start(data);
  const { id } = (await (await post(first.origin, '# Kept\n\nforever')).json()) as { id: string };
  const socket = new WebSocket(`${first.origin.replace('http', 'ws')}/collab/${id}`);
  const closed = new Promise<number>((resolve) => socket.once('close', resolve));
  await new Promise((resolve) => socket.once('message', resolve));
  const before = performance.now();
  first.child.kill('SIGTERM');
  expect(await first.exit).toBe(0);
  expect(performance.now() - before).toBeLessThan(5_000);
  expect(await closed).toBe(1012);

  const second = await start(data);
  expect(await (await fetch(`${second.origin}/n/${id}.md`)).text()).toContain('forever');
  expect((await fetch(`${second.origin}/healthz`)).status).toBe(200);
}, 20_000);

it('leaves a folder that another process has open alone, exits 75 and says so', async () => {
  const data = await folder();
  const first = await start(data);
  const second = launch(data);
  expect(await second.exit).toBe(75);
  expect(second.stderr()).toMatch(/^rollcall: .*\.\n$/);
  expect(second.stderr()).toContain(String(first.child.pid));
  expect((await post(first.origin, '# Still mine')).status).toBe(201);
}, 20_000);

it('does not make a new store where one should be', async () => {
  const data = await folder();
  const first = await start(data);
  await post(first.origin, '# Precious');
  first.child.kill('SIGTERM');
  await first.exit;
  await rm(join(data, 'store', 'CURRENT'));
  const before = await readdir(join(data, 'store'));
  const second = launch(data);
  expect(await second.exit).toBe(1);
  expect(second.stderr()).toMatch(/^rollcall: .*store.*\.\n$/);
  expect((await readdir(join(data, 'store'))).sort()).toEqual(before.sort());
}, 20_000);

it('refuses a folder of somebody else’s, and a damaged store, in one sentence each', async () => {
  const foreign = await folder();
  await mkdir(foreign, { recursive: true });
  await writeFile(join(foreign, 'thesis.tex'), 'mine');
  const one = launch(foreign);
  expect(await one.exit).toBe(1);
  expect(one.stderr()).toMatch(/^rollcall: [^\n]+\n$/);
  expect(await readdir(foreign)).toEqual(['thesis.tex']);

  const data = await folder();
  const first = await start(data);
  first.child.kill('SIGTERM');
  await first.exit;
  const manifest = (await readdir(join(data, 'store'))).find((name) => name.startsWith('MANIFEST'))!;
  await writeFile(join(data, 'store', manifest), '');
  const two = launch(data);
  expect(await two.exit).toBe(1);
  expect(two.stderr()).toMatch(/^rollcall: [^\n]+\n$/);
}, 20_000);

it('says what is wrong with its configuration, and which port is taken', async () => {
  const wrong = launch(await folder(), { PORT: 'many' });
  expect(await wrong.exit).toBe(1);
  expect(wrong.stderr()).toBe('rollcall: PORT must be a number from 0 to 65535, not “many”.\n');

  const first = await start(await folder());
  const taken = launch(await folder(), { PORT: new URL(first.origin).port });
  expect(await taken.exit).toBe(1);
  expect(taken.stderr()).toContain('is already in use');
}, 20_000);

it('takes an empty ORIGIN for none', async () => {
  const { origin } = await start(await folder(), { ORIGIN: '' });
  expect((await fetch(origin)).status).toBe(200);
}, 20_000);

it('logs one JSON line per event, without text, names or ids that open a note', async () => {
  const server = await start(await folder());
  const { id } = (await (await post(server.origin, '# Secret plans')).json()) as { id: string };
  await fetch(`${server.origin}/n/${id}`, { headers: { accept: 'text/html' } });
  const socket = new WebSocket(`${server.origin.replace('http', 'ws')}/collab/${id}`);
  await new Promise((resolve) => socket.once('message', resolve));
  server.child.kill('SIGTERM');
  await server.exit;
  const lines = server.stdout().trim().split('\n');
  expect(lines.map((line) => (JSON.parse(line) as { msg: string }).msg)).toEqual(
    expect.arrayContaining(['listening', 'stopping', 'stopped']),
  );
  expect(server.stdout() + server.stderr()).not.toContain(id);
  expect(server.stdout()).not.toContain('Secret');
}, 20_000);

it('opens a copy of a stopped store: that is what a backup is', async () => {
  const data = await folder();
  const first = await start(data);
  const { id } = (await (await post(first.origin, '# Backed up')).json()) as { id: string };
  first.child.kill('SIGTERM');
  await first.exit;
  const copy = await folder();
  await cp(data, copy, { recursive: true });
  const second = await start(copy);
  expect(await (await fetch(`${second.origin}/n/${id}.md`)).text()).toBe('# Backed up');
}, 20_000);
