import type { Node } from '@tiptap/pm/model';
import { EditorState, TextSelection } from '@tiptap/pm/state';
import type { DecorationSource } from '@tiptap/pm/view';
import { DecorationSet } from '@tiptap/pm/view';
import { expect, test } from 'vitest';
import { showLineMarks } from '../../src/blocks/show-line-marks.ts';
import { schema } from '../../src/blocks/schema.ts';
import { createRandom } from './random-document.ts';

const item = (text: string, attrs = { checked: false, action: true }): Node =>
  schema.node('listItem', attrs, schema.node('paragraph', null, text ? schema.text(text) : []));
const list = (...items: Node[]) => schema.node('bulletList', null, items);
const text = (words: string) => schema.node('paragraph', null, schema.text(words));
const doc = (blocks: readonly Node[]) => schema.node('doc', null, blocks);

const open = (content: Node, today: () => string = () => '2026-11-23') =>
  EditorState.create({ doc: content, plugins: [showLineMarks(today)] });

/** What is shown, as `class: text`, in order. */
function shown(state: EditorState): string[] {
  const set: DecorationSource | null | undefined = state.plugins[0]!.props.decorations?.call(
    state.plugins[0]!,
    state,
  );
  if (!(set instanceof DecorationSet)) return [];
  return set
    .find()
    .toSorted((one, other) => one.from - other.from)
    .map(({ from, to, ...rest }) => {
      const attributes = (rest as unknown as { type: { attrs: Record<string, string> } }).type.attrs;
      return `${from} ${attributes.class}: ${state.doc.textBetween(from, to)}`;
    });
}

test('marks follow the text, and are read again only where it changed', () => {
  const state = open(
    doc([list(item('@tim write (by 2026-12-01)')), text('between'), list(item('@ana read'))]),
  );
  const typed = state.apply(state.tr.insertText('now ', 3));
  expect(shown(typed)).toEqual(['7 assignee: @tim', '18 due: (by 2026-12-01)', '48 assignee: @ana']);
});

test('an action is overdue as soon as something changes on the day after', () => {
  const clock = { today: '2026-12-01' };
  const state = open(doc([list(item('@tim (by 2026-12-01) write')), text('x')]), () => clock.today);
  expect(shown(state)[1]).toContain(' due: ');
  clock.today = '2026-12-02';
  expect(shown(state.apply(state.tr.insertText('y', state.doc.content.size - 1)))[1]).toContain(
    ' due overdue: ',
  );
});

test('an action outside of lists is marked, and a plain item is not', () => {
  const plain = { checked: null as unknown as boolean, action: false };
  const blocks = [
    text('Action: @tim writes, due Friday'),
    list(item('TODO later', plain)),
    text('No action'),
  ];
  expect(shown(open(doc(blocks)))).toEqual([
    '1 line-label: Action:',
    '9 assignee: @tim',
    '22 due: due Friday',
  ]);
});

test('labels and speakers are marked, and a tag at the caret is shown as written', () => {
  const state = open(
    doc([
      text('Hello [name=Ana] [color=red]'),
      list(item('TODO: ask @tim by Friday', { checked: null as unknown as boolean, action: true })),
      schema.node('paragraph', { decision: 'accepted' }, schema.text('Agreed: go')),
      schema.node('codeBlock', null, schema.text('[name=Ana]')),
    ]),
  );
  const marks = [
    '7 speaker-syntax: [name=',
    '13 speaker speaker-name: Ana',
    '16 speaker-syntax: ]',
    '18 speaker-syntax: [color=',
    '25 speaker-syntax: red',
    '28 speaker-syntax: ]',
    '33 line-label: TODO:',
    '43 assignee: @tim',
    '48 due: by Friday',
    '61 line-label: Agreed:',
  ];
  expect(shown(state)).toEqual(marks);
  const caret = TextSelection.create(state.doc, 14);
  expect(shown(state.apply(state.tr.setSelection(caret)))).toContain('7 at-caret: [name=Ana]');
});

const words = ['[name=Ana]', 'TODO:', '@tim', '@ana', 'write', '(by 2026-12-01)', '(by 2026-11-01)', 'it'];

test.each([1, 2, 3, 4])(
  'random changes, own and remote (seed %i), show what the whole document says',
  (seed) => {
    const random = createRandom(seed);
    const below = (limit: number) => Math.floor(random() * limit);
    const line = () => Array.from({ length: 3 }, () => words[below(words.length)]!).join(' ');
    const block = () =>
      below(3) === 0 ? text(line()) : list(...Array.from({ length: 1 + below(3) }, () => item(line())));
    let state = open(doc(Array.from({ length: 6 }, block)));
    for (let i = 0; i < 150; i++) {
      const { tr } = state;
      const size = state.doc.content.size;
      const blocks = [...state.doc.children];
      const at = below(blocks.length + 1);
      const kind = below(4);
      if (kind === 0) {
        // As the Yjs binding does: everything replaced, with the blocks that did not change as they were.
        blocks.splice(at, below(2), ...(below(3) > 0 ? [block()] : []));
        tr.replaceWith(0, size, blocks.length > 0 ? blocks : block());
      } else if (kind === 1) tr.insertText(`${words[below(words.length)]!} `, 1 + below(size - 1));
      else if (kind === 2 && size > 60) {
        const from = below(size - 12);
        tr.delete(from, from + below(12));
      } else
        tr.insert(
          blocks.slice(0, at).reduce((sum, { nodeSize }) => sum + nodeSize, 0),
          block(),
        );
      state = state.apply(tr);
      const ofText = (marks: string[]) => marks.filter((mark) => !mark.includes(' at-caret: '));
      expect(ofText(shown(state))).toEqual(ofText(shown(open(state.doc))));
    }
  },
);
