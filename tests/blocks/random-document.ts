// Random documents from a seed: every node, mark and attribute, with text chosen to be taken for markdown.

import type { DocumentJson, MarkJson, NodeJson } from '../../src/blocks/document-json.ts';
import { repair } from '../../src/blocks/repair.ts';

/** Mulberry32: the same numbers from 0 to 1 for the same seed. */
export function createRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

const words = [
  'word',
  'Two words',
  'a',
  '1.1 Open',
  '1)',
  '2.',
  '10. ten',
  '*',
  '**',
  '_',
  '_snake_',
  'snake_case',
  '__x__',
  '#',
  '##',
  '# no',
  'C#',
  '$',
  '$a_b$',
  '~',
  '~~',
  '~~~',
  '[',
  ']',
  '[ ]',
  '[x]',
  '[ ] todo',
  '[a](b)',
  '[a]',
  '[^1]',
  '[a]:',
  '![',
  '!',
  '|',
  '| a | b |',
  '---',
  '===',
  '- a',
  '+ b',
  '* c',
  '-',
  '+',
  '=',
  '>',
  '> q',
  '<',
  '<b>',
  '</b>',
  '<div>',
  '<!--',
  '<https://x.y>',
  '&',
  '&amp;',
  '&copy',
  '&lt;',
  '\\',
  '\\*',
  '\\\\',
  '`',
  '``',
  '```',
  '`a`',
  'https://example.org/a_b_c?x=1&y=*',
  'http://x.y.',
  '@minrk',
  'a@b.org',
  'Decision: x',
  'Action: y',
  'roll call:',
  ':::',
  ':::info',
  '(by 2026-12-01)',
  '(accepted)',
  '(c)',
  '"quoted"',
  "it's",
  '    four',
  '\t',
  ' ',
  '  ',
  '\u00a0',
  'é',
  '漢字',
  '🎉',
  '。',
  '…',
  'x\ty',
  'a.',
  '.',
  ':',
  '==m==',
  'H~2~O',
  '{%',
  '[TOC]',
  '1\\.',
  '\u3000',
];

export function createGenerator(random: () => number) {
  const below = (n: number) => Math.floor(random() * n);
  const pick = <T>(from: readonly T[]): T => from[below(from.length)]!;
  const chance = (p: number) => random() < p;
  const many = <T>(least: number, most: number, make: () => T): T[] =>
    Array.from({ length: least + below(most - least + 1) }, make);

  const phrase = () => many(1, 4, () => pick(words)).join(chance(0.7) ? ' ' : '');
  const href = () =>
    pick([
      'https://a.b/c',
      'https://a.b/(c)',
      'https://a.b/(',
      '/path',
      '#x',
      'mailto:a@b.c',
      'https://a.b/c_d_e*f*',
      'https://a.b/?a=1&copy=2',
      'https://x.y/\\z',
      'x<y>z',
    ]);
  const title = () => (chance(0.2) ? pick(['t', 'a "b"', 'a\\b', '&amp;', 'it’s']) : null);

  const marks = (): MarkJson[] => {
    const found: MarkJson[] = [];
    for (const type of ['bold', 'italic', 'strike', 'code']) if (chance(0.18)) found.push({ type });
    for (const type of ['highlight', 'inserted']) if (chance(0.05)) found.push({ type });
    if (chance(0.12)) found.push({ type: 'link', attrs: { href: href(), title: title() } });
    return found;
  };

  const inline = (): NodeJson => {
    const kind = random();
    if (kind < 0.8) return { type: 'text', text: phrase(), marks: marks() };
    if (kind < 0.88) return { type: 'softBreak', marks: marks() };
    if (kind < 0.93) return { type: 'hardBreak' };
    if (kind < 0.97)
      return {
        type: 'image',
        attrs: { src: href(), alt: chance(0.5) ? phrase() : null, title: title() },
        marks: marks(),
      };
    return {
      type: 'rawInline',
      attrs: { md: pick(['<kbd>', '</kbd>', '<br>', '<!-- c -->', 'not html', '*a*', '<b']) },
    };
  };
  const line = () => many(0, 5, inline);
  const code = () => ({
    content: [
      {
        type: 'text',
        text: many(0, 4, () => pick(['x', '', '```', '~~~', '  y', '\tz', '- a', '`'])).join('\n'),
      },
    ],
  });

  const paragraph = (): NodeJson => ({
    type: 'paragraph',
    attrs: chance(0.15)
      ? {
          decision: pick(['proposed', 'accepted', 'rejected', 'deferred']),
          decidedBy: chance(0.5) ? pick(['Min RK', '@betatim, @minrk', 'a_b*c', 'us on 2026-01-01']) : null,
          decidedOn: chance(0.5) ? '2026-11-23' : null,
        }
      : {},
    content: line(),
  });

  const item = (depth: number): NodeJson => {
    const checked = chance(0.3) ? chance(0.5) : null;
    return {
      type: 'listItem',
      attrs: { checked, action: chance(0.3) ? true : null },
      content: chance(0.75)
        ? [paragraph(), ...(chance(0.4) ? many(0, 2, () => block(depth + 1)) : [])]
        : many(1, 3, () => block(depth + 1)),
    };
  };
  const cell = (type: string): NodeJson => ({
    type,
    attrs: { align: pick([null, null, 'left', 'center', 'right']) },
    content: many(0, 3, inline),
  });

  const block = (depth: number): NodeJson => {
    const kind = depth > 4 ? random() * 0.55 : random();
    if (kind < 0.35) return paragraph();
    if (kind < 0.43)
      return {
        type: 'heading',
        attrs: { level: 1 + below(6), setext: chance(0.2) ? '===' : null },
        content: line(),
      };
    if (kind < 0.48)
      return {
        type: 'codeBlock',
        attrs: {
          language: pick([null, 'js', 'js=101', 'a`b']),
          fence: pick([null, '~~~', '````', 'indent']),
        },
        ...code(),
      };
    if (kind < 0.51) return { type: 'horizontalRule', attrs: { rule: pick([null, '***', '- - -', '___']) } };
    if (kind < 0.55)
      return {
        type: 'rawBlock',
        attrs: { kind: pick(['html', 'definition', 'footnote', 'container', 'front-matter', 'unknown']) },
        content: [
          {
            type: 'text',
            text: pick([
              '<div>x</div>',
              '<!-- open',
              '<div>\n\nx\n\n</div>',
              '[a]: https://a.b/ref',
              '[^1]: note\n    more',
              ':::info\nx\n:::',
              '---\na: b\n---',
              'plain *text*',
              '<pre>\n\n  x</pre>',
              '```\nopen',
            ]),
          },
        ],
      };
    if (kind < 0.78)
      return {
        type: pick(['bulletList', 'bulletList', 'orderedList']),
        attrs: {
          start: pick([1, 1, 0, 3, 99]),
          marker: pick([null, '*', '+', ')']),
          loose: chance(0.3) ? true : null,
          step: chance(0.2) ? 0 : null,
        },
        content: many(1, 4, () => item(depth + 1)),
      };
    if (kind < 0.86) return { type: 'blockquote', content: many(0, 3, () => block(depth + 1)) };
    if (kind < 0.93)
      return {
        type: 'table',
        content: many(1, 3, () => 0).map((_, i) => ({
          type: 'tableRow',
          content: many(1, 3, () => cell(i === 0 ? 'tableHeader' : 'tableCell')),
        })),
      };
    return { type: 'rollCall', attrs: { id: `r${below(5)}` }, content: many(0, 3, () => block(depth + 1)) };
  };

  return {
    document: (): DocumentJson => repair({ type: 'doc', content: many(0, 6, () => block(0)) }),
    line,
    pick,
    below,
  };
}
