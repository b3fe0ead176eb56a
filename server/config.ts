// Environment -> Config, or a sentence that says what is wrong with it. The README lists every variable.
import { resolve } from 'node:path';

export interface Config {
  readonly port: number;
  readonly host: string;
  /** Absolute path of the one folder everything is kept in. */
  readonly dataDir: string;
  /** `https://notes.example.org`: what people type. Null: whatever Host they asked for, over http. */
  readonly origin: string | null;
  readonly logLevel: string;
  /** Room on the disk that is held back for opening the store when there is none left. 0: none, and no watching. */
  readonly ballastBytes: number;
  /** Largest text taken by import and the API. */
  readonly maxImportBytes: number;
  /** Largest request body that is read at all. */
  readonly maxBodyBytes: number;
}

export class ConfigError extends Error {
  override name = 'ConfigError';
}

const units = { K: 2 ** 10, M: 2 ** 20, G: 2 ** 30 };
const megabyte = units.M;

const logLevels = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'];

/** Throws ConfigError with one sentence naming the variable. Unknown variables are ignored: the environment is shared. */
export function readConfig(environment: Record<string, string | undefined>): Config {
  const { PORT = '3000', HOST = '0.0.0.0', DATA_DIR = './data', ORIGIN, LOG_LEVEL = 'info' } = environment;
  const { BALLAST_MB = '16', BODY_SIZE_LIMIT = '8M' } = environment;
  const port = Number(PORT);
  if (!/^\d+$/.test(PORT) || port > 65_535) {
    throw new ConfigError(`PORT must be a number from 0 to 65535, not “${PORT}”.`);
  }
  for (const [name, value] of Object.entries({ HOST, DATA_DIR })) {
    if (value.trim() === '')
      throw new ConfigError(`${name} must not be empty; leave it out for its default.`);
  }
  if (!logLevels.includes(LOG_LEVEL)) {
    throw new ConfigError(`LOG_LEVEL must be one of ${logLevels.join(', ')}, not “${LOG_LEVEL}”.`);
  }
  if (!/^\d{1,6}$/.test(BALLAST_MB)) {
    throw new ConfigError(`BALLAST_MB must be a whole number of megabytes, not “${BALLAST_MB}”.`);
  }
  const [, body = '', unit = ''] = /^([1-9]\d{0,14})([KMG]?)$/i.exec(BODY_SIZE_LIMIT) ?? [];
  if (body === '') {
    throw new ConfigError(
      `BODY_SIZE_LIMIT must be a whole number of bytes, or one with K, M or G, not “${BODY_SIZE_LIMIT}”.`,
    );
  }
  return Object.freeze({
    port,
    host: HOST,
    dataDir: resolve(DATA_DIR),
    origin: ORIGIN ? readOrigin(ORIGIN) : null,
    logLevel: LOG_LEVEL,
    ballastBytes: Number(BALLAST_MB) * megabyte,
    maxImportBytes: 2 * megabyte,
    maxBodyBytes: Number(body) * (units[unit.toUpperCase() as keyof typeof units] ?? 1),
  });
}

function readOrigin(text: string): string {
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    throw new ConfigError(`ORIGIN must be a web address like https://notes.example.org, not “${text}”.`);
  }
  if (!/^https?:$/.test(url.protocol) || url.pathname !== '/' || url.search || url.hash) {
    throw new ConfigError(
      `ORIGIN must be only scheme, host and port, like https://notes.example.org, not “${text}”.`,
    );
  }
  return url.origin;
}
