// The editor: the schema's list, tied to the note, with faces, menus, placeholder and search.
import { Editor, Extension, type Extensions } from '@tiptap/core';
import { Placeholder } from '@tiptap/extensions';
import { search } from 'prosemirror-search';
import type { Awareness } from 'y-protocols/awareness';
import type { XmlFragment } from 'yjs';
import type { Face } from '$blocks/face.ts';
import { ActionItem } from '$blocks/action-item/action-item.ts';
import { RollCall } from '$blocks/roll-call/roll-call.ts';
import { extensions } from '$blocks/schema.ts';
import { faces } from '$blocks/views.ts';
import { createBlockId } from '$core/ids.ts';
import type { Profile } from '$core/person.ts';
import { BrowserCaret } from '../browser-caret.ts';
import { Collaboration } from '../collaboration.ts';
import { RemoteCarets } from '../remote-carets.ts';
import type { Exchange } from '../own-line.ts';
import type { Ask } from './editor-actions.ts';
import { MentionMenu } from './mention-menu.ts';
import { Pasting } from './pasting.ts';
import { SlashMenu } from './slash-menu.ts';

export interface EditorParts {
  element: HTMLElement;
  fragment: XmlFragment;
  exchange?: Exchange;
  awareness: Awareness;
  face: Face;
  editable: boolean;
  isMac: boolean;
  ask: Ask;
  /** Tells the person a sentence. */
  tell: (sentence: string) => void;
  /** Opens find-in-note. */
  find: () => void;
  /** Signs the roll call at the caret, or the first one. */
  sign: () => void;
  /** Whom `@` offers. */
  people: () => readonly Profile[];
}

const shortcuts = ({ ask, find, sign }: EditorParts) =>
  Extension.create({
    name: 'noteShortcuts',
    addKeyboardShortcuts: () => {
      const always = (run: () => void) => () => {
        run();
        return true;
      };
      return {
        'Mod-k': always(() => ask('link')),
        'Mod-f': always(find),
        'Mod-Alt-s': always(sign),
      };
    },
  });

const searching = Extension.create({
  name: 'searching',
  addProseMirrorPlugins: () => [search()],
});

const placeholder = Placeholder.configure({
  emptyNodeClass: 'is-empty placeholder',
  placeholder: ({ node, pos }) => {
    if (node.type.name === 'heading') return pos === 0 ? 'Title' : 'Heading';
    return node.type.name === 'paragraph' ? 'Write, or type / for blocks' : '';
  },
});

const ownRandom = () => createBlockId(crypto.getRandomValues(new Uint8Array(16)));

/** Options a block takes from the page it stands on. */
const configure = (list: Extensions, face: Face): Extensions =>
  list.map((extension) => {
    if (extension.name === RollCall.name) return RollCall.configure({ createId: ownRandom });
    if (extension.name === ActionItem.name) return ActionItem.configure({ today: face.today });
    return extension;
  });

export function createEditor(parts: EditorParts): Editor {
  const { element, fragment, exchange, awareness, face, editable, isMac, ask, tell, people } = parts;
  return new Editor({
    element,
    editable,
    injectCSS: false,
    extensions: [
      ...configure(extensions, face),
      BrowserCaret,
      Collaboration.configure({ fragment, ...(exchange && { exchange: () => exchange }) }),
      RemoteCarets.configure({ awareness }),
      faces(face),
      placeholder,
      searching,
      shortcuts(parts),
      Pasting.configure({ createId: ownRandom, tell }),
      SlashMenu.configure({ ask, isMac }),
      MentionMenu.configure({ people }),
    ],
    editorProps: {
      attributes: {
        class: 'document',
        role: 'textbox',
        'aria-multiline': 'true',
        'aria-label': 'Note text',
        'aria-keyshortcuts': 'Alt+F10',
        spellcheck: 'true',
      },
      // What is pasted from elsewhere may be long; ProseMirror scrolls to where it ends.
      scrollMargin: { top: 96, bottom: 96, left: 0, right: 0 },
      scrollThreshold: { top: 96, bottom: 96, left: 0, right: 0 },
    },
  });
}
