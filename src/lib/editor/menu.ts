// A list of choices at the caret while one types (`/`, `@`). Tiptap finds what is typed and places the list;
// the list itself is Menu.svelte. Focus stays in the text: the editor points at the current choice with
// aria-activedescendant, so a screen reader says it.
import { mount, unmount } from 'svelte';
import type { Editor } from '@tiptap/core';
import type { SuggestionOptions, SuggestionProps } from '@tiptap/suggestion';
import type { Choice } from './choice.ts';
import Menu from './Menu.svelte';

interface MenuHandle {
  show(choices: readonly Choice[], choose: (choice: Choice) => void): void;
  /** True when the key was for the menu. */
  press(key: string): boolean;
  current(): string | null;
}

type Render<C extends Choice> = NonNullable<SuggestionOptions<C, C>['render']>;

/** The `render` of a Tiptap suggestion that shows its items as a list called `label`. */
export const renderMenu =
  <C extends Choice>(label: string): Render<C> =>
  () => {
    let open: { host: HTMLElement; menu: MenuHandle; close: () => void } | null = null;

    const point = (editor: Editor) => {
      const { dom } = editor.view;
      const id = open?.menu.current() ?? null;
      if (id === null) {
        dom.removeAttribute('aria-activedescendant');
        dom.removeAttribute('aria-controls');
      } else {
        dom.setAttribute('aria-activedescendant', id);
        dom.setAttribute('aria-controls', id.slice(0, id.indexOf('--')));
      }
    };
    const show = (props: SuggestionProps<C, C>) => {
      open?.menu.show(props.items, (choice) => props.command(choice as C));
      point(props.editor);
    };
    const exit = (editor: Editor) => {
      open?.close();
      open = null;
      point(editor);
    };

    return {
      onStart(props) {
        const host = document.createElement('div');
        host.className = 'suggestions';
        const menu = mount(Menu, { target: host, props: { label } }) as unknown as MenuHandle;
        const away = props.mount(host);
        open = {
          host,
          menu,
          close: () => {
            away();
            void unmount(menu as unknown as Record<string, unknown>);
            host.remove();
          },
        };
        show(props);
      },
      onUpdate: show,
      onKeyDown({ event, view }) {
        if (!open || event.isComposing) return false;
        const taken = open.menu.press(event.key);
        const id = open?.menu.current();
        if (taken && id) view.dom.setAttribute('aria-activedescendant', id);
        return taken;
      },
      onExit: ({ editor }) => exit(editor),
    };
  };
