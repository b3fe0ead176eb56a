// The composition root in production: config -> storage -> services -> http, and the signals that end it.
import { setTimeout as delay } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import type { Server } from 'node:http';
import { ConfigError, readConfig, type Config } from './config.ts';
import { openControl } from './control.ts';
import { createHttpServer } from './http.ts';
import { createLogger } from './log.ts';
import { createOffload } from './offload/offload.ts';
import { createServices, schedule } from './services.ts';
import { openLasting } from './storage/lasting.ts';
import { openSpace } from './storage/space.ts';
import { openLevelStorage } from './storage/leveldb.ts';
import { StorageError, type Storage } from './storage/storage.ts';

/**
 * How much larger, in percent, the heap's old part may become before all of it is collected. V8 would let it grow
 * several times over while many rooms open at once, and what it has taken it keeps: a third of a room's memory.
 */
const heapGrowth = 20;
/** sysexits.h EX_TEMPFAIL: trying again later may help. */
const exitBusy = 75;
/** A stop that takes longer than this is no longer graceful. */
const stopLimitMs = 4_500;

function fail(message: string, code: number): never {
  process.stderr.write(`rollcall: ${message}\n`);
  process.exit(code);
}

function config(): Config {
  try {
    return readConfig(process.env);
  } catch (error) {
    if (error instanceof ConfigError) fail(error.message, 1);
    throw error;
  }
}

async function open({ dataDir, ballastBytes }: Config) {
  const cutShort = (bytes: number) => log.warn({ bytes }, 'the last write before a crash was half done');
  const openStore = (): Promise<Storage> =>
    openLevelStorage(dataDir, { create: 'if-folder-is-new', cutShort });
  try {
    const space = await openSpace({ folder: dataDir, ballastBytes, schedule });
    return await openLasting(openStore, space);
  } catch (error) {
    if (error instanceof StorageError) fail(error.message, error.code === 'busy' ? exitBusy : 1);
    throw error;
  }
}

function listen(server: Server, { port, host }: Config): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
}

setFlagsFromString(`--heap-growing-percent=${heapGrowth}`);
const settings = config();
const log = createLogger(settings.logLevel);
const storage = await open(settings);
const offload = createOffload(new URL('./offload-thread.js', import.meta.url), schedule);
const services = createServices(settings, storage, log, offload);
const control = await openControl(settings.dataDir, storage, { now: () => Date.now() }, log);

// Kit's handler reads these while it is imported.
process.env.PROTOCOL_HEADER ??= 'x-forwarded-proto';
process.env.BODY_SIZE_LIMIT = String(settings.maxBodyBytes);
if (settings.origin === null) delete process.env.ORIGIN;
else process.env.ORIGIN = settings.origin;
const handlerFile = './handler.js';
const { handler } = (await import(/* @vite-ignore */ handlerFile)) as { handler: never };

const server = createHttpServer(services, handler);
try {
  await listen(server, settings);
} catch (error) {
  await control.close();
  await services.close();
  const { code } = error as NodeJS.ErrnoException;
  if (code === 'EADDRINUSE') fail(`port ${settings.port} is already in use; set PORT to another one.`, 1);
  fail(`cannot listen on ${settings.host}:${settings.port}: ${(error as Error).message}`, 1);
}
const address = server.address();
const port = typeof address === 'object' && address ? address.port : settings.port;
log.info({ port, origin: settings.origin }, 'listening');
process.stderr.write(`Rollcall is on ${settings.origin ?? `http://localhost:${port}`}\n`);

let stopping = false;
async function stop(reason: string): Promise<void> {
  if (stopping) return;
  stopping = true;
  log.info({ reason }, 'stopping');
  const limit = delay(stopLimitMs, 'late' as const, { ref: false });
  server.close();
  server.closeIdleConnections();
  await control.close();
  const ended = await Promise.race([services.close().then(() => 'closed' as const), limit]);
  log.info({ ended }, 'stopped');
  process.exit(ended === 'closed' ? 0 : 1);
}
process.on('SIGTERM', () => void stop('SIGTERM'));
process.on('SIGINT', () => void stop('SIGINT'));

// Under `npm start` a signal reaches npm, not us: when npm is gone, so are we, and the store's lock with us.
if (process.env.npm_lifecycle_event) {
  const parent = process.ppid;
  setInterval(() => {
    if (process.ppid !== parent) void stop('npm ended');
  }, 500).unref();
}
