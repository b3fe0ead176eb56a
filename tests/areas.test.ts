// Who may import whom. This test is the architecture: it reads every import of src/ and server/ and names the
// file and line of each that its area may not have.
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import { describe, expect, it } from 'vitest';

interface Area {
  name: string;
  /** The first area whose pattern fits a file is the file's. */
  files: RegExp;
  /** What its files may import: paths below the project, or package names. */
  may: RegExp[];
  /** What they may import as types only. */
  types?: RegExp[];
}

const core = /^src\/core\//;
const blocks = /^src\/blocks\//;
const kit = /^(\$app|\$lib|\$service-worker|\.\/\$types|@sveltejs\/kit|svelte)(\/|$)/;
const node = /^node:/;
const yjs = /^(yjs|y-protocols|lib0)(\/|$)/;
const tiptap = /^@tiptap\//;

const areas: Area[] = [
  { name: 'core', files: /^src\/core\//, may: [core] },
  {
    name: 'blocks: faces',
    files: /^src\/blocks\/(.*\.svelte|views\.ts|face\.ts|.*\.svelte\.ts)$/,
    may: [core, blocks, tiptap, /^svelte(\/|$)/, /^@lucide\//],
  },
  {
    name: 'blocks: document',
    files: /^src\/blocks\/(document|line-text)\.ts$/,
    may: [core, blocks, tiptap, yjs, /^y-prosemirror$/],
  },
  {
    name: 'blocks',
    files: /^src\/blocks\//,
    may: [core, /^src\/blocks\/(?!views|document\.ts|line-text\.ts|face|.*\.svelte)/, tiptap, /^markdown-it/],
  },
  {
    name: 'service worker',
    files: /^src\/service-worker\.ts$/,
    may: [kit, /^src\/lib\/offline-rules\.ts$/],
  },
  {
    name: 'lib',
    files: /^src\/lib\//,
    may: [
      core,
      blocks,
      /^src\/lib\//,
      kit,
      yjs,
      tiptap,
      /^(y-websocket|y-indexeddb|y-prosemirror|prosemirror-search|bits-ui)$/,
      /^@lucide\//,
    ],
  },
  {
    name: 'pages on the server',
    files:
      /^src\/(hooks\.server\.ts|app\.d\.ts|routes\/.*\+(server|page\.server|layout\.server)\.ts|routes\/.*\/roll\.ts)$/,
    may: [core, /^src\/blocks\/(schema|markdown|document)\.ts$/, kit, /^src\/routes\//, /^server\/dev\.ts$/],
    types: [/^server\//, node],
  },
  {
    name: 'pages',
    files: /^src\/routes\//,
    may: [core, blocks, /^src\/lib\//, kit, /^src\/.*\.css$/, /^@lucide\//],
  },
  {
    name: 'sync: pure',
    files: /^server\/sync\/(?!upgrade|peer-socket|frames)/,
    may: [core, yjs, /^server\/sync\/(?!upgrade|peer-socket|frames)/, /^server\/storage\/(?!leveldb)/],
    types: [/^server\/log\.ts$/],
  },
  {
    name: 'server',
    files: /^server\/.*\.ts$/,
    may: [
      core,
      /^src\/blocks\/(schema|markdown|document|document-json|attributes|html|template)\.ts$/,
      /^server\//,
      node,
      yjs,
      /^(ws|leveldown|pino)$/,
    ],
    types: [tiptap, /^vite$/],
  },
  {
    name: 'build',
    files: /^server\/.*\.(js|mjs)$/,
    may: [node, /^(vite|@sveltejs\/adapter-node)$/, /^server\/chromium\.mjs$/],
  },
];

interface Import {
  file: string;
  line: number;
  target: string;
  typeOnly: boolean;
}

function filesBelow(folder: string): string[] {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    if (statSync(path).isDirectory()) return filesBelow(path);
    return /\.(ts|js|mjs|svelte)$/.test(name) ? [path.replaceAll('\\', '/')] : [];
  });
}

/** Where an import leads: a path below the project, or the package's name as written. */
function resolve(file: string, specifier: string): string {
  if (specifier === './$types') return specifier;
  if (specifier.startsWith('.')) return posix.normalize(posix.join(dirname(file), specifier));
  return specifier
    .replace(/^\$core\//, 'src/core/')
    .replace(/^\$blocks\//, 'src/blocks/')
    .replace(/^\$lib\//, 'src/lib/');
}

function importsOf(file: string): Import[] {
  const text = readFileSync(file, 'utf8');
  const pattern =
    /(?:^|[\n;{(]|=>)\s*(?:(import|export)\s+(type\s)?[^'";]*?from\s*|import\s*|await import\(\s*(?:\/\*.*?\*\/\s*)?|(?:typeof )import\()['"]([^'"]+)['"]/g;
  return [...text.matchAll(pattern)].map((match) => ({
    file,
    line: text.slice(0, match.index + match[0].length).split('\n').length,
    target: resolve(file, match[3]!),
    typeOnly: match[2] !== undefined || match[0].includes('typeof import('),
  }));
}

const files = [...filesBelow('src'), ...filesBelow('server')];
const imports = files.flatMap(importsOf);

const isAllowed = (area: Area, { target, typeOnly }: Import) =>
  area.may.some((may) => may.test(target)) ||
  (typeOnly && (area.types ?? []).some((may) => may.test(target)));

/** Circles among files, each as the path that closes it. */
function circles(edges: Map<string, string[]>): string[] {
  const found: string[] = [];
  const state = new Map<string, 'open' | 'done'>();
  const visit = (file: string, path: string[]) => {
    if (state.get(file) === 'done') return;
    if (state.get(file) === 'open') {
      found.push([...path.slice(path.indexOf(file)), file].join(' → '));
      return;
    }
    state.set(file, 'open');
    for (const next of edges.get(file) ?? []) visit(next, [...path, file]);
    state.set(file, 'done');
  };
  for (const file of edges.keys()) visit(file, []);
  return found;
}

describe('areas', () => {
  it('puts every file in one', () => {
    expect(files.filter((file) => !areas.some((area) => area.files.test(file)))).toEqual([]);
  });

  it.each(areas)('$name imports only what it may', (area) => {
    const own = imports.filter(({ file }) => areas.find(({ files }) => files.test(file)) === area);
    const wrong = own.filter((edge) => !isAllowed(area, edge));
    expect(wrong.map(({ file, line, target }) => `${file}:${line} imports ${target}`)).toEqual([]);
  });

  it('sees imports at all', () => {
    expect(imports.length).toBeGreaterThan(100);
    expect(
      imports.some(({ file, target }) => file === 'server/services.ts' && target === 'server/sync/rooms.ts'),
    ).toBe(true);
  });

  it('has no circles, types included', () => {
    const edges = new Map<string, string[]>();
    for (const { file, target } of imports) edges.set(file, [...(edges.get(file) ?? []), target]);
    expect(circles(edges)).toEqual([]);
  });
});
