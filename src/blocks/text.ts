// The plain nodes and marks: Tiptap's own where they fit, changed where a note needs it otherwise.

import { Extension, InputRule, Mark, mergeAttributes, Node } from '@tiptap/core';
import { Code } from '@tiptap/extension-code';
import { CodeBlock } from '@tiptap/extension-code-block';
import { HardBreak } from '@tiptap/extension-hard-break';
import { HorizontalRule } from '@tiptap/extension-horizontal-rule';
import { Image } from '@tiptap/extension-image';
import { Link } from '@tiptap/extension-link';
import { OrderedList } from '@tiptap/extension-list';
import { NodeSelection, TextSelection } from '@tiptap/pm/state';
import type { Transaction } from '@tiptap/pm/state';
import { coerceAttributes, toUrl } from './attributes.ts';
import { spellOut } from './spell-out.ts';
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
  addCommands() {
    const inherited = this.parent?.() ?? {};
    return {
      ...inherited,
      // An image has its link as an attribute (leaf-marks.ts).
      unsetLink: () => (props) => {
        const { tr, dispatch } = props;
        tr.doc.nodesBetween(tr.selection.from, tr.selection.to, ({ type, attrs }, pos) => {
          if (dispatch && type.name === 'image' && attrs.href) tr.setNodeAttribute(pos, 'href', null);
        });
        return inherited.unsetLink?.()(props) ?? false;
      },
    };
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
      href: (element) => element.closest('a')?.getAttribute('href') ?? null,
    }),
  renderHTML({ node }) {
    const { src, alt, title, href } = coerceAttributes('image', node.attrs);
    const image = ['img', { ...imageAttributes, src, alt, title }] as const;
    return href ? ['a', { ...linkAttributes, href }, image] : image;
  },
}).configure({ inline: true });

/** `language` is the whole info string of the fence, of which the first word names the language. */
export const FencedCode = CodeBlock.extend({
  // No key joins it with prose, whose marks and images it could not keep.
  isolating: true,
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
  addCommands() {
    const { setCodeBlock, toggleCodeBlock } = this.parent?.() ?? {};
    const spelledOut =
      (create: typeof setCodeBlock): typeof setCodeBlock =>
      (attributes) =>
      (props) => {
        const { from, to } = props.tr.selection;
        if (props.dispatch) spellOut(props.tr, from, to);
        return create?.(attributes)(props) ?? false;
      };
    return { setCodeBlock: spelledOut(setCodeBlock), toggleCodeBlock: spelledOut(toggleCodeBlock) };
  },
  addInputRules() {
    return (this.parent?.() ?? []).map(
      ({ find, handler }) =>
        new InputRule({
          find,
          handler(props) {
            spellOut(props.state.tr, props.range.to, props.range.to);
            return handler(props);
          },
        }),
    );
  },
  addKeyboardShortcuts() {
    const { editor, name } = this;
    return {
      ...this.parent?.(),
      // At its start it becomes text.
      Backspace() {
        const { $head, empty } = editor.state.selection;
        if (!empty || $head.parent.type.name !== name || $head.parentOffset > 0) return false;
        return editor.commands.setParagraph();
      },
    };
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

/** The inherited command leaves the caret at the start of the next line, or the whole next block selected. */
function goOnBehindRule(tr: Transaction): void {
  const { selection, doc } = tr;
  const behind = selection instanceof NodeSelection ? selection.from : selection.$from.before();
  const paragraph = doc.type.schema.nodes.paragraph!;
  const next = doc.nodeAt(behind);
  if (next?.type !== paragraph || next.content.size > 0) tr.insert(behind, paragraph.create());
  tr.setSelection(TextSelection.create(tr.doc, behind + 1));
}

/**
 * A rule cannot stand in a table's cell, and is not made there by typing or by command. Behind a new one there is an
 * empty line to go on in, unless a line was cut in two: what stands there may be somebody else's.
 */
export const Rule = HorizontalRule.extend({
  addCommands() {
    const { setHorizontalRule } = this.parent?.() ?? {};
    return {
      setHorizontalRule: () => (props) => {
        const { tr, dispatch } = props;
        const { $from, $to } = tr.selection;
        const cutsLine = $to.parent.isTextblock && $to.parentOffset < $to.parent.content.size;
        if (placeOf($from) || !setHorizontalRule?.()(props)) return false;
        if (dispatch && !cutsLine) goOnBehindRule(tr);
        return true;
      },
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
  addAttributes: () => attributesOf('hardBreak'),
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
  addAttributes: () => attributesOf('softBreak'),
  parseHTML: () => [{ tag: 'br[data-soft]', priority: 60 }],
  renderHTML: () => ['br', { 'data-soft': '' }],
  renderText: () => '\n',
});

/** Text set off with a marker: `==text==` on HackMD. */
export const Highlight = Mark.create({
  name: 'highlight',
  addAttributes: () => attributesOf('highlight'),
  parseHTML: () => [{ tag: 'mark' }],
  renderHTML: () => ['mark', 0],
});

/** Text that was put in: `++text++` on HackMD. */
export const Inserted = Mark.create({
  name: 'inserted',
  addAttributes: () => attributesOf('inserted'),
  parseHTML: () => [{ tag: 'ins' }],
  renderHTML: () => ['ins', 0],
});

const restyled = ['bulletList', 'blockquote', 'heading', 'horizontalRule', 'bold', 'italic', 'strike'];

/** The attributes of the nodes and marks that are Tiptap's own otherwise: how markdown spelled them. */
export const MarkdownStyle = Extension.create({
  name: 'markdownStyle',
  addGlobalAttributes: () =>
    restyled.map((name) => {
      const { level, ...attributes } = attributesOf(name);
      // A heading's level is Tiptap's own business.
      const isOwn = level && name !== 'heading';
      return { types: [name], attributes: isOwn ? { ...attributes, level } : attributes };
    }),
});
