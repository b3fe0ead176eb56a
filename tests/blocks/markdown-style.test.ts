// How a text was spelled and laid out is kept, gives way where it would say something else, and never brings back words.
import { expect, test } from 'vitest';
import type { NodeJson } from '../../src/blocks/document-json.ts';
import { fromMarkdown, toMarkdown, withoutSource } from '../../src/blocks/markdown.ts';
import type { BlockId } from '../../src/core/ids.ts';

const read = (text: string) => fromMarkdown(text, { createId: () => 'r' as BlockId });

/** The document with every text changed by `change`. */
function typeInto(node: NodeJson, change: (text: string) => string): NodeJson {
  if (node.type === 'text') return { ...node, text: change(node.text!) };
  return { ...node, ...(node.content && { content: node.content.map((child) => typeInto(child, change)) }) };
}

const odd: [string, string][] = [
  ['white space on empty lines and at the ends of lines', 'one \n   \n\ntwo  \nthree\n \n'],
  ['empty lines at either end, or no last line end', '\n\ntext\n\n\n'],
  ['no line end', 'text'],
  ['lines as on Windows', '# a\r\n\r\n- b\r\n  c\r\n'],
  ['indents of two, three and four', '- a\n  - b\n     - c\n\n1. d\n    - e\n        - f\n'],
  ['tabs', '-\ta\n\t- b\n\n\t\tcode\n'],
  ['space after markers', '*   a\n*  b\n*     code\n'],
  ['numbers in steps', '1. a\n1. b\n3. c\n2. d\n'],
  ['items without text', '- \n-\n-  \n- [ ] \n- [X]  a\n'],
  ['text below its marker', '-\n  a\n- \n  b\n'],
  ['quotes of any spacing', '> a\n>b\n>\n>  c\n> \n\n>>> d\n> > e\n\n>  \n\n- > >\t\n'],
  ['lines that go on further out or in', '> a\nb\n\n- c\nd\n        * e\n'],
  ['headings of every kind', 'A\n======\n\nB\n-\n\n#  C  ##\n\nD | e\nf | g\n---\n'],
  ['headings with HTML', '<b>a</b>\nb\n---\n\n<b>c</b> d\n===\n\n# <div>\n'],
  ['rules and fences', '* * *\n\n_____ \n\n~~~~ js  \na\n~~~~~\n\n```\n\n```\n'],
  ['long rules', `a\n\n${'-'.repeat(200)}\n`],
  ['tables right behind text', 'a\nb  \n| c |\n| --- |\n\n- d\n  | e |\n  | --- |\n'],
  ['rules in items', '* a\n  ***\n+ b\n\n  * * *\n- > c\n  d\n  ---\n- ***\n-\n  ---\n'],
  [
    'empty lines in lists without text',
    '- # a\n\n  # b\n\n\n- ```\n  c\n  ```\n- - d\n    - e\n\n  f\n  ---\n',
  ],
  ['emphasis', '__a__ _b_ ~c~ ***d** e* ****f**** ~~**g**~~ **~~h~~** **[i](/j)** [**k**](/l) a~~b~~~~c~~\n'],
  ['emphasis within its own kind', '**[ **0:00** ] talk** *a *b* c*\n'],
  [
    'links',
    "[a] [b][] [c][a] <https://d.e> https://f.g [https://h.i](https://h.i) [j](<k> 'l')[m](<k> 'l')\n\n[a]: /x\n[b]: /y\n",
  ],
  ['links to nowhere and around nothing', '[a]() [](b) [c](javascript:d) ![e](data:f) <ftp://g.h>\n'],
  ['images', '[![a *b*](/c.png)](/d) ![e][f] **![g](/h.png)**\n\n[f]: /i.png\n'],
  ['HTML within marks', '**<kbd>a</kbd>** [<b>c</b>](/d) *e<br>f*\n'],
  ['breaks', 'a  \nb\\\nc   \nd \ne\n'],
  ['marks over breaks', '**a\nb** [c\nd](/e) **f**\n**g**\n'],
  ['escapes and character references', 'a\\.b \\* &copy; &nbsp; \\"c\\" repr\\(C) (c) &#35;\n'],
  ['tables', '|a|b\n|:-|-:\n|`c`|  d  |\n|e|\n'],
  [
    'tables right under text',
    'a\n| b | c |\n| - | - |\n\n- d\n  | e |\n  | - |\n- f\n\ng\n| h | i |\n| - | - |\n| `j|k` | l |\n',
  ],
  ['abbreviations right under text', 'a\n*[b]: c\n'],
  [
    'tables further in',
    '| a |\n  | - |\n |b\n\n  |c|\n| - |\n  | d |\n\n1. | e |\n    | - |\n   | f |\n\n> | g |\n>| - |\n>  |h|\n',
  ],
  ['HTML that ends with what it is in', '> <!-- a\n\n- <!-- b\n- c\n'],
  [
    'HackMD',
    '==a **b**== ++c++ H~2~O x^2^ $a_b$ $5 and $6 [^1] ^[d *e*] {%youtube f_g_h %}\n\n[TOC]\n\n[^1]: note\n\n*[HTML]: Hyper\n',
  ],
  ['display math', 'a\n$$\nb_c\n  *d*\n$$\ne\n'],
];

test.each(odd)('%s come back to the letter', (_, text) => {
  expect(toMarkdown(read(text))).toBe(text);
});

test.each(odd)('%s: what is written without kept source reads and is written the same again', (_, text) => {
  const fresh = toMarkdown(withoutSource(read(text)));
  expect(toMarkdown(withoutSource(read(fresh)))).toBe(fresh);
});

test('kept source is never written for text that has changed, nor lost for the lines that have not', () => {
  const text =
    'so&nbsp;on *one\\.*  \ntwo\\. end\n\n| a\\. | b |\n| - | - |\n| c | d |\n\n```js   \ne\n`````\n';
  const json = read(text);
  expect(JSON.stringify(json)).toContain('"src"');
  const typed = typeInto(json, (words) => words.replace('end', 'end typed').replace('d', 'D'));
  const lines = toMarkdown(typed).split('\n');
  expect(lines[0]).toBe('so&nbsp;on *one\\.*  ');
  expect(lines[1]).toMatch(/^two\. enD typed$|^two\\?\. enD? typed$/i);
  expect(lines.slice(3, 6)).toEqual(['| a\\. | b |', '| - | - |', '| c | D |']);
  for (const change of [() => 'x', (words: string) => words.toUpperCase()]) {
    const changed = toMarkdown(typeInto(json, change));
    expect(changed).not.toMatch(/so|two|end/);
  }
});

test('the style of an item that was moved where it does not fit gives way', () => {
  const json = read('- a\n    - b\n\n> c\n');
  const list = json.content[0]!.content![0]!.content![1]!;
  expect(toMarkdown({ type: 'doc', content: [list] })).toBe('- b\n');
  const quote = { type: 'blockquote', content: [list] };
  expect(toMarkdown({ type: 'doc', content: [quote] })).toBe('> - b\n');
});

test('withoutSource takes the source, not the style nor an image’s address', () => {
  const json = withoutSource(read('__a\\.__ ![b](/c.png)\n   \n* d\n'));
  const kept = JSON.stringify(json);
  expect(kept).not.toContain('"src":"__a');
  expect(kept).toContain('"src":"/c.png"');
  expect(toMarkdown(json)).toBe('__a.__ ![b](/c.png)\n   \n* d\n');
});

test('a link whose definition has gone gets its address', () => {
  const json = read('[a][b]\n\n[b]: /c\n');
  expect(toMarkdown({ type: 'doc', content: [json.content[0]] })).toBe('[a](/c)\n');
});

test('text that is only white space gives no document to write', () => {
  expect(toMarkdown(read(' \n\t\n'))).toBe('');
});
