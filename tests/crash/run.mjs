// The crash test: node tests/crash/run.mjs [rounds] [seed]. Builds the server and its murderer, then lets them meet.
// The build lies in node_modules, where the packages it does not contain are found.
import { spawn } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { build } from 'vite';

const root = join(import.meta.dirname, '../..');
const outDir = join(root, `node_modules/.crash-${process.pid}`);

await build({
  configFile: false,
  root,
  logLevel: 'error',
  build: {
    ssr: true,
    outDir,
    target: 'node20',
    minify: false,
    rollupOptions: {
      input: { server: join(root, 'tests/crash/server.ts'), rounds: join(root, 'tests/crash/rounds.ts') },
      output: { entryFileNames: '[name].js' },
    },
  },
});
const rounds = spawn(process.execPath, [join(outDir, 'rounds.js'), ...process.argv.slice(2)], {
  stdio: 'inherit',
});
rounds.on('exit', async (code) => {
  await rm(outDir, { recursive: true, force: true });
  process.exit(code ?? 1);
});
