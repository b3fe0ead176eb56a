import { readFileSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { BlockId } from '../../src/core/ids.ts';
import type { RollEntry } from '../../src/core/roll-call.ts';
import type { DocumentJson, NodeJson } from '../../src/blocks/document-json.ts';
import { textOf } from '../../src/blocks/document-json.ts';
import { MarkdownError, fromMarkdown, maxMarkdownLength, toMarkdown } from '../../src/blocks/markdown.ts';
import { writePlain } from '../../src/blocks/markdown/write.ts';
import { writtenLines } from '../../src/blocks/roll-call/lines.ts';

const read = (text: string) => fromMarkdown(text, { createId: () => 'roll-1' as BlockId });
const again = (text: string) => toMarkdown(read(text));
const golden = (name: string) => new URL(`../golden/${name}`, import.meta.url);

/** Compares with a golden file; `GOLDEN=write` makes it anew. */
function expectGolden(name: string, actual: string) {
  if (process.env.GOLDEN === 'write') writeFileSync(golden(name), actual);
  expect(actual).toBe(readFileSync(golden(name), 'utf8'));
}

const withoutDefaults = (_key: string, value: unknown) => (value === null ? undefined : value);

const text = (words: string, ...marks: string[]): NodeJson => ({
  type: 'text',
  text: words,
  ...(marks.length > 0 && { marks: marks.map((type) => ({ type })) }),
});
const paragraph = (...content: (NodeJson | string)[]): NodeJson => ({
  type: 'paragraph',
  content: content.map((node) => (typeof node === 'string' ? text(node) : node)),
});
const document = (...content: NodeJson[]): DocumentJson => ({ type: 'doc', content });
const write = (...content: NodeJson[]) => toMarkdown(document(...content));

test('the seed document becomes the golden document, and markdown to the letter as it was', () => {
  const seed = readFileSync(golden('seed-meeting.md'), 'utf8');
  const json = read(seed);
  const markdown = toMarkdown(json);
  expectGolden('seed-meeting.json', `${JSON.stringify(json, withoutDefaults, 1)}\n`);
  expect(markdown).toBe(seed);
});

test('the seed document has one roll call of six people', () => {
  const calls = read(readFileSync(golden('seed-meeting.md'), 'utf8')).content.filter(
    ({ type }) => type === 'rollCall',
  );
  expect(calls).toHaveLength(1);
  expect(writtenLines(calls[0]!)).toHaveLength(6);
});

test.each([
  '1.1 Open',
  '1) one',
  '1. one',
  '* star',
  '_snake_',
  '# no heading',
  '#hashtag',
  '$a_b$',
  '~~not struck~~',
  '[ ] no box',
  '[a](b)',
  '[x]: no definition',
  '[^1]: no footnote',
  '| a | b |',
  '<b>bold</b>',
  '<!-- comment',
  '&amp; &lt;',
  'AT&T',
  '- dash',
  '+ plus',
  '---',
  '===',
  '> quote',
  '```',
  '~~~',
  ':::info',
  'a\\*b\\',
  '![no image](x)',
  'https://example.org/a_b_c?x=1&y=*z*',
  'Setext?',
  '**',
  '{%youtube x%}',
])('the text %s comes back as that text', (words) => {
  for (const block of [
    paragraph(words),
    { type: 'heading', attrs: { level: 2 }, content: [text(words)] },
    { type: 'bulletList', content: [{ type: 'listItem', content: [paragraph(words)] }] },
    paragraph('first line', { type: 'softBreak' }, words),
  ]) {
    const [back] = read(write(block)).content;
    expect(textOf(back!)).toBe(textOf(block));
    expect(back!.type).toBe(block.type);
  }
});

test.each([
  [
    'plain punctuation is not escaped',
    'Min (he/him) said: "1 + 1 = 2", snake_case & C# are fine; see a*b - or 50%!\n',
  ],
  ['a bare address stays bare', 'See https://example.org/a_b and <mailto:a@b.org>.\n'],
  ['marks within marks', '**bold *and italic* ~~struck~~** and *italic **bold***\n'],
  ['links around code and in bold', '[**`code`**](https://a.b/c "title") [x](/here)\n'],
  ['code with backticks', '``a ` b`` and ` `` ` and `` ` ``\n'],
  ['breaks', 'one\ntwo\\\nthree\n'],
  ['headings', '# One\n\n## Two\n\n###### Six\n'],
  ['underlined headings', 'One\n===\n\nTwo\n---\n'],
  ['rules', '---\n\ntext\n\n***\n'],
  [
    'nested mixed lists',
    '1. one\n    - a\n        - b\n    - c\n2. two\n\n- bullets\n- [ ] open\n- [x] done\n',
  ],
  ['numbers that start anywhere or stand still', '3. three\n4. four\n\ntext\n\n1. one\n1. one\n'],
  ['other markers', '* star\n* star\n\n+ plus\n\n1) one\n2) two\n'],
  ['loose lists', '- one\n\n- two\n\n  more of two\n'],
  ['two lists side by side', '- one\n\n* two\n'],
  ['numbered tasks', '1. [ ] one\n2. [x] two\n'],
  ['lists in lists on one line', '- - a\n  - b\n'],
  ['empty items', '-\n- a\n- [ ]\n'],
  ['quotes', '> one\n>\n> - two\n>   > three\n'.replace('>   > three', '>\n>   > three')],
  [
    'code blocks',
    '```js=101\nlet a;\n\n  b\n```\n\n~~~\nx\n~~~\n\n````\n```\n````\n\ntext\n\n    indented\n',
  ],
  ['code in an item', '- a\n  ```js\n  let a;\n  ```\n'],
  ['tables', '| a | b \\| c |\n| :--- | ---: |\n| `x \\| y` | one<br>two |\n| | **d** |\n'],
  ['images', 'text ![alt](https://a.b/c.png "title") text\n'],
  ['HTML', '<details>\n<summary>x</summary>\n\ntext\n\n</details>\n\npress <kbd>x</kbd> now\n'],
  [
    'definitions and footnotes',
    'see [a][1] [^1]\n\n[1]: https://a.b "t"\n\n[^1]: note\n    more\n'.replace(
      '[a][1]',
      '[a](https://a.b "t")',
    ),
  ],
  ['containers', ':::info\n**x**\n\n- y\n:::\n'],
  ['front matter', '---\ntitle: x\ntags: [a]\n---\n\ntext\n'],
  ['raw nodes in containers', '> [a]: https://a.b\n>\n> :::info\n> x\n> :::\n'],
  ['tables whose rows are too long stay source', '| a |\n| --- |\n| b | c |\n'],
  [
    'addresses that may not be followed stay text',
    '[x](javascript:alert(1)) ![y](data:image/png;base64,AA)\n'.replace(
      '[x](javascript:alert(1))',
      '[x](javascript:alert)',
    ),
  ],
])('%s', (_, markdown) => {
  expect(again(markdown)).toBe(markdown);
});

test('an address that may not be followed is no link', () => {
  const json = JSON.stringify(
    read('[x](javascript:alert(1)) [y](//evil.example) <javascript:alert(1)> [z](ftp://a.b)'),
  );
  expect(json).not.toContain('"link"');
});

test('raw markdown keeps its source, and one that would swallow what follows is shown as code', () => {
  expect(read('<div>\n  *x*\n</div>').content[0]).toMatchObject({
    type: 'rawBlock',
    attrs: { kind: 'html' },
    content: [text('<div>\n  *x*\n</div>')],
  });
  const raw = { type: 'rawBlock', attrs: { kind: 'html' }, content: [text('<!-- open')] };
  expect(write(raw, paragraph('after'))).toBe('```\n<!-- open\n```\n\nafter\n');
});

const bullets = (...content: NodeJson[]) => ({
  type: 'bulletList',
  content: [{ type: 'listItem', content }],
});

test.each([
  ['in a list', (raw: NodeJson) => [bullets(raw)]],
  [
    'in a list, before something',
    (raw: NodeJson) => [bullets(raw, { type: 'heading', attrs: { level: 1 } })],
  ],
  ['in a list in a quote', (raw: NodeJson) => [{ type: 'blockquote', content: [bullets(raw)] }]],
  ['behind something', (raw: NodeJson) => [paragraph('before'), raw]],
])('front matter %s is what it says there, and stays that', (_, place) => {
  for (const source of ['---\na: b\n---', '---\na: b\n---\n', '---|x \na: b\n---', '---\na: b\n--\\ -']) {
    const raw = { type: 'rawBlock', attrs: { kind: 'front-matter' }, content: [text(source)] };
    const markdown = write(...place(raw));
    expect(again(markdown)).toBe(markdown);
    for (const line of source.trimEnd().split('\n')) expect(markdown).toContain(line.trimEnd());
  }
});

const raw = (kind: string, source: string): NodeJson => ({
  type: 'rawBlock',
  attrs: { kind },
  content: [text(source)],
});
const rule: NodeJson = { type: 'horizontalRule' };
const heading = (level: number, ...content: NodeJson[]) => ({ type: 'heading', attrs: { level }, content });

test.each<[string, NodeJson[], string]>([
  ['rules around a key', [rule, paragraph('key:'), rule], '***\n\nkey:\n\n---\n'],
  ['a rule and a key', [rule, paragraph('key:')], '---\n\nkey:\n'],
  ['front matter cut in two', [raw('front-matter', '---\nkey:'), rule], '```\n---\nkey:\n```\n\n---\n'],
  ['a container cut in two', [raw('container', ':::x'), raw('', ':::')], '```\n:::x\n```\n\n```\n:::\n```\n'],
  ['a container nobody closes', [raw('container', ':::x'), paragraph('y')], ':::x\n\ny\n'],
  [
    'an unclosed fence in a list',
    [bullets(raw('html', '```\nx')), rule],
    '- ````\n  ```\n  x\n  ````\n\n---\n',
  ],
  ['a bullet that was raw', [raw('html', '-'), bullets()], '```\n-\n```\n\n-\n'],
  [
    'display math in a heading',
    [heading(2, { type: 'rawInline', attrs: { md: '$$\nx\n$$' } })],
    '$$\nx\n$$\n---\n',
  ],
  ['and in a smaller one', [heading(3, { type: 'rawInline', attrs: { md: '$$\nx\n$$' } })], '### $$ x $$\n'],
  ['HTML of two pieces in a list', [bullets(raw('html', '<v>\n\n<v>'))], '- <v>\n\n  <v>\n'],
])('%s: nothing takes in what is around it', (_, content, markdown) => {
  const written = writePlain(document(...content));
  expect(written).toEqual({ text: markdown, isExact: true });
  expect(again(markdown)).toBe(markdown);
});

test('a link stops for what begins with a bracket', () => {
  const marks = [{ type: 'link', attrs: { href: '/u' } }];
  const note = { type: 'rawInline', attrs: { md: '[^1]' } };
  const linked = (words: string) => ({ type: 'text', text: words, marks });
  expect(write(paragraph(linked('a'), note, linked('b')))).toBe('[a](/u)[^1][b](/u)\n');
});

test('HTML at the start of a line of a heading is text when it would begin a block', () => {
  const html = { type: 'rawInline', attrs: { md: '<div>' } };
  const heading = { type: 'heading', attrs: { level: 1 }, content: [text('a'), { type: 'softBreak' }, html] };
  expect(write(heading)).toBe('a\n\\<div>\n===\n');
});

test('a heading over two lines may have bars in both, escaped ones not', () => {
  const heading = (last: string) => ({
    type: 'heading',
    attrs: { level: 2 },
    content: [text('a | b'), { type: 'softBreak' }, text(last)],
  });
  expect(write(heading('c | *d'))).toBe('a | b\nc | *d\n---\n');
  expect(write(heading('| - |'))).toBe('## a | b | - |\n');
  expect(write(heading('- | -'))).toBe('## a | b - | -\n');
});

test('marks that cross are nested, and a mark inside a word is still one', () => {
  expect(write(paragraph(text('a', 'bold'), text('b', 'bold', 'italic'), text('c', 'italic')))).toBe(
    '**&#97;_b_**_c_\n',
  );
  const odd = paragraph('a', text('"b"', 'bold'), 'c');
  expect(read(write(odd)).content[0]!.content).toEqual(odd.content);
});

test('white space at the end of a mark moves out of it', () => {
  expect(write(paragraph(text('bold ', 'bold'), 'plain'))).toBe('**bold** plain\n');
});

const decision = (attrs: Record<string, unknown>, ...content: (NodeJson | string)[]) => ({
  ...paragraph(...content),
  attrs,
});

test.each([
  [{ decision: 'proposed' }, 'Meet weekly', '**Decision:** Meet weekly'],
  [
    { decision: 'accepted', decidedBy: 'Min RK, @betatim', decidedOn: '2026-11-23' },
    'Meet weekly',
    '**Decision:** Meet weekly (accepted by Min RK, @betatim on 2026-11-23)',
  ],
  [{ decision: 'rejected', decidedOn: '2026-11-23' }, 'No', '**Decision:** No (rejected on 2026-11-23)'],
  [{ decision: 'deferred' }, 'Later (maybe)', '**Decision:** Later (maybe) (deferred)'],
  [{ decision: 'proposed' }, 'Meet (accepted)', '**Decision:** Meet (accepted) (proposed)'],
  [{ decision: 'proposed' }, 'Meet (on 2026-01-01)', '**Decision:** Meet (on 2026-01-01)'],
  [{ decision: 'accepted' }, '', '**Decision:** (accepted)'],
])('a decision %j goes out as text and comes back', (attrs, words, markdown) => {
  const made = decision({ decidedBy: null, decidedOn: null, ...attrs }, ...(words ? [words] : []));
  expect(write(made)).toBe(`${markdown}\n`);
  const [back] = read(write(made)).content;
  expect(back!.attrs).toMatchObject(made.attrs);
  expect(textOf(back!)).toBe(words);
  const item = { type: 'bulletList', content: [{ type: 'listItem', content: [made] }] };
  expect(read(write(item)).content[0]!.content![0]!.content![0]!.attrs).toMatchObject(made.attrs);
});

test.each([
  ['Decision: go', 'proposed', 'Decision: go'],
  ['**Decision**: go', 'proposed', 'Decision: go'],
  ['decision : go', 'proposed', 'decision : go'],
  ['**Decision: go**', 'proposed', 'Decision: go'],
  ['**Decision** - one more week', 'proposed', 'Decision - one more week'],
  ['*Agreed:* we go', 'accepted', 'Agreed: we go'],
  ['**Decision:** Agreed: go', 'proposed', 'Decision: Agreed: go'],
  ['Resolved: go (rejected by Min)', 'rejected', 'Resolved: go'],
  ['- Decision: go', 'proposed', 'Decision: go'],
])('%s is a decision at import and leaves as it came', (markdown, state, words) => {
  const json = read(markdown);
  const node =
    json.content[0]!.type === 'bulletList' ? json.content[0]!.content![0]!.content![0]! : json.content[0]!;
  expect([node.attrs!.decision, textOf(node)]).toEqual([state, words]);
  expect(toMarkdown(json)).toBe(markdown);
});

test('a decision in old spelling that is taken says so behind its text', () => {
  const [node] = read('Decision: go\n').content;
  expect(write({ ...node!, attrs: { ...node!.attrs, decision: 'accepted', decidedBy: 'Min' } })).toBe(
    'Decision: go (accepted by Min)\n',
  );
  expect(write({ ...node!, content: [text('go')] })).toBe('**Decision:** go\n');
});

test('a bare label makes decisions of the items below it, and an empty decision says that it is one', () => {
  const source = '- decision\n    - probably yes\n        - as Tim said\n    - go\n';
  const decisions = (json: NodeJson): string[] =>
    json.attrs?.decision ? [textOf(json)] : (json.content ?? []).flatMap(decisions);
  expect(decisions(read(source))).toEqual(['probably yes', 'go']);
  expect(again(source)).toBe(source);
  expect(JSON.stringify(read('- Agreed:\n    - go\n'))).toContain('"decision":"accepted"');
  expect(again('- Agreed:\n    - go\n')).toBe('- Agreed:\n    - go\n');
  const empty = '- **Decision:** (proposed)\n    - because\n';
  expect(decisions(read(empty))).toEqual(['']);
  expect(again(empty)).toBe(empty);
});

test.each([
  '## Decisions: go',
  'Decisions needed',
  'Decision',
  '`Decision: x`',
  '- decision yes / no',
  '- Decision: yes / no / needs more information',
])('%s is no decision', (markdown) => {
  expect(JSON.stringify(read(markdown))).not.toContain('"decision":"');
});

const action = (checked: boolean, ...content: string[]): NodeJson => ({
  type: 'bulletList',
  content: [{ type: 'listItem', attrs: { checked, action: true }, content: [paragraph(...content)] }],
});

test.each([
  [
    action(false, '@minrk @betatim write it (by 2026-12-01)'),
    '- [ ] @minrk @betatim write it (by 2026-12-01)',
  ],
  [action(true, 'ask @minrk'), '- [x] ask @minrk'],
  [action(false, 'write it'), '- [ ] **Action:** write it'],
  [action(false), '- [ ] **Action:**'],
  [action(false, '@minrk'), '- [ ] **Action:** @minrk'],
  [action(false, 'Action: old spelling'), '- [ ] Action: old spelling'],
])('an action item goes out as text and comes back', (list, markdown) => {
  expect(write(list)).toBe(`${markdown}\n`);
  const item = read(markdown).content[0]!.content![0]!;
  expect(item.attrs).toMatchObject(list.content![0]!.attrs!);
  expect(textOf(item)).toBe(textOf(list));
});

const actions = (json: NodeJson): [string, unknown][] => [
  ...(json.attrs?.action ? [[textOf(json.content![0]!), json.attrs.checked] as [string, unknown]] : []),
  ...(json.content ?? []).flatMap(actions),
];

test.each([
  ['- TODO: write it\n', ['TODO: write it']],
  ['* **TODO**: write it\n    - details\n', ['TODO: write it']],
  ['1. AI: Josh to write it\n2. talk\n', ['AI: Josh to write it']],
  ['- Action:\n    - write it\n    - send it\n', ['write it', 'send it']],
  [
    '## Attendees\n\n* Niko / @nikomatsakis\n\n## Action items\n\n- Niko to reach out\n- Nobody to care\n    - Niko: later\n- ask @tim\n\n## Next\n\n- Niko to talk\n',
    ['Niko to reach out', 'ask @tim'],
  ],
])('%j holds action items without a box, and leaves as it came', (markdown, words) => {
  const json = read(markdown);
  expect(actions(json)).toEqual(words.map((line) => [line, null]));
  expect(toMarkdown(json)).toBe(markdown);
});

test('an old action that is ticked gets its box, and one moved elsewhere says what it is', () => {
  const [list] = read('- TODO: write it\n').content;
  const [item] = list!.content!;
  const tick = (checked: boolean) =>
    write({ ...list!, content: [{ ...item!, attrs: { ...item!.attrs, checked } }] });
  expect([tick(true), tick(false)]).toEqual(['- [x] TODO: write it\n', '- [ ] TODO: write it\n']);
  expect(again(tick(true))).toBe(tick(true));
  const announced = read('- Action:\n    - write it\n').content[0]!.content![0]!.content![1]!;
  expect(write(announced)).toBe('- [ ] **Action:** write it\n');
});

test.each([
  '- [ ] write it',
  '- [x] @minrk',
  '- @minrk will write',
  '- [ ] mail a@b.org',
  '- TODO:',
  'TODO: x',
])('%s is no action item', (markdown) => {
  expect(JSON.stringify(read(markdown))).not.toContain('"action":true');
});

const entry = (name: string, affiliation: string, handle: string, signedAt: number): RollEntry => ({
  name,
  affiliation,
  handle,
  signedAt,
  addedBy: '',
});

test('signatures join the written list, in its marker, nobody twice, before the slots', () => {
  const source = 'Roll call:\n\n- Min RK / Simula / @minrk\n- Tim Head / WTT\n-\n\n## Next\n';
  const roll = new Map([
    [
      'roll-1' as BlockId,
      [
        entry('Benjamin', '', 'MinRK', 1),
        entry('tim head', 'wtt', '', 2),
        entry('Carol_W', 'Cal *Poly*', 'willingc', 3),
      ],
    ],
  ]);
  expect(toMarkdown(read(source), roll)).toBe(
    'Roll call:\n\n- Min RK / Simula / @minrk\n- Tim Head / WTT\n- Carol_W / Cal \\*Poly\\* / @willingc\n-\n\n## Next\n',
  );
  expect(toMarkdown(read(source), roll)).toBe(toMarkdown(read(toMarkdown(read(source), roll))));
});

test('signatures take the bars of a list that has bars', () => {
  const roll = new Map([['roll-1' as BlockId, [entry('Ana', 'CERN', 'ana', 1)]]]);
  const source = '## Attendees\n\n* Tim | WTT | @betatim\n  Min | Simula | @minrk\n';
  expect(writtenLines(read(source).content[1]!)).toEqual(['Tim | WTT | @betatim', 'Min | Simula | @minrk']);
  expect(toMarkdown(read(source), roll)).toBe(`${source}* Ana | CERN | @ana\n`);
});

test('people named behind a label are there, and whoever signs gets a line below', () => {
  const source = '**Present**: Josh, Niko\nRegrets: Tim\n\ntext\n';
  const json = read(source);
  expect(json.content.map(({ type }) => type)).toEqual(['rollCall', 'paragraph']);
  expect(writtenLines(json.content[0]!)).toEqual(['Present: Josh, Niko']);
  const roll = new Map([['roll-1' as BlockId, [entry('Niko', '', '', 1), entry('Tim', '', '', 2)]]]);
  expect(toMarkdown(json)).toBe(source);
  expect(toMarkdown(json, roll)).toBe('**Present**: Josh, Niko\nRegrets: Tim\n\n* Tim\n\ntext\n');
});

test('a roll call without a list gets one of its signatures', () => {
  const roll = new Map([
    ['roll-1' as BlockId, [entry('Min RK', 'Simula', 'minrk', 1), entry('Tim', '', '', 2)]],
  ]);
  const json = read('Hello. Roll call:\n\ntext\n');
  expect(json.content.map(({ type }) => type)).toEqual(['rollCall', 'paragraph']);
  expect(toMarkdown(json, roll)).toBe('Hello. Roll call:\n\n* Min RK / Simula / @minrk\n* Tim\n\ntext\n');
});

test.each([
  ['## Attendees\n\n- Min RK / Simula / @minrk\n\n## Next', ['heading', 'rollCall', 'heading']],
  ['Who is present:\n\n- Min\n- Tim Head\n', ['rollCall']],
  ['Sign in:\n\n- **name** / **institution** / **GitHub handle**\n', ['rollCall']],
  ['Batchspawner check-in\n\n- we talked about the issues that are open now\n', ['paragraph', 'bulletList']],
  [
    '## Attendance\n\n* Team members: Niko, Josh, Scott, Taylor, Felix\n* Others: Mark\n',
    ['heading', 'rollCall'],
  ],
  [
    '## Present\n\n* Ana / @ana\n\nOthers: Josh, Niko\n\n- Tim / @tim\n\n* Updates\n',
    ['heading', 'rollCall', 'bulletList'],
  ],
  ['Roll call:\n\n> name / institution / GitHub handle\n\n* Ana / CERN / @ana\n', ['rollCall']],
  ['Others present: nobody we would know of\n', ['paragraph']],
  ['Shopping\n\n- Milk\n', ['paragraph', 'bulletList']],
  ['Attendees:\n\n- [ ] @minrk write it\n', ['paragraph', 'bulletList']],
])('%j becomes %j', (markdown, types) => {
  expect(read(markdown).content.map(({ type }) => type)).toEqual(types);
});

test('text that is too long or nested too deep is refused with a sentence', () => {
  expect(() => read('x'.repeat(maxMarkdownLength + 1))).toThrow(MarkdownError);
  expect(() => read('>'.repeat(5_000))).toThrow('The markdown is nested too deeply to be read.');
  expect(() => read('- '.repeat(5_000) + 'x')).toThrow(MarkdownError);
});

test.each(['[', '*', '`', '_a_', '![', '<', '&', '\\', '| a ', '[a](', '<!--', '**a '])(
  '20 000 characters of %s are read and written',
  (piece) => {
    const source = piece.repeat(20_000 / piece.length);
    const flat = (markdown: string) => textOf(read(markdown));
    expect(flat(again(source))).toBe(flat(source));
  },
);
