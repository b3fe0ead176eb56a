// What `npm start` and `npm test` need before they can run, in plain Node: packages, the build, a browser.
// Each step leaves a stamp of what it was made from, so a second run does nothing, and one that was
// interrupted is simply done again.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { findChromium } from './chromium.mjs';

/** Runs a command with its output shown, or ends the process with a sentence. */
function run(command, args, purpose) {
  const { status, error } = spawnSync(command, args, {
    stdio: ['ignore', 'inherit', 'inherit'],
    shell: process.platform === 'win32',
  });
  if (status !== 0) {
    console.error(
      `rollcall: could not ${purpose} (${command} ${args.join(' ')}${error ? `: ${error.message}` : ''}).`,
    );
    process.exit(1);
  }
}

/** Hash over the names and contents of files and folders. */
function fingerprint(paths) {
  const hash = createHash('sha256').update(`${process.version} ${process.platform} ${process.arch}`);
  const visit = (path) => {
    if (!existsSync(path)) return;
    if (statSync(path).isDirectory()) {
      for (const name of readdirSync(path).sort()) visit(join(path, name));
    } else {
      hash.update(path).update(readFileSync(path));
    }
  };
  paths.forEach(visit);
  return hash.digest('hex');
}

function once(stamp, made, work) {
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === made) return;
  work();
  mkdirSync(dirname(stamp), { recursive: true });
  writeFileSync(stamp, made);
}

const install = () =>
  once('node_modules/.lock-stamp', fingerprint(['package-lock.json']), () =>
    run('npm', ['ci', '--include=dev', '--no-audit', '--no-fund'], 'install the packages'),
  );

const sources = [
  'src',
  'server',
  'static',
  'package-lock.json',
  'svelte.config.js',
  'vite.config.ts',
  'tsconfig.json',
];
const build = () =>
  once('build/.source-stamp', fingerprint(sources), () =>
    run(process.execPath, ['node_modules/vite/bin/vite.js', 'build', '--logLevel', 'warn'], 'build Rollcall'),
  );

/** A Chromium for the browser tests: one that is there, else Debian's package, else Playwright's own download. */
function browser() {
  if (findChromium()) return;
  if (existsSync('/usr/bin/apt-get') && process.getuid?.() === 0) {
    run('apt-get', ['update', '-qq'], 'read the list of Debian packages');
    const chromium = 'chromium-headless-shell';
    run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', chromium], 'install Chromium');
    return;
  }
  run(process.execPath, ['node_modules/@playwright/test/cli.js', 'install', 'chromium'], 'download Chromium');
}

const [major, minor] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  console.error(`rollcall: needs Node 20.19 or newer, this is ${process.version}.`);
  process.exit(1);
}
const wanted = process.argv.slice(2);
install();
if (wanted.includes('build')) build();
if (wanted.includes('browser')) browser();
