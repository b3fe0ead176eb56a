import { expect, test } from 'vitest';
import * as Y from 'yjs';
import {
  readDocument,
  readRoll,
  readSummary,
  summaryOf,
  titleOf,
  writeDocument,
} from '../../src/blocks/document.ts';
import { fromMarkdown } from '../../src/blocks/markdown.ts';
import { schema } from '../../src/blocks/schema.ts';
import type { BlockId } from '../../src/core/ids.ts';
import { createGenerator, createRandom } from './random-document.ts';

const paragraph = (text: string) => ({ type: 'paragraph', content: [{ type: 'text', text }] });

const element = (name: string, ...content: (Y.XmlElement | Y.XmlText)[]) => {
  const made = new Y.XmlElement(name);
  made.insert(0, content);
  return made;
};

const check = (document: Y.Doc) => {
  const json = readDocument(document);
  expect(() => schema.nodeFromJSON(json).check()).not.toThrow();
  return json;
};

test('what is written is read back, with its marks and attributes', () => {
  const document = new Y.Doc();
  const bold = { type: 'text', text: 'bold', marks: [{ type: 'bold' }] };
  const link = {
    type: 'text',
    text: 'l',
    marks: [{ type: 'link', attrs: { href: 'https://a.b', title: null } }],
  };
  writeDocument(document, {
    type: 'doc',
    content: [
      { type: 'heading', attrs: { level: 2 }, content: [bold, { type: 'text', text: ' x ' }, link] },
      { type: 'rollCall', attrs: { id: 'abc' }, content: [paragraph('Roll call:')] },
    ],
  });
  const json = check(document);
  expect(json.content[0]).toMatchObject({
    type: 'heading',
    attrs: { level: 2 },
    content: [bold, { type: 'text', text: ' x ' }, link],
  });
  expect(json.content[1]).toMatchObject({ type: 'rollCall', attrs: { id: 'abc' } });
});

test('reading changes nothing in the Y.Doc, whatever is in it', () => {
  const document = new Y.Doc();
  const fragment = document.getXmlFragment('default');
  const marked = new Y.XmlText();
  const poll = element('poll');
  fragment.insert(0, [
    element('wrapper', element('paragraph', new Y.XmlText('kept one'))),
    element('bulletList', element('paragraph', new Y.XmlText('kept two'))),
    element('bulletList'),
    element(
      'paragraph',
      element('table', element('tableRow', element('tableCell', new Y.XmlText('kept three')))),
    ),
    element('codeBlock', element('paragraph', new Y.XmlText('kept four'))),
    element('tableCell', new Y.XmlText('kept five')),
    element('paragraph', marked),
    poll,
  ]);
  marked.insert(0, 'kept six', { comment: { id: 1 }, 'bold--AAAAAAAA': {} });
  poll.setAttribute('question', 'kept seven?');
  const before = Y.encodeStateAsUpdate(document);
  const text = JSON.stringify(check(document));
  expect(Y.encodeStateAsUpdate(document)).toEqual(before);
  for (const word of ['one', 'two', 'three', 'four', 'five', 'six', 'seven'])
    expect(text).toContain(`kept ${word}`);
  expect(text).not.toContain('comment');
});

test('a note nested two thousand deep is read, flat, with its text', () => {
  const document = new Y.Doc();
  document.transact(() => {
    let parent: Y.XmlElement | Y.XmlFragment = document.getXmlFragment('default');
    for (let i = 0; i < 2_000; i++) {
      const child: Y.XmlElement = new Y.XmlElement('blockquote');
      parent.insert(0, [child]);
      parent = child;
    }
    parent.insert(0, [new Y.XmlText('bottom')]);
  });
  expect(JSON.stringify(check(document))).toContain('bottom');
});

test('signatures come by roll call, oldest first, and rows that are none are left out', () => {
  const document = new Y.Doc();
  const roll = document.getMap('roll');
  roll.set('a/2', { name: 'Two', affiliation: '', handle: 'two', signedAt: 2, addedBy: '' });
  roll.set('a/1', { name: 'One', affiliation: 'X', handle: '', signedAt: 3, addedBy: 'Two' });
  roll.set('b/1', { name: 'Other', signedAt: 'soon' });
  for (const [i, value] of [null, 'x', { name: '' }, { name: 7 }, []].entries()) roll.set(`a/9${i}`, value);
  roll.set('no key', { name: 'x' });
  expect([...readRoll(document)]).toEqual([
    [
      'a',
      [
        { name: 'Two', affiliation: '', handle: 'two', signedAt: 2, addedBy: '' },
        { name: 'One', affiliation: 'X', handle: '', signedAt: 3, addedBy: 'Two' },
      ],
    ],
    ['b', [{ name: 'Other', affiliation: '', handle: '', signedAt: 0, addedBy: '' }]],
  ]);
});

test('the title is the first heading with text, else the first line', () => {
  const doc = (...content: object[]) => ({ type: 'doc' as const, content: content as never });
  const heading = { type: 'heading', content: [{ type: 'text', text: ' The title ' }] };
  expect(titleOf(doc(paragraph('first'), { type: 'heading' }, heading))).toBe('The title');
  expect(titleOf(doc({ type: 'paragraph' }, paragraph('first line')))).toBe('first line');
  expect(titleOf(doc(paragraph('x'.repeat(300))))).toHaveLength(200);
  expect(
    titleOf(doc({ type: 'bulletList', content: [paragraph(''), paragraph('one'), paragraph('two')] })),
  ).toBe('one');
  expect(titleOf(doc())).toBe('');
});

test('the summary names everybody once: those on written lines and those who signed', () => {
  const document = new Y.Doc();
  const item = (text: string) => ({ type: 'listItem', content: [paragraph(text)] });
  writeDocument(document, {
    type: 'doc',
    content: [
      {
        type: 'rollCall',
        attrs: { id: 'r' },
        content: [
          paragraph('Roll call:'),
          {
            type: 'bulletList',
            content: [item('Min RK / Simula / @minrk'), item(''), item('name / affiliation / @handle')],
          },
        ],
      },
    ],
  });
  const roll = document.getMap('roll');
  roll.set('r/1', { name: 'Min', affiliation: 'Simula', handle: 'minrk', signedAt: 1, addedBy: '' });
  roll.set('r/2', { name: 'Tim Head', affiliation: '', handle: '', signedAt: 2, addedBy: '' });
  expect(summaryOf(readDocument(document), readRoll(document)).attendees).toEqual(['Min', 'Tim Head']);
  expect(readSummary(document)).toEqual({ title: 'Roll call:', attendees: ['Min', 'Tim Head'] });
});

test.each(Array.from({ length: 60 }, (_, seed) => seed))(
  'the summary read from some blocks is that of all, seed %i',
  (seed) => {
    const random = createRandom(seed);
    const document = new Y.Doc();
    const json = createGenerator(random).document();
    writeDocument(document, json);
    const fragment = document.getXmlFragment('default');
    // Headings and roll calls are rare in what is random, and stand anywhere.
    for (let n = 0; n < 4; n++) {
      const line = element('paragraph', new Y.XmlText(`Min ${n} / Simula / @min${n}`));
      const roll = element('rollCall', element('bulletList', element('listItem', line)));
      roll.setAttribute('id', `r${n}`);
      const heading = element('heading', new Y.XmlText(random() < 0.5 ? '' : `Heading ${n}`));
      const news = random() < 0.5 ? heading : random() < 0.5 ? roll : element('blockquote', roll);
      fragment.insert(Math.floor(random() * (fragment.length + 1)), [news]);
    }
    expect(readSummary(document)).toEqual(summaryOf(readDocument(document), readRoll(document)));
  },
);

test('an empty note has an empty summary', () => {
  expect(readSummary(new Y.Doc())).toEqual({ title: '', attendees: [] });
});

test('an ordinary line and list item store no attribute at all', () => {
  const document = new Y.Doc();
  writeDocument(document, {
    type: 'doc',
    content: [
      paragraph('x'),
      { type: 'bulletList', content: [{ type: 'listItem', content: [paragraph('y')] }] },
    ],
  });
  expect(document.getXmlFragment('default').toString()).toBe(
    '<paragraph>x</paragraph><bulletlist><listitem><paragraph>y</paragraph></listitem></bulletlist>',
  );
});

test('turning a line into a decision or an item into an action leaves the text node alone', () => {
  const document = new Y.Doc();
  const item = (attrs: object) => ({ type: 'listItem', attrs, content: [paragraph('write it')] });
  const list = (attrs: object) => ({ type: 'bulletList', content: [item(attrs)] });
  writeDocument(document, { type: 'doc', content: [paragraph('go'), list({})] });
  const texts = () => [
    ...document.getXmlFragment('default').createTreeWalker((type) => type instanceof Y.XmlText),
  ];
  const before = texts();
  writeDocument(document, {
    type: 'doc',
    content: [
      { ...paragraph('go'), attrs: { decision: 'accepted', decidedBy: 'Min' } },
      list({ checked: false, action: true }),
    ],
  });
  expect(texts()).toEqual(before);
  expect(texts().every((text, i) => text === before[i])).toBe(true);
  expect(readDocument(document).content[0]!.attrs).toMatchObject({ decision: 'accepted', decidedBy: 'Min' });
});

test.each([
  ['an image in a link', '[![x](https://a.b/a.png)](https://c.d/ "t")'],
  ['a break in bold', '**a\nb\\\nc**'],
  ['source in emphasis', '*a <kbd>x</kbd> b*'],
])('%s comes back from the Y.Doc as it went in', (_, markdown) => {
  const document = new Y.Doc();
  const json = fromMarkdown(markdown, { createId: () => 'r' as BlockId });
  writeDocument(document, json);
  expect(check(document)).toEqual(json);
});
