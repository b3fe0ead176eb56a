// Runs TypeScript of this folder in plain Node: through Vite, which the build needs anyway.
import { join } from 'node:path';
import { runnerImport } from 'vite';

const root = join(import.meta.dirname, '../..');

/** The exports of a module beside this one. Vite's own words go to stderr, never to stdout. */
export async function load(file) {
  const { module } = await runnerImport(join(import.meta.dirname, file), {
    root,
    configFile: false,
    logLevel: 'warn',
  });
  return module;
}

/** @returns {never} */
export function fail(message) {
  process.stderr.write(`markdown: ${message}\n`);
  process.exit(1);
}
