// A server under test as a process: started, measured from outside, stopped or killed. CPU time counts all of its
// threads, the kernel's work for it included; it comes from /proc, or from the process itself where there is none.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

const startLimitMs = 30_000;
const stopLimitMs = 15_000;
const hasProc = existsSync('/proc/self/stat');

export async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
}

const isListening = (port) =>
  new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.on('connect', () => resolve(true));
    socket.on('error', () => resolve(false));
    socket.on('connect', () => socket.destroy());
  });

const ticksPerSecond = () => Number(spawnSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }).stdout) || 100;

export class ServerProcess {
  #child;
  #ticksPerSecond = hasProc ? ticksPerSecond() : 0;

  constructor(child) {
    this.#child = child;
  }

  /** @param {{ args: string[], env: Record<string, string>, cwd?: string, port: number }} command what Node is to run */
  static async start({ args, env, cwd, port }) {
    const meter = hasProc ? [] : ['--import', join(import.meta.dirname, 'usage-process.mjs')];
    const { PATH, HOME, TMPDIR } = process.env;
    const child = spawn(process.execPath, [...meter, ...args], {
      cwd,
      env: { PATH, HOME, TMPDIR, NODE_ENV: 'production', ...env },
      stdio: ['ignore', 'ignore', 'pipe', ...(hasProc ? [] : ['ipc'])],
    });
    let errors = '';
    child.stderr.on('data', (text) => (errors = (errors + text).slice(-2000)));
    const server = new ServerProcess(child);
    const limit = Date.now() + startLimitMs;
    while (!(await isListening(port))) {
      if (child.exitCode !== null || Date.now() > limit) {
        throw new Error(`The server did not start (${args.join(' ')}): ${errors}`);
      }
      await delay(20);
    }
    return server;
  }

  /** What it has used since it started. @returns {Promise<{ cpuMs: number, rssBytes: number, at: number }>} */
  async usage() {
    const at = performance.now();
    if (!hasProc) {
      this.#child.send('usage');
      const [usage] = await once(this.#child, 'message');
      return { ...usage, at };
    }
    const { pid } = this.#child;
    // The name in brackets may hold anything; utime and stime are the 12th and 13th field behind it.
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1).split(' ');
    const cpuMs = ((Number(fields[11]) + Number(fields[12])) * 1000) / this.#ticksPerSecond;
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    return { cpuMs, rssBytes: Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0) * 1024, at };
  }

  /** Resolves when it has been quiet for `quietMs`, with what it had used when that began; or when time is up. */
  async settled({ quietMs = 1000, limitMs = 15_000 } = {}) {
    let since = await this.usage();
    const limit = performance.now() + limitMs;
    for (;;) {
      await delay(100);
      const usage = await this.usage();
      if (usage.cpuMs - since.cpuMs > 0.05 * (usage.at - since.at) + 10) since = usage;
      if (usage.at - since.at >= quietMs || usage.at > limit) return usage;
    }
  }

  /** Asks it to end, as an operator does, and sees to it. */
  async stop() {
    await this.#end('SIGTERM');
  }

  async kill() {
    await this.#end('SIGKILL');
  }

  async #end(signal) {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const ended = once(this.#child, 'exit');
    this.#child.kill(signal);
    const limit = setTimeout(() => this.#child.kill('SIGKILL'), stopLimitMs);
    await ended;
    clearTimeout(limit);
  }
}
