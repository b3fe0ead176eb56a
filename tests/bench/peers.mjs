// The servers that Rollcall is measured against, installed by the bench itself into a folder of their own: they are
// none of the product's dependencies.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export const packages = {
  '@hocuspocus/extension-sqlite': '4.7.0',
  '@hocuspocus/server': '4.7.0',
  'y-leveldb': '0.1.2',
  'y-protocols': '1.0.7',
  'y-websocket': '2.1.0',
  yjs: '13.6.33',
};

/** Installs what is not there yet. Throws when that fails. @param {string} folder */
export function installPeers(folder) {
  const manifest = JSON.stringify({ name: 'bench-peers', private: true, dependencies: packages }, null, 2);
  const stamp = join(folder, '.installed');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === manifest) return;
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'package.json'), manifest);
  process.stderr.write(`bench: installs the peers into ${folder}\n`);
  const { status } = spawnSync('npm', ['install', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: folder,
    stdio: ['ignore', 'ignore', 'inherit'],
    shell: process.platform === 'win32',
  });
  if (status !== 0) throw new Error(`The peers could not be installed into ${folder}.`);
  writeFileSync(stamp, manifest);
}
