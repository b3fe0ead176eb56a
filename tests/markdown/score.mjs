// npm run markdown:score -- <folder>
//
// The figures for all .md files below a folder; README.md says what they mean. Prints and judges nothing.
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { parseArgs } from 'node:util';
import { fail, load } from './load.mjs';

const { positionals } = parseArgs({ allowPositionals: true });
const [folder] = positionals;
if (!folder || positionals.length > 1) fail('say one folder: npm run markdown:score -- <folder>');

const paths = readdirSync(folder, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile() && entry.name.endsWith('.md'))
  .map((entry) => join(entry.parentPath ?? entry.path, entry.name))
  .sort();
if (paths.length === 0) fail(`${folder} has no .md files.`);

const { score } = await load('score.ts');
const files = paths.map((path) => ({ name: relative(folder, path), text: readFileSync(path, 'utf8') }));
process.stdout.write(score(files));
