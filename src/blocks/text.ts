// The plain nodes and marks: Tiptap's own where they fit, changed where a note needs it otherwise.

import { Extension, InputRule, mergeAttributes, Node } from '@tiptap/core';
import { Code } from '@tiptap/extension-code';
import { CodeBlock } from '@tiptap/extension-code-block';
import { HardBreak } from '@tiptap/extension-hard-break';
import { HorizontalRule } from '@tiptap/extension-horizontal-rule';
import { Image } from '@tiptap/extension-image';
import { Link } from '@tiptap/extension-link';
import { OrderedList } from '@tiptap/extension-list';
import { coerceAttributes, toUrl } from './attributes.ts';
import { placeOf } from './table/table-commands.ts';
import { attributesOf } from './tiptap-attributes.ts';

export const linkAttributes = { target: '_blank', rel: 'noopener noreferrer nofollow' };
export const imageAttributes = { referrerpolicy: 'no-referrer', loading: 'lazy' };

/** Code that may also be bold or a link, as markdown allows. */
export const InlineCode = Code.extend({ excludes: '' });

/** A link without an address that may be followed (see toUrl) is shown without href: its text stays. */
export const SafeLink = Link.extend({
  inclusive: false,
  addAttributes: () =>
    attributesOf('link', {
      href: (element) => element.getAttribute('href'),
      title: (element) => element.getAttribute('title'),
    }),
  renderHTML({ mark }) {
    const { href, title } = coerceAttributes('link', mark.attrs);
    return ['a', { ...linkAttributes, href, title }, 0];
  },
}).configure({
  openOnClick: false,
  defaultProtocol: 'https',
  isAllowedUri: (uri) => toUrl(uri, 'link') !== null,
  shouldAutoLink: (uri) => /^https?:\/\//i.test(uri),
});

export const InlineImage = Image.extend({
  addAttributes: () =>
    attributesOf('image', {
      src: (element) => element.getAttribute('src'),
      alt: (element) => element.getAttribute('alt'),
      title: (element) => element.getAttribute('title'),
    }),
  renderHTML({ node }) {
    return ['img', { ...imageAttributes, ...coerceAttributes('image', node.attrs) }];
  },
}).configure({ inline: true });

/** `language` is the whole info string of the fence, of which the first word names the language. */
export const FencedCode = CodeBlock.extend({
  addAttributes() {
    const inherited = this.parent?.() as ReturnType<typeof attributesOf>;
    return attributesOf('codeBlock', {
      language: (element) => inherited.language?.parseHTML?.(element) ?? null,
    });
  },
  renderHTML({ node, HTMLAttributes }) {
    const { language } = coerceAttributes('codeBlock', node.attrs);
    const name = typeof language === 'string' ? language.trim().split(/[\s={]/)[0] : '';
    return ['pre', mergeAttributes(HTMLAttributes), ['code', name ? { class: `language-${name}` } : {}, 0]];
  },
}).configure({ exitOnTripleEnter: true });

export const NumberedList = OrderedList.extend({
  addAttributes: () =>
    attributesOf('orderedList', { start: (element) => Number(element.getAttribute('start') ?? 1) }),
  renderHTML({ node }) {
    const { start } = coerceAttributes('orderedList', node.attrs);
    return ['ol', start === 1 ? {} : { start }, 0];
  },
});

/** A rule cannot stand in a table's cell, and is not made there by typing or by command. */
export const Rule = HorizontalRule.extend({
  addCommands() {
    const { setHorizontalRule } = this.parent?.() ?? {};
    return {
      setHorizontalRule: () => (props) =>
        !placeOf(props.tr.selection.$from) && (setHorizontalRule?.()(props) ?? false),
    };
  },
  addInputRules() {
    return (this.parent?.() ?? []).map(
      ({ find, handler }) =>
        new InputRule({
          find,
          handler: (props) => (placeOf(props.state.selection.$from) ? null : handler(props)),
        }),
    );
  },
});

/** A break that markdown writes as a backslash at the end of the line: Shift-Enter. In code it is a newline. */
export const LineBreak = HardBreak.extend({
  linebreakReplacement: false,
  addKeyboardShortcuts() {
    const { editor } = this;
    return {
      ...this.parent?.(),
      'Shift-Enter': () => editor.commands.newlineInCode() || editor.commands.setHardBreak(),
    };
  },
});

/** A single newline inside a paragraph. HackMD shows it as a break and GitHub as a space; it is kept as what it is. */
export const SoftBreak = Node.create({
  name: 'softBreak',
  group: 'inline',
  inline: true,
  selectable: false,
  linebreakReplacement: true,
  parseHTML: () => [{ tag: 'br[data-soft]', priority: 60 }],
  renderHTML: () => ['br', { 'data-soft': '' }],
  renderText: () => '\n',
});

/** How markdown spelled lists, headings and rules; never part of what they mean. */
export const MarkdownStyle = Extension.create({
  name: 'markdownStyle',
  addGlobalAttributes: () => [
    { types: ['bulletList'], attributes: attributesOf('bulletList') },
    { types: ['heading'], attributes: { setext: attributesOf('heading').setext! } },
    { types: ['horizontalRule'], attributes: attributesOf('horizontalRule') },
  ],
});
