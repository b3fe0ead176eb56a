import { expect, test } from 'vitest';
import { coerceAttributes, rulesOf, toUrl } from '../../src/blocks/attributes.ts';
import { toHtml } from '../../src/blocks/html.ts';
import { toMarkdown } from '../../src/blocks/markdown.ts';
import { repair } from '../../src/blocks/repair.ts';
import { schema } from '../../src/blocks/schema.ts';

const hostile: unknown[] = [
  undefined,
  null,
  true,
  0,
  -1,
  1.5,
  NaN,
  Infinity,
  1e9,
  '',
  'javascript:alert(1)',
  ' JaVaScRiPt:alert(1)',
  'java\tscript:alert(1)',
  '\u0001javascript:alert(1)',
  'data:text/html,<script>alert(1)</script>',
  'vbscript:x',
  'file:///etc/passwd',
  '//evil.example/x',
  '\\\\evil.example',
  '/\\evil.example',
  'https:evil.example',
  '"><script>alert(1)</script>',
  '`\n\n<script>alert(1)</script>',
  'x'.repeat(200_000),
  [],
  ['https://a.b'],
  {},
  { toString: () => 'javascript:alert(1)' },
  new Uint8Array(3),
  { __proto__: { href: 'javascript:alert(1)' } },
];
const types = [...Object.values(schema.nodes), ...Object.values(schema.marks)];
const attributes = types.flatMap(({ name }) => Object.keys(rulesOf(name)).map((key) => [name, key] as const));

/** A document in which the node or mark called `name` has the attribute. */
function around(name: string, attrs: Record<string, unknown>): unknown {
  if (schema.marks[name])
    return {
      type: 'doc',
      content: [
        { type: 'paragraph', content: [{ type: 'text', text: 't', marks: [{ type: name, attrs }] }] },
      ],
    };
  const node = { type: name, attrs, content: [{ type: 'text', text: 't' }] };
  const parents: Record<string, string> = {
    listItem: 'bulletList',
    tableCell: 'tableRow',
    tableHeader: 'tableRow',
    image: 'paragraph',
    rawInline: 'paragraph',
  };
  const parent = parents[name];
  const inner = parent ? { type: parent, content: [node] } : node;
  return { type: 'doc', content: [parent === 'tableRow' ? { type: 'table', content: [inner] } : inner] };
}

test.each(attributes)('no value of %s.%s throws or gets through as script', (name, key) => {
  for (const value of hostile) {
    const coerced = coerceAttributes(name, { [key]: value })[key];
    expect(['string', 'number', 'boolean'].includes(typeof coerced) || coerced === null).toBe(true);
    const document = around(name, { [key]: value });
    expect(() => schema.nodeFromJSON(repair(document)).check()).not.toThrow();
    const html = toHtml(document);
    expect(html).not.toMatch(/(href|src)="\s*(?!https?:\/\/|mailto:)[^"/?#]*:/i);
    expect(html).not.toMatch(/(href|src)="[/\\]{2}/);
    expect(html).not.toContain('<script');
    const markdown = toMarkdown(document);
    expect(markdown).not.toMatch(/\]\(<?\s*(javascript|data|vbscript|file):/i);
  }
});

test.each([null, undefined, 7, 'x', [], Object.create(null)])(
  'attributes that are no object (%j) are the defaults',
  (attrs) => {
    expect(coerceAttributes('link', attrs)).toEqual({
      href: null,
      title: null,
      form: null,
      ref: null,
      nesting: null,
    });
  },
);

test('attributes are taken from the object itself and not from its prototype', () => {
  const attrs = Object.create({ href: 'https://a.b' }) as object;
  expect(coerceAttributes('link', attrs).href).toBe(null);
  expect(coerceAttributes('constructor', { x: 1 })).toEqual({});
});

test.each([
  'https://a.b/c?d#e',
  'HTTP://a.b',
  'mailto:a@b.org',
  '/n/abc',
  '#part',
  '?q=1',
  'notes/today.md',
  'a/b:c',
])('a link may go to %s', (url) => expect(toUrl(url, 'link')).toBe(url));

test('an image may not have a mailto address', () => {
  expect(toUrl('mailto:a@b.org', 'image')).toBe(null);
  expect(toUrl('/x.png', 'image')).toBe('/x.png');
});
