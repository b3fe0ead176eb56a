// What people do to a note, in the shapes the editor makes: nodes and marks of the schema, and one kind of node that
// only the next version of it knows. Lines that begin with `kept:` are never touched, so that they can be looked for.
import * as Y from 'yjs';
import type { Random } from '../support/random.ts';

/** A kind of node that pages of the first schema version do not know. */
const newKind = 'poll';
const keptPrefix = 'kept:';

/** Changes `doc` at random; says what was done. */
export function edit(doc: Y.Doc, random: Random): string {
  const body = doc.getXmlFragment('default');
  const at = random.below(body.length + 1);
  const dice = random.below(20);
  const text = pickText(body, random);
  if (dice < 4 || !text) {
    body.insert(at, [block(random)]);
    return 'adds a block';
  }
  if (dice < 11) {
    text.insert(random.below(text.length + 1), 'abc d*e_f`'.slice(0, 1 + random.below(10)));
    return 'types';
  }
  if (dice < 13 && text.length > 0) {
    const from = random.below(text.length);
    text.delete(from, 1 + random.below(text.length - from));
    return 'deletes text';
  }
  if (dice < 15 && text.length > 0) {
    const mark = random.pick(['bold', 'italic', 'code', 'strike', 'link']);
    const value = mark === 'link' ? { href: 'https://example.org' } : {};
    text.format(random.below(text.length), 1 + random.below(5), {
      [mark]: random.chance(0.6) ? value : null,
    });
    return `formats with ${mark}`;
  }
  const index = random.below(body.length);
  const chosen = body.get(index);
  if (!(chosen instanceof Y.XmlElement) || isKept(chosen)) return 'thinks';
  if (dice < 17) {
    setAttribute(chosen, random);
    return 'sets an attribute';
  }
  if (dice < 18) {
    // What the binding does when the type of a block is changed.
    const words = textsIn(chosen)
      .map((part) => part.toJSON())
      .join('');
    body.delete(index, 1);
    body.insert(index, [element('heading', { level: 2 }, [new Y.XmlText(words)])]);
    return 'makes a block a heading';
  }
  body.delete(index, 1);
  return 'deletes a block';
}

/** Adds a line that nobody touches again. */
export function keepLine(doc: Y.Doc, token: string, random: Random): void {
  insertKept(doc, element('paragraph', {}, [new Y.XmlText(keptPrefix + token)]), random);
}

/** Adds a node that the first schema version does not know, and that nobody touches who does. */
export function addNewKind(doc: Y.Doc, token: string, random: Random): void {
  insertKept(doc, element(newKind, { token }, []), random);
}

/** The tokens of what was kept so and is in the note. */
export function keptIn(doc: Y.Doc): string[] {
  const blocks = doc.getXmlFragment('default').toArray();
  return blocks.flatMap((node) => (isKept(node) ? [tokenOf(node)] : []));
}

function insertKept(doc: Y.Doc, node: Y.XmlElement, random: Random): void {
  const body = doc.getXmlFragment('default');
  // Of an origin of its own, so that undo leaves it alone.
  doc.transact(() => body.insert(random.below(body.length + 1), [node]), 'kept');
}

/** What drawing does on a page of the first version: the binding deletes what its schema does not know. */
export function drawAsFirstVersion(doc: Y.Doc): void {
  const body = doc.getXmlFragment('default');
  for (let at = body.length - 1; at >= 0; at--) if (isNewKind(body.get(at))) body.delete(at, 1);
}

const isNewKind = (node: unknown) => node instanceof Y.XmlElement && node.nodeName === newKind;

function tokenOf(node: unknown): string {
  if (isNewKind(node)) return String((node as Y.XmlElement).getAttribute('token'));
  return textsIn(node)[0]!.toJSON().slice(keptPrefix.length);
}

function isKept(node: unknown): boolean {
  return isNewKind(node) || (textsIn(node)[0]?.toJSON().startsWith(keptPrefix) ?? false);
}

function textsIn(node: unknown): Y.XmlText[] {
  if (node instanceof Y.XmlText) return [node];
  return node instanceof Y.XmlElement ? node.toArray().flatMap(textsIn) : [];
}

function pickText(body: Y.XmlFragment, random: Random): Y.XmlText | null {
  const blocks = body.toArray().filter((node) => !isKept(node));
  const texts = blocks.length > 0 ? textsIn(random.pick(blocks)) : [];
  return texts.length > 0 ? random.pick(texts) : null;
}

function setAttribute(node: Y.XmlElement, random: Random): void {
  if (node.nodeName === 'heading') node.setAttribute('level', (1 + random.below(6)) as never);
  else if (node.nodeName === 'paragraph')
    node.setAttribute('decision', random.pick([null, 'proposed', 'accepted']) as never);
  else if (node.nodeName === 'codeBlock') node.setAttribute('language', random.pick(['', 'js', 'sh']));
  const items = node
    .toArray()
    .filter((child) => child instanceof Y.XmlElement && child.nodeName === 'listItem');
  for (const item of items) (item as Y.XmlElement).setAttribute('checked', random.chance(0.5) as never);
}

function block(random: Random): Y.XmlElement {
  const words = () => new Y.XmlText(`words ${random.below(100)}`);
  const paragraph = () => element('paragraph', {}, [words()]);
  switch (random.below(8)) {
    case 0:
      return element('heading', { level: 1 + random.below(3) }, [words()]);
    case 1:
      return element('bulletList', {}, [element('listItem', { checked: false }, [paragraph()])]);
    case 2:
      return element('blockquote', {}, [paragraph(), paragraph()]);
    case 3:
      return element('codeBlock', { language: 'js' }, [words()]);
    case 4:
      return element('rollCall', { id: `block${random.below(4)}` }, [paragraph()]);
    default:
      return paragraph();
  }
}

function element(
  name: string,
  attributes: Record<string, unknown>,
  content: (Y.XmlElement | Y.XmlText)[],
): Y.XmlElement {
  const made = new Y.XmlElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value as never);
  if (content.length > 0) made.insert(0, content);
  return made;
}
