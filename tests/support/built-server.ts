// The built server as a process, and the operator's commands beside it. `npm test` builds both first.
import { spawn, type ChildProcess } from 'node:child_process';
import { onTestFinished } from 'vitest';

export interface Running {
  child: ChildProcess;
  /** `http://127.0.0.1:<port>` */
  origin: string;
  port: number;
  exit: Promise<number | null>;
}

/** Starts it on `dataDir` and waits until it listens. Killed when the test is over. */
export async function startServer(
  dataDir: string,
  environment: Record<string, string> = {},
): Promise<Running> {
  const child = spawn(process.execPath, ['build/main.js'], {
    env: { PATH: process.env.PATH, PORT: '0', HOST: '127.0.0.1', DATA_DIR: dataDir, ...environment },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const exit = new Promise<number | null>((resolve) => child.once('close', resolve));
  onTestFinished(async () => {
    child.kill('SIGKILL');
    await exit;
  });
  let said = '';
  const port = await new Promise<number>((resolve, reject) => {
    child.stderr.on('data', (text: Buffer) => {
      said += String(text);
      const found = /on http:\S+:(\d+)/.exec(said);
      if (found) resolve(Number(found[1]));
    });
    void exit.then(() => reject(new Error(said)));
  });
  return { child, origin: `http://127.0.0.1:${port}`, port, exit };
}

/** Runs a command to its end. */
export async function rollcall(...args: string[]): Promise<{ code: number | null; said: string }> {
  const child = spawn(process.execPath, ['build/cli.js', ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  child.stdout.on('data', (text: Buffer) => (said += String(text)));
  child.stderr.on('data', (text: Buffer) => (said += String(text)));
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  return { code, said };
}

/** Makes a note of a text; gives its id. */
export async function importNote(origin: string, markdown: string): Promise<string> {
  const headers = { 'content-type': 'text/markdown' };
  const answer = await fetch(`${origin}/api/notes`, { method: 'POST', headers, body: markdown });
  return ((await answer.json()) as { id: string }).id;
}
