// The one place that logs: one JSON line per event on stdout, by pino.
// Never note text, names or keys. A note's id opens it, so only a short hash of it is written.
import { createHash } from 'node:crypto';
import { pino, type Logger } from 'pino';

export type { Logger };

/** `note` and `person` fields are shortened to six characters of their SHA-256, enough to follow one through a log. */
export const createLogger = (level: string): Logger =>
  pino({
    level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label) => ({ level: label }) },
    serializers: { note: shorten, person: shorten },
  });

function shorten(id: unknown): string {
  return createHash('sha256').update(String(id)).digest('hex').slice(0, 6);
}
