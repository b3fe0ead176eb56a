// HTML as a text that is the same for pages that show the same: parsed by parse5 as a browser parses it, attributes in
// one order, white space collapsed as a browser collapses it and not otherwise.
import type { DefaultTreeAdapterTypes } from 'parse5';
import { parseFragment } from 'parse5';

type Child = DefaultTreeAdapterTypes.ChildNode;
type Element = DefaultTreeAdapterTypes.Element;

/** Elements that a browser lays out within a line; all others stand on lines of their own. */
const inline = new Set(
  (
    'a abbr acronym audio b bdi bdo big button canvas cite code data del dfn em embed font i iframe img input ins kbd ' +
    'label map mark math meter object output picture progress q rb rp rt ruby s samp select small source span strike ' +
    'strong sub sup svg textarea time track tt u var video wbr script style template'
  ).split(' '),
);
/** Of those, the ones that show something though they hold no text. */
const replaced = new Set(
  'audio button canvas embed iframe img input meter object progress select svg video'.split(' '),
);
const verbatim = new Set(['pre', 'textarea', 'script', 'style', 'listing', 'xmp', 'plaintext']);

/** One line per tag or text. Equal for two pages exactly when they show the same. */
export function treeOf(html: string): string {
  const lines: string[] = [];
  /** Where in `lines` the last space is that goes if the line of text ends here; null when it does not end in one. */
  let lastSpace: number | null = null;
  let isLineStart = true;

  const startLine = () => {
    if (lastSpace !== null) {
      lines[lastSpace] = lines[lastSpace]!.slice(0, -1);
      lastSpace = null;
    }
    isLineStart = true;
  };
  const showText = (text: string) => {
    const collapsed = text.replace(/[ \t\n\f\r]+/g, ' ');
    const shown = isLineStart || lastSpace !== null ? collapsed.replace(/^ /, '') : collapsed;
    if (shown === '') return;
    lines.push(`"${shown}`);
    isLineStart = false;
    lastSpace = shown.endsWith(' ') ? lines.length - 1 : null;
  };
  const showSomething = () => {
    isLineStart = false;
    lastSpace = null;
  };
  const open = ({ tagName, attrs }: Element) => {
    const shown = attrs.map(({ name, value }) => ` ${name}=${JSON.stringify(value)}`).sort();
    lines.push(`<${tagName}${shown.join('')}>`);
  };
  const visit = (child: Child, isVerbatim: boolean) => {
    if (child.nodeName === '#text' && 'value' in child) {
      if (isVerbatim) lines.push(`"${child.value}`);
      else showText(child.value);
    } else if (child.nodeName === '#comment' && 'data' in child) lines.push(`<!--${child.data}-->`);
    else if ('tagName' in child) visitElement(child, isVerbatim);
  };
  const visitElement = (element: Element, isVerbatim: boolean) => {
    const { tagName } = element;
    const isBlock = !inline.has(tagName);
    if (isBlock) startLine();
    open(element);
    if (replaced.has(tagName)) showSomething();
    const children = 'content' in element ? (element.content as Element).childNodes : element.childNodes;
    for (const inner of children) visit(inner, isVerbatim || verbatim.has(tagName));
    if (verbatim.has(tagName)) showSomething();
    if (isBlock) startLine();
    if (tagName !== 'br') lines.push(`</${tagName}>`);
  };
  for (const child of parseFragment(html).childNodes) visit(child, false);
  startLine();
  return joinText(lines).join('\n');
}

/** Text in two pieces shows as text in one does; text of nothing shows nothing. */
function joinText(lines: readonly string[]): string[] {
  const joined: string[] = [];
  for (const line of lines) {
    if (line === '"') continue;
    const last = joined.at(-1);
    if (line.startsWith('"') && last?.startsWith('"')) joined[joined.length - 1] = last + line.slice(1);
    else joined.push(line);
  }
  return joined.map((line) => line.replaceAll('\n', '\\n'));
}
