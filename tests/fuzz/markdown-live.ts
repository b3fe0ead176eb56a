// People edit an imported note with the editor's own commands, keys and clipboard; what they do reaches the others late
// and one after another. After each step the note of whoever acted is exported, and the export must hold every word
// of it, say the same when it is read back, and be exported the same again. Everything comes from the seed.

import type { Editor, JSONContent } from '@tiptap/core';
import { NodeSelection, TextSelection } from '@tiptap/pm/state';
import * as Y from 'yjs';
import { readDocument } from '../../src/blocks/document.ts';
import type { NodeJson } from '../../src/blocks/document-json.ts';
import { fromMarkdown, lowerDocument, toMarkdown } from '../../src/blocks/markdown.ts';
import { writePlain } from '../../src/blocks/markdown/write.ts';
import { repair } from '../../src/blocks/repair.ts';
import type { BlockId } from '../../src/core/ids.ts';
import { importedUpdate, openPeer } from '../support/editors.ts';
import type { Peer } from '../support/editors.ts';
import { createRandom } from '../support/random.ts';
import type { Random } from '../support/random.ts';
import { liveNotes } from './live-notes.ts';

/** Whoever edits, and what of the others' doings has not reached them. */
interface Person extends Peer {
  name: string;
  inbox: Uint8Array[];
}

interface Deed {
  name: string;
  /** Whether no word may go by it. */
  keeps?: boolean;
  run(person: Person, random: Random): unknown;
}

const words = [
  'word',
  '*',
  '_x_',
  '1.',
  '#',
  '- ',
  '[ ]',
  '<b>',
  '`',
  '$',
  '|',
  'snake_case',
  'https://a.b/c_d',
  '![',
  '~',
  '==',
  ':::',
  '\\',
  '&',
  '>',
];

let wordCount = 0;
const newWord = (random: Random) => `${random.pick(words)}${random.chance(0.7) ? `w${wordCount++}` : ''}`;

const typing =
  (text: string): Deed['run'] =>
  ({ editor }) => {
    for (const letter of text) {
      const { view } = editor;
      const { from, to } = view.state.selection;
      const taken = view.someProp('handleTextInput', (handle) =>
        handle(view, from, to, letter, () => view.state.tr.insertText(letter, from, to)),
      );
      if (!taken) view.dispatch(view.state.tr.insertText(letter));
    }
  };

/** Whether an emoji or another character of two units begins here. */
const isPair = (doc: Editor['state']['doc'], from: number) =>
  from >= 0 &&
  from + 2 <= doc.content.size &&
  /^[\ud800-\udbff][\udc00-\udfff]$/.test(doc.textBetween(from, from + 2));

/** jsdom has no ClipboardEvent. */
const pasting = () => new Event('paste') as ClipboardEvent;

const press =
  (key: string, modifiers: KeyboardEventInit = {}): Deed['run'] =>
  ({ editor: { view } }) => {
    const event = new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true, ...modifiers });
    if (view.someProp('handleKeyDown', (handle) => handle(view, event))) return;
    const { selection, tr } = view.state;
    // What the browser does itself.
    const { head, $head, empty } = selection;
    const pair = (from: number) => isPair(view.state.doc, from);
    if (key === 'Backspace' && empty && $head.parentOffset > 0)
      view.dispatch(tr.delete(head - (pair(head - 2) ? 2 : 1), head));
    if (key === 'Delete' && empty && $head.parentOffset < $head.parent.content.size)
      view.dispatch(tr.delete(head, head + (pair(head) ? 2 : 1)));
  };

const command = (name: string, ...given: unknown[]): Deed => ({
  name: `${name} ${given.map((value) => JSON.stringify(value)).join()}`.trim(),
  keeps: true,
  run: ({ editor }) =>
    (editor.commands as unknown as Record<string, (...given: unknown[]) => boolean>)[name]!(...given),
});

function place(editor: Editor, random: Random): void {
  const { doc, tr } = editor.state;
  const at = () => {
    const found = random.below(doc.content.size + 1);
    // No caret stands within an emoji, and half of one cannot be sent: Yjs makes another character of it.
    const isWithin = isPair(doc, found - 1);
    return TextSelection.near(doc.resolve(isWithin ? found + 1 : found), random.chance(0.5) ? 1 : -1);
  };
  if (random.chance(0.1)) {
    const nodes: number[] = [];
    doc.descendants((node, pos) => {
      if (NodeSelection.isSelectable(node)) nodes.push(pos);
    });
    if (nodes.length > 0)
      return editor.view.dispatch(tr.setSelection(NodeSelection.create(doc, random.pick(nodes))));
  }
  const anchor = at();
  const selection = random.chance(0.7) ? anchor : TextSelection.between(anchor.$anchor, at().$head);
  editor.view.dispatch(tr.setSelection(selection));
}

let clipboard = { html: '', text: '' };

const undoOf = ({ editor }: Person) => editor.storage.collaboration.undoManager;

const deeds: readonly [weight: number, deed: Deed][] = [
  [12, { name: 'types', run: (person, random) => typing(`${newWord(random)} `)(person, random) }],
  [6, { name: 'types within', run: (person, random) => typing(newWord(random))(person, random) }],
  [10, { name: 'Enter', run: press('Enter') }],
  [8, { name: 'Backspace', run: press('Backspace') }],
  [4, { name: 'Delete', run: press('Delete') }],
  [4, { name: 'Tab', keeps: true, run: press('Tab') }],
  [3, { name: 'Shift-Tab', keeps: true, run: press('Tab', { shiftKey: true }) }],
  [2, { name: 'Shift-Enter', run: press('Enter', { shiftKey: true }) }],
  [1, { name: 'Mod-Enter', run: press('Enter', { ctrlKey: true }) }],
  ...[
    command('toggleBold'),
    command('toggleItalic'),
    command('toggleStrike'),
    command('toggleCode'),
    command('toggleBulletList'),
    command('toggleOrderedList'),
    command('toggleTask'),
    command('toggleAction'),
    command('toggleDecision'),
    command('toggleBlockquote'),
    command('toggleCodeBlock'),
    command('setHeading', { level: 2 }),
    command('setParagraph'),
    command('setHorizontalRule'),
    command('insertTable', {}),
    command('addRowAfter'),
    command('addColumnBefore'),
    command('insertRollCall'),
    command('setLink', { href: 'https://new.link/x_y' }),
    { ...command('unsetLink'), keeps: false },
    command('setDecision', { state: 'accepted', decidedBy: 'Ben' }),
  ].map((deed) => [1.5, deed] as [number, Deed]),
  [1, { name: 'deletes', run: ({ editor }) => editor.commands.deleteSelection() }],
  [0.5, { name: 'deletes the row', run: ({ editor }) => editor.commands.deleteRow() }],
  [
    4,
    {
      name: 'copies',
      keeps: true,
      run({ editor }) {
        const { dom, text } = editor.view.serializeForClipboard(editor.state.selection.content());
        clipboard = { html: dom.innerHTML, text };
      },
    },
  ],
  [
    4,
    {
      name: 'pastes',
      run: ({ editor }) => clipboard.html && editor.view.pasteHTML(clipboard.html, pasting()),
    },
  ],
  [
    1,
    {
      name: 'pastes as text',
      run: ({ editor }) => clipboard.text && editor.view.pasteText(clipboard.text, pasting()),
    },
  ],
  [
    1,
    {
      name: 'edits inline source',
      run({ editor }, random) {
        const chips: number[] = [];
        editor.state.doc.descendants((node, pos) => {
          if (node.type.name === 'rawInline') chips.push(pos);
        });
        if (chips.length === 0) return;
        const md = random.pick(['<i>', '[^2]', '<b', 'plain', '<br>', '`']);
        editor.view.dispatch(editor.state.tr.setNodeAttribute(random.pick(chips), 'md', md));
      },
    },
  ],
  [4, { name: 'undo', run: ({ editor }) => editor.commands.undo() }],
  [3, { name: 'redo', run: ({ editor }) => editor.commands.redo() }],
];
/** Undoing and redoing is what editors differ over most: some stories are full of it. */
const undoingWeight = 8;

function pickDeed(random: Random, isUndoing: boolean): Deed {
  const weights = deeds.map(
    ([weight, { name }]) => (isUndoing && /^(un|re)do$/.test(name) ? undoingWeight : 1) * weight,
  );
  let at = (random.below(1_000_000) / 1_000_000) * weights.reduce((sum, weight) => sum + weight, 0);
  return deeds[weights.findIndex((weight) => (at -= weight) < 0)]![1];
}

interface Said {
  text: string;
  /** Addresses, source and what else is said beside the text. */
  aside: string[];
}

function saidBy(json: NodeJson): Said {
  const said: Said = { text: '', aside: [] };
  const visit = ({ type, text, attrs = {}, marks = [], content = [] }: NodeJson) => {
    const values: unknown[] = marks.flatMap((mark) => [mark.attrs?.href, mark.attrs?.title]);
    if (type === 'image' || type === 'rawInline') values.push(attrs.src, attrs.alt, attrs.title, attrs.md);
    said.aside.push(...values.filter((value) => typeof value === 'string'));
    said.text += text ?? ' ';
    content.forEach(visit);
  };
  visit(json);
  return said;
}

const whole = (json: NodeJson) => {
  const { text, aside } = saidBy(json);
  return [text, ...aside].join(' ');
};

/** What of `said` is not in `text`, as letters, since a word may be split, and as words of what is said beside. */
function missing({ text, aside }: Said, all: string): string[] {
  const counts = new Map<string, number>();
  const letters = (of: string) => of.match(/[\p{L}\p{N}]/gu) ?? [];
  for (const letter of letters(all)) counts.set(letter, (counts.get(letter) ?? 0) + 1);
  const lost = letters(text).filter((letter) => {
    const left = counts.get(letter) ?? 0;
    counts.set(letter, left - 1);
    return left <= 0;
  });
  const words = aside.flatMap((value) => value.match(/[\p{L}\p{N}]+/gu) ?? []);
  return [...lost, ...new Set(words.filter((word) => !all.includes(word)))];
}

const read = (markdown: string) => {
  let made = 0;
  return fromMarkdown(markdown, { createId: () => `read${made++}` as BlockId });
};

/** What is wrong with a note as it is now; null when all is well. */
function fault({ doc, editor }: Person): string | null {
  const json = readDocument(doc);
  const shown = repair(editor.getJSON() as JSONContent);
  if (JSON.stringify(shown) !== JSON.stringify(json))
    return `The editor shows\n${JSON.stringify(shown)}\nand the note has\n${JSON.stringify(json)}`;
  const { text: markdown, isExact } = writePlain(lowerDocument(json));
  if (!isExact) return `The export\n${markdown}\nreads back as something else than\n${JSON.stringify(json)}`;
  // An entity may stand for a letter beside a mark.
  const spelled = markdown.replace(/&#(\d+);/g, (_, code) => String.fromCodePoint(Number(code)));
  const lost = missing(saidBy(json), spelled);
  if (lost.length > 0)
    return `The export lacks ${lost.join(', ')}:\n${markdown}\nof\n${JSON.stringify(json)}`;
  const again = toMarkdown(read(markdown));
  if (again !== markdown)
    return `The export\n${JSON.stringify(markdown)}\nreads back and is exported as\n${JSON.stringify(again)}\nfrom\n${JSON.stringify(json)}`;
  return null;
}

/** Lives through `steps` steps of so many people. Null, or what went wrong and the whole story. */
export function editTogether(
  seed: number,
  steps: number,
  peopleCount: number,
  isUndoing = false,
): string | null {
  const random = createRandom(seed);
  wordCount = 0;
  clipboard = { html: '', text: '' };
  const update = importedUpdate(random.pick(liveNotes));
  const people = Array.from({ length: peopleCount }, (_, i): Person => {
    const doc = new Y.Doc();
    // Yjs ids decide who wins; they must come from the seed as well.
    doc.clientID = 2 + i + 10 * random.below(1_000_000);
    Y.applyUpdate(doc, update);
    return { ...openPeer(doc, `p${i}-`), name: 'Ana Ben Cem'.split(' ')[i]!, inbox: [] };
  });
  for (const person of people)
    person.doc.on('update', (change: Uint8Array, origin: unknown) => {
      if (origin !== 'others') for (const other of people) if (other !== person) other.inbox.push(change);
    });
  const story: string[] = [];
  const tell = (what: string) => `${what}\n\nafter:\n${story.join('\n')}`;
  const hear = (person: Person, count: number) => {
    for (const change of person.inbox.splice(0, count)) Y.applyUpdate(person.doc, change, 'others');
  };
  try {
    for (let step = 0; step < steps; step++) {
      const person = random.pick(people);
      if (random.chance(0.25)) {
        story.push(`${person.name} hears of others' doings`);
        hear(person, 1 + random.below(person.inbox.length + 1));
      } else {
        if (random.chance(0.6)) place(person.editor, random);
        // Yjs reads the clock itself: whether this goes with what was done before is said by hand.
        undoOf(person).lastChange = random.chance(0.5) ? 0 : Number.MAX_SAFE_INTEGER;
        const deed = pickDeed(random, isUndoing);
        const { from, to, empty } = person.editor.state.selection;
        story.push(`${person.name}: ${deed.name} at ${from}–${to}`);
        const before = saidBy(person.editor.getJSON() as NodeJson);
        deed.run(person, random);
        const lost = deed.keeps && empty ? missing(before, whole(person.editor.getJSON() as NodeJson)) : [];
        if (lost.length > 0) return tell(`${deed.name} lost ${lost.join(', ')}`);
      }
      const wrong = fault(person);
      if (wrong) return tell(wrong);
    }
    // Hearing may make an editor write: what it could not show goes, letters of one's own come back.
    while (people.some(({ inbox }) => inbox.length > 0)) for (const person of people) hear(person, Infinity);
    const notes = people.map(({ doc }) => JSON.stringify(readDocument(doc)));
    for (const [i, note] of notes.entries())
      if (note !== notes[0]) return tell(`${people[i]!.name} has\n${note}\nand Ana\n${notes[0]}`);
    for (const person of people) {
      const wrong = fault(person);
      if (wrong) return tell(`At the end, ${person.name}: ${wrong}`);
    }
    return null;
  } catch (error) {
    return tell(error instanceof Error ? (error.stack ?? error.message) : String(error));
  } finally {
    for (const person of people) person.close();
  }
}
