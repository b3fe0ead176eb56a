// Several people who take back and do again all the time, and hear of each other late: everybody ends with the same
// note, and undo never fails in the midst.
import { expect, test } from 'vitest';
import * as Y from 'yjs';
import { UndoManager } from '../../src/lib/undo-manager.ts';
import { createRandom } from '../support/random.ts';
import type { Random } from '../support/random.ts';

/** `FUZZ_SEEDS=10000` for a long run. */
const count = Number(process.env.FUZZ_SEEDS ?? 200);
const seeds = Array.from({ length: count }, (_, n) => n + 1);
const steps = 240;

class Person {
  readonly doc = new Y.Doc();
  readonly body = this.doc.getXmlFragment('default');
  readonly undo = new UndoManager(this.body, { captureTimeout: 0 });
  /** What others did and this one has not heard of. */
  readonly waiting: Uint8Array[] = [];

  constructor(id: number, note: Uint8Array, people: readonly Person[]) {
    this.doc.clientID = id;
    Y.applyUpdate(this.doc, note, 'wire');
    this.doc.on('update', (update: Uint8Array, origin: unknown) => {
      if (origin === 'wire') return;
      for (const other of people) if (other !== this) other.waiting.push(update);
    });
  }

  hear(count = this.waiting.length): void {
    for (const update of this.waiting.splice(0, count)) Y.applyUpdate(this.doc, update, 'wire');
  }

  reads(): string {
    return JSON.stringify(this.body.toJSON());
  }
}

function openFor(ids: readonly number[], ...blocks: Y.XmlElement[]): Person[] {
  const first = new Y.Doc();
  first.clientID = 9;
  first.getXmlFragment('default').insert(0, blocks);
  const people: Person[] = [];
  for (const id of ids) people.push(new Person(id, Y.encodeStateAsUpdate(first), people));
  return people;
}

function element(name: string, ...content: (Y.XmlElement | Y.XmlText)[]): Y.XmlElement {
  const made = new Y.XmlElement(name);
  made.insert(0, content);
  return made;
}

const line = (words: string) => element('paragraph', new Y.XmlText(words));

type Block = Y.XmlFragment | Y.XmlElement;

function* within(block: Block): Generator<Block | Y.XmlText> {
  yield block;
  for (const child of block.toArray()) {
    if (child instanceof Y.XmlElement) yield* within(child);
    else if (child instanceof Y.XmlText) yield child;
  }
}

const textsOf = ({ body }: Person) => [...within(body)].filter((part) => part instanceof Y.XmlText);
const holdersOf = ({ body }: Person) =>
  [...within(body)].filter(
    (part): part is Block =>
      part instanceof Y.XmlFragment && (part === body || part.toJSON().startsWith('<list')),
  );

function act(person: Person, random: Random): void {
  const text = random.pick([...textsOf(person), null]);
  const holder = random.pick(holdersOf(person));
  const at = random.below(holder.length + 1);
  const doings: [often: number, run: () => void][] = [
    [4, () => text?.insert(random.below(text.length + 1), 'abcde'.slice(0, 1 + random.below(5)))],
    [2, () => text && remove(text, random.below(text.length + 1), 1 + random.below(4))],
    [1, () => text?.format(random.below(text.length + 1), 1, { bold: random.chance(0.5) ? {} : null })],
    [1, () => holder.insert(at, [random.chance(0.5) ? line('new') : element('list', line('new'))])],
    [2, () => remove(holder, at, 1)],
    [3, () => person.undo.undo()],
    [2, () => person.undo.redo()],
    [4, () => person.hear(1 + random.below(3))],
  ];
  let dice = random.below(doings.reduce((sum, [often]) => sum + often, 0));
  for (const [often, run] of doings) {
    if (dice < often) return run();
    dice -= often;
  }
}

function remove(from: Block | Y.XmlText, at: number, count: number): void {
  from.delete(at, Math.min(count, from.length - at));
}

function expectAgreement(people: readonly Person[]): void {
  // Who hears of others' marks may tidy them up, which the others then hear of.
  while (people.some(({ waiting }) => waiting.length > 0)) for (const person of people) person.hear();
  const newcomer = new Person(99, Y.encodeStateAsUpdate(people[0]!.doc), []);
  for (const person of people) expect(person.reads()).toBe(newcomer.reads());
}

test.each(seeds)('seed %i, undo among several: everybody ends with the same note', (seed) => {
  const random = createRandom(seed);
  const ids = Array.from({ length: 2 + random.below(3) }, () => 10 + random.below(2 ** 31));
  const people = openFor(ids, line('one'), line('two'), element('list', line('three'), line('four')));
  for (let step = 0; step < steps; step++) act(random.pick(people), random);
  expectAgreement(people);
});
