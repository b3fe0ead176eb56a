import { expect, test } from 'vitest';
import { rulesOf } from '../../src/blocks/attributes.ts';
import { schema } from '../../src/blocks/schema.ts';

const types = [...Object.values(schema.nodes), ...Object.values(schema.marks)];

test('the schema builds without a DOM and has the agreed names', () => {
  expect(Object.keys(schema.nodes).sort()).toEqual([
    'blockquote',
    'bulletList',
    'codeBlock',
    'doc',
    'hardBreak',
    'heading',
    'horizontalRule',
    'image',
    'listItem',
    'orderedList',
    'paragraph',
    'rawBlock',
    'rawInline',
    'rollCall',
    'softBreak',
    'table',
    'tableCell',
    'tableHeader',
    'tableRow',
    'text',
  ]);
  expect(Object.keys(schema.marks).sort()).toEqual([
    'bold',
    'code',
    'highlight',
    'inserted',
    'italic',
    'link',
    'strike',
  ]);
});

test.each(types.map((type) => [type.name, type] as const))(
  '%s has exactly the attributes of the attribute table',
  (name, type) => {
    const defaults = Object.entries(type.spec.attrs ?? {}).map(([key, spec]) => [key, spec.default]);
    expect(Object.fromEntries(defaults)).toEqual(
      Object.fromEntries(Object.entries(rulesOf(name)).map(([key, rule]) => [key, rule.default])),
    );
  },
);

test('a list item may hold any block first, a roll call may be empty, code may be bold', () => {
  const item = schema.node('listItem', null, [schema.node('codeBlock')]);
  expect(() => item.check()).not.toThrow();
  expect(() => schema.node('rollCall', { id: 'a' }).check()).not.toThrow();
  const both = schema.text('x', [schema.mark('code'), schema.mark('bold')]);
  expect(both.marks.map((mark) => mark.type.name).sort()).toEqual(['bold', 'code']);
});
