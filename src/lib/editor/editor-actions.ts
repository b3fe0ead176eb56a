// What can be done to the text, once: the toolbar, the slash menu and the list of shortcuts all read this table.
import type { Component } from 'svelte';
import type { ChainedCommands, Editor } from '@tiptap/core';
import Bold from '@lucide/svelte/icons/bold';
import ClipboardCheck from '@lucide/svelte/icons/clipboard-check';
import Code from '@lucide/svelte/icons/code';
import Gavel from '@lucide/svelte/icons/gavel';
import Heading1 from '@lucide/svelte/icons/heading-1';
import Heading2 from '@lucide/svelte/icons/heading-2';
import Heading3 from '@lucide/svelte/icons/heading-3';
import Image from '@lucide/svelte/icons/image';
import Italic from '@lucide/svelte/icons/italic';
import Link from '@lucide/svelte/icons/link';
import List from '@lucide/svelte/icons/list';
import ListChecks from '@lucide/svelte/icons/list-checks';
import ListOrdered from '@lucide/svelte/icons/list-ordered';
import Minus from '@lucide/svelte/icons/minus';
import Pilcrow from '@lucide/svelte/icons/pilcrow';
import Quote from '@lucide/svelte/icons/quote';
import Redo2 from '@lucide/svelte/icons/redo-2';
import SquareCode from '@lucide/svelte/icons/square-code';
import Strikethrough from '@lucide/svelte/icons/strikethrough';
import Table from '@lucide/svelte/icons/table';
import Undo2 from '@lucide/svelte/icons/undo-2';
import Users from '@lucide/svelte/icons/users';

/** What an action may need beside the editor: a question to the person. */
export type Ask = (what: 'link' | 'image') => void;

export interface EditorAction {
  id: string;
  label: string;
  icon: Component<{ size?: number; 'aria-hidden'?: 'true' }>;
  /** Other words people look for in the slash menu. */
  keywords: string;
  /** As ProseMirror writes keys: Mod-Alt-d. Shown, and kept true by a test. */
  shortcut?: string;
  /** What typing makes of it: `##` and a space. */
  typed?: string;
  run: (editor: Editor, ask: Ask) => void;
  isActive?: (editor: Editor) => boolean;
  isPossible?: (editor: Editor) => boolean;
}

const icons = {
  Bold,
  ClipboardCheck,
  Code,
  Gavel,
  Heading1,
  Heading2,
  Heading3,
  Image,
  Italic,
  Link,
  List,
  ListChecks,
  ListOrdered,
  Minus,
  Pilcrow,
  Quote,
  Redo2,
  SquareCode,
  Strikethrough,
  Table,
  Undo2,
  Users,
} as unknown as Record<string, EditorAction['icon']>;

type Change = (chain: ChainedCommands) => ChainedCommands;

/** An action that is one command: doing it, and whether it can be done at the caret. */
const changing = (change: Change): Pick<EditorAction, 'run' | 'isPossible'> => ({
  run: (editor) => change(editor.chain().focus()).run(),
  isPossible: (editor) => change(editor.can().chain()).run(),
});

const heading = (level: 1 | 2 | 3): EditorAction => ({
  id: `heading-${level}`,
  label: `Heading ${level}`,
  icon: icons[`Heading${level}`]!,
  keywords: `title h${level} section`,
  shortcut: `Mod-Alt-${level}`,
  typed: '#'.repeat(level),
  ...changing((chain) => chain.setHeading({ level })),
  isActive: (editor) => editor.isActive('heading', { level }),
});

const mark = (id: string, label: string, icon: string, shortcut: string, typed: string): EditorAction => ({
  id,
  label,
  icon: icons[icon]!,
  keywords: '',
  shortcut,
  typed,
  ...changing((chain) => chain.toggleMark(id)),
  isActive: (editor) => editor.isActive(id),
});

/** Whether the list item at the caret is a check item (of either kind). */
const itemAttribute = (editor: Editor, name: 'checked' | 'action') => editor.getAttributes('listItem')[name];

/** The kind of list the caret is in; lists around that one do not count. */
function innermostList({ state }: Editor): string | null {
  const caret = state.selection.$from;
  for (let depth = caret.depth; depth > 0; depth--) {
    const { name } = caret.node(depth).type;
    if (name === 'bulletList' || name === 'orderedList') return name;
  }
  return null;
}

const rollCall: EditorAction = {
  id: 'roll-call',
  label: 'Roll call',
  icon: icons.Users!,
  keywords: 'attendance sign in present participants who',
  ...changing((chain) => chain.insertRollCall()),
};
const decision: EditorAction = {
  id: 'decision',
  label: 'Decision',
  icon: icons.Gavel!,
  keywords: 'decided agreed resolved accept reject',
  shortcut: 'Mod-Alt-d',
  ...changing((chain) => chain.toggleDecision()),
  isActive: (editor) => Boolean(editor.getAttributes('paragraph').decision),
};
const action: EditorAction = {
  id: 'action',
  label: 'Action item',
  icon: icons.ClipboardCheck!,
  keywords: 'task todo assign due follow up',
  shortcut: 'Mod-Alt-a',
  ...changing((chain) => chain.toggleAction()),
  isActive: (editor) => Boolean(itemAttribute(editor, 'action')),
};

const text: EditorAction = {
  id: 'text',
  label: 'Text',
  icon: icons.Pilcrow!,
  keywords: 'paragraph plain normal',
  shortcut: 'Mod-Alt-0',
  ...changing((chain) => chain.setParagraph()),
  isActive: (editor) => editor.isActive('paragraph') && !editor.isActive('listItem'),
};

const bulletList: EditorAction = {
  id: 'bullet-list',
  label: 'Bullet list',
  icon: icons.List!,
  keywords: 'unordered points',
  shortcut: 'Mod-Shift-8',
  typed: '-',
  ...changing((chain) => chain.toggleBulletList()),
  isActive: (editor) => innermostList(editor) === 'bulletList' && itemAttribute(editor, 'checked') === null,
};
const orderedList: EditorAction = {
  id: 'ordered-list',
  label: 'Numbered list',
  icon: icons.ListOrdered!,
  keywords: 'ordered steps',
  shortcut: 'Mod-Shift-7',
  typed: '1.',
  ...changing((chain) => chain.toggleOrderedList()),
  isActive: (editor) => innermostList(editor) === 'orderedList',
};
const checkList: EditorAction = {
  id: 'check-list',
  label: 'Check list',
  icon: icons.ListChecks!,
  keywords: 'task todo checkbox',
  shortcut: 'Mod-Shift-9',
  typed: '[ ]',
  ...changing((chain) => chain.toggleTask()),
  isActive: (editor) =>
    editor.isActive('listItem') &&
    itemAttribute(editor, 'checked') !== null &&
    !itemAttribute(editor, 'action'),
};
const quote: EditorAction = {
  id: 'quote',
  label: 'Quote',
  icon: icons.Quote!,
  keywords: 'blockquote',
  shortcut: 'Mod-Shift-b',
  typed: '>',
  ...changing((chain) => chain.toggleBlockquote()),
  isActive: (editor) => editor.isActive('blockquote'),
};
const codeBlock: EditorAction = {
  id: 'code-block',
  label: 'Code block',
  icon: icons.SquareCode!,
  keywords: 'pre fence source',
  shortcut: 'Mod-Alt-c',
  typed: '```',
  ...changing((chain) => chain.toggleCodeBlock()),
  isActive: (editor) => editor.isActive('codeBlock'),
};
const rule: EditorAction = {
  id: 'rule',
  label: 'Rule',
  icon: icons.Minus!,
  keywords: 'divider separator line hr',
  typed: '---',
  ...changing((chain) => chain.setHorizontalRule()),
};
const table: EditorAction = {
  id: 'table',
  label: 'Table',
  icon: icons.Table!,
  keywords: 'grid rows columns',
  ...changing((chain) => chain.insertTable({ rows: 3, columns: 3 })),
};
const image: EditorAction = {
  id: 'image',
  label: 'Image',
  icon: icons.Image!,
  keywords: 'picture photo url',
  run: (_editor, ask) => ask('image'),
  isPossible: (editor) => editor.can().setImage({ src: '/' }),
};
const link: EditorAction = {
  id: 'link',
  label: 'Link',
  icon: icons.Link!,
  keywords: 'url address href',
  shortcut: 'Mod-k',
  run: (_editor, ask) => ask('link'),
  isPossible: (editor) => editor.can().setLink({ href: '/' }),
  isActive: (editor) => editor.isActive('link'),
};
const undo: EditorAction = {
  id: 'undo',
  label: 'Undo',
  icon: icons.Undo2!,
  keywords: '',
  shortcut: 'Mod-z',
  ...changing((chain) => chain.undo()),
};
const redo: EditorAction = {
  id: 'redo',
  label: 'Redo',
  icon: icons.Redo2!,
  keywords: '',
  shortcut: 'Mod-Shift-z',
  ...changing((chain) => chain.redo()),
};

const headings = [heading(1), heading(2), heading(3)];
const marks = [
  mark('bold', 'Bold', 'Bold', 'Mod-b', '**'),
  mark('italic', 'Italic', 'Italic', 'Mod-i', '*'),
  mark('strike', 'Strike', 'Strikethrough', 'Mod-Shift-s', '~~'),
  mark('code', 'Code', 'Code', 'Mod-e', '`'),
];

/** The toolbar's groups, in order. */
export const toolbarGroups: readonly (readonly EditorAction[])[] = [
  [rollCall, decision, action],
  [...marks, link],
  [bulletList, orderedList, checkList],
  [quote, codeBlock, table, image, rule],
  [undo, redo],
];
/** What the text-style menu offers. */
export const textStyles: readonly EditorAction[] = [text, ...headings];

/** The slash menu, meeting blocks first. */
export const slashActions: readonly EditorAction[] = [
  decision,
  action,
  rollCall,
  ...headings,
  bulletList,
  orderedList,
  checkList,
  table,
  quote,
  codeBlock,
  image,
  link,
  rule,
  text,
];

/** Every action once, for the list of shortcuts. */
export const allActions: readonly EditorAction[] = [
  ...toolbarGroups[0]!,
  ...textStyles,
  ...toolbarGroups.slice(1).flat(),
];

/** `Mod-Alt-d` as this machine's people read it: Ctrl+Alt+D, or ⌘⌥D. */
export function formatShortcut(shortcut: string, isMac: boolean): string {
  const names: Record<string, string> = isMac
    ? { Mod: '⌘', Alt: '⌥', Shift: '⇧' }
    : { Mod: 'Ctrl', Alt: 'Alt', Shift: 'Shift' };
  return shortcut
    .split('-')
    .map((key) => names[key] ?? (key.length === 1 ? key.toUpperCase() : key))
    .join(isMac ? '' : '+');
}
