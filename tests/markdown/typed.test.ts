// Text that looks like syntax and was typed as text is text to both judges: each shows just the words. Quotes, dashes
// and dots are left to HackMD to set as it likes.
import { expect, test } from 'vitest';
import { toMarkdown } from '../../src/blocks/markdown.ts';
import { github, hackmd } from './judges.ts';

const typed = [
  '1.1 Open',
  '1. one',
  '2) two',
  '* star * and *more*',
  '**bold**',
  '_snake_case_ and snake_case',
  '__init__',
  '# heading',
  '#hashtag C#',
  '$a_b$ costs $5',
  '$$x$$',
  'H~2~O and ~~gone~~ ~a b~',
  '[ ] box',
  '[x] done',
  '[a](b) and [c][d]',
  '| a | b |',
  '<b>bold</b> 1 < 2',
  '<!-- hidden -->',
  '&amp; AT&T &copy; 1 & 2',
  '> quote',
  '- dash',
  '+ plus',
  '- - -',
  '===',
  '```code```',
  '`code`',
  '~~~',
  ':::info',
  ':::',
  '==marked== a == b',
  '++put in++ C++ i++',
  'x^2^ and x^2',
  '^[note]',
  '[^1]',
  '[^1]: note',
  '[a]: b',
  '*[HTML]: word',
  '![image](c)',
  '(c) (R) (tm)',
  '\\* back\\slash \\',
  '    far in',
];

const wordsOf = (tree: string) =>
  tree
    .split('\n')
    .filter((line) => /^\s*"/.test(line))
    .map((line) => line.trim().slice(1))
    .join('')
    .replace(/\s+/g, '');

test.each(typed)('%s', (text) => {
  const paragraph = (words: string) => ({ type: 'paragraph', content: [{ type: 'text', text: words }] });
  for (const words of [text, `first ${text} last`]) {
    const markdown = toMarkdown({ type: 'doc', content: [paragraph(words), paragraph('after')] });
    for (const judge of [github, hackmd])
      expect(wordsOf(judge(markdown)), markdown).toBe(`${words}after`.replace(/\s+/g, ''));
  }
});

test.each([
  ['1.1 Open', '1.1 Open'],
  [
    'snake_case & C# cost $5, 1 + 1 = 2 > 1; a*b i++ x^2',
    'snake_case & C# cost $5, 1 + 1 = 2 > 1; a*b i++ x^2',
  ],
  ['https://a.b/c_d_e', 'https://a.b/c_d_e'],
  ['*', '\\*'],
  ['_snake_', '\\_snake\\_'],
])('%s is escaped no more than needed', (words, markdown) => {
  const json = { type: 'doc', content: [{ type: 'paragraph', content: [{ type: 'text', text: words }] }] };
  expect(toMarkdown(json)).toBe(`${markdown}\n`);
});

test('the judges are heard: what is not escaped is not shown as typed', () => {
  expect(wordsOf(github('**bold**'))).toBe('bold');
});
