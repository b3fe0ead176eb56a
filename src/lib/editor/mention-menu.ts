// `@` completes people: those in the roll call, those who are here. What is written is text, `@handle`, which
// in an action item is who it is for.
import { Extension } from '@tiptap/core';
import { PluginKey, type EditorState } from '@tiptap/pm/state';
import { Suggestion } from '@tiptap/suggestion';
import type { Profile } from '$core/person.ts';
import type { Choice } from './choice.ts';
import { renderMenu } from './menu.ts';

interface PersonChoice extends Choice {
  handle: string;
}

/** Somebody without a handle is written by name, in the letters a handle may have: Jessica-Forde. */
export const toMention = ({ name, handle }: Profile) =>
  handle ||
  name
    .normalize('NFKD')
    .replace(/[^\w\s-]/g, '')
    .trim()
    .replace(/\s+/g, '-');

/** The character at a position, '' at the end of a line. */
const textAfter = (state: EditorState, pos: number) => {
  const { parent, parentOffset } = state.doc.resolve(pos);
  return parent.textBetween(parentOffset, Math.min(parentOffset + 1, parent.content.size));
};

/**
 * People whose name or handle has a word that begins with what is typed; one each, none that is
 * typed out already. At most eight.
 */
export function findPeople(people: readonly Profile[], query: string): Profile[] {
  const wanted = query.toLowerCase();
  const seen = new Set<string>();
  return people
    .filter((person) => {
      const mention = toMention(person).toLowerCase();
      if (mention === '' || mention === wanted || seen.has(mention)) return false;
      const words = [mention, person.handle, ...person.name.split(/\s+/)];
      if (!words.some((word) => word.toLowerCase().startsWith(wanted))) return false;
      seen.add(mention);
      return true;
    })
    .slice(0, 8);
}

export const MentionMenu = Extension.create<{ people: () => readonly Profile[] }>({
  name: 'mentionMenu',
  addOptions: () => ({ people: () => [] }),
  addProseMirrorPlugins() {
    const { people } = this.options;
    return [
      Suggestion<PersonChoice, PersonChoice>({
        pluginKey: new PluginKey('mentionMenu'),
        editor: this.editor,
        char: '@',
        allowedPrefixes: [' ', '(', '/'],
        // Not in code, and not while the caret merely stands inside a name that is already there.
        allow: ({ state, range }) =>
          !state.doc.resolve(range.from).parent.type.spec.code && !/^[\w-]/.test(textAfter(state, range.to)),
        items: ({ query }) =>
          findPeople(people(), query).map((person) => ({
            id: toMention(person),
            label: person.name || `@${person.handle}`,
            hint: [person.handle && `@${person.handle}`, person.affiliation].filter(Boolean).join(' · '),
            handle: toMention(person),
          })),
        command({ editor, range, props }) {
          const text = `@${props.handle}${textAfter(editor.state, range.to) === ' ' ? '' : ' '}`;
          editor.chain().focus().insertContentAt(range, text).run();
        },
        render: renderMenu<PersonChoice>('People'),
      }),
    ];
  },
});
