// `/` at the start of a line or after a space offers every block.
import { Extension } from '@tiptap/core';
import { PluginKey } from '@tiptap/pm/state';
import { Suggestion } from '@tiptap/suggestion';
import { formatShortcut, slashActions, type Ask, type EditorAction } from './editor-actions.ts';
import type { Choice } from './choice.ts';
import { renderMenu } from './menu.ts';

interface SlashChoice extends Choice {
  action: EditorAction;
}

/** Possible actions whose name begins with what is typed first, then those that have it anywhere. At most ten. */
export function findActions(
  query: string,
  isPossible: (action: EditorAction) => boolean = () => true,
): readonly EditorAction[] {
  const wanted = query.toLowerCase();
  const rank = ({ label, keywords }: EditorAction) => {
    const name = label.toLowerCase();
    if (name.startsWith(wanted)) return 0;
    return `${name} ${keywords}`.split(' ').some((word) => word.startsWith(wanted)) ? 1 : 2;
  };
  return slashActions
    .filter((action) => rank(action) < 2 && isPossible(action))
    .sort((one, other) => rank(one) - rank(other))
    .slice(0, 10);
}

export const SlashMenu = Extension.create<{ ask: Ask; isMac: boolean }>({
  name: 'slashMenu',
  addOptions: () => ({ ask: () => {}, isMac: false }),
  addProseMirrorPlugins() {
    const { ask, isMac } = this.options;
    return [
      Suggestion<SlashChoice, SlashChoice>({
        pluginKey: new PluginKey('slashMenu'),
        editor: this.editor,
        char: '/',
        allowedPrefixes: [' '],
        allow: ({ state, range }) => !state.doc.resolve(range.from).parent.type.spec.code,
        items: ({ query, editor }) =>
          findActions(query, (action) => action.isPossible?.(editor) ?? true).map((action) => ({
            id: action.id,
            label: action.label,
            hint: action.typed ?? (action.shortcut ? formatShortcut(action.shortcut, isMac) : ''),
            icon: action.icon,
            action,
          })),
        command({ editor, range, props }) {
          editor.chain().focus().deleteRange(range).run();
          props.action.run(editor, ask);
        },
        render: renderMenu<SlashChoice>('Blocks'),
      }),
    ];
  },
});
