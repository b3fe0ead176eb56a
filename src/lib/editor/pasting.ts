// What comes in by the clipboard or by dropping, where ProseMirror's own way would lose something.
//
// Markdown in plain text becomes what it says, through the only door (blocks/markdown.ts), when it has a list, a
// heading, a fence, a table or a quote, and the caret stands where blocks may stand. Pasting *as plain text*, and
// pasting into code or a table's cell, stays letter for letter. The reader comes after the editor, so that a note
// does not wait for it; what is pasted before it is there stays plain.
// Files cannot be kept yet: that is said, instead of leaving the page for the file or doing nothing.
// What is larger than the server takes at once (PROTOCOL.md, 4413) is not put in at all: in the note it could never be sent.
//
// Deliberately not done: markdown in what also comes as HTML, since then the HTML says more.

import { Extension } from '@tiptap/core';
import { Slice, type ResolvedPos, type Schema } from '@tiptap/pm/model';
import { Plugin } from '@tiptap/pm/state';
import type { DocumentJson } from '$blocks/document-json.ts';
import type { BlockId } from '$core/ids.ts';

export interface PastingOptions {
  createId: () => BlockId;
  /** Tells the person a sentence. */
  tell: (sentence: string) => void;
}

type ReadMarkdown = (text: string, options: { createId: () => BlockId }) => DocumentJson;

const blockSyntax =
  /^ {0,3}(?:#{1,6} |[-*+] |\d{1,9}[.)] |>|`{3}|~{3}|\|.*\|[ \t]*\n {0,3}\|?[ \t]*:?-+:?[ \t]*\|)/m;

/** Whether a text has lines that markdown makes blocks of. */
export const hasBlockSyntax = (text: string): boolean => blockSyntax.test(text.replace(/\r\n?/g, '\n'));

const imageWords = 'Images are put in by their address for now: type /image.';
const fileWords = 'Only text can be put into a note. A markdown file is imported on the home page.';

/** Of characters and block ends: 3 MB at most, of the 4 MiB that a message may have. */
const maxSliceSize = 1_000_000;
/** A block makes up to five structs, and a message may have 100,000. */
const maxSliceBlocks = 20_000;

/** Whether more comes at once than a note takes. */
export function isTooMuch(slice: Slice): boolean {
  if (slice.size > maxSliceSize) return true;
  let blocks = 0;
  slice.content.descendants(({ isBlock }) => {
    if (isBlock) blocks++;
    return blocks <= maxSliceBlocks;
  });
  return blocks > maxSliceBlocks;
}

const tooMuchWords =
  'This is too much to put in at once, so nothing was: a million characters in 20,000 lines is the most.';

/** What to say of things that cannot be kept; null when all of it can be tried. */
export function refusal({ files }: DataTransfer): string | null {
  if (files.length === 0) return null;
  return [...files].some(({ type }) => type.startsWith('image/')) ? imageWords : fileWords;
}

const hasDataImage = (data: DataTransfer) => /<img[^>]*\ssrc=["']?data:/i.test(data.getData('text/html'));

const mayHoldBlocks = ({ parent }: ResolvedPos) =>
  parent.type.name === 'paragraph' || parent.type.name === 'heading';

/** Null when the text has nothing but lines, or is more than can be read. */
function toSlice(text: string, read: ReadMarkdown, schema: Schema, createId: () => BlockId): Slice | null {
  if (!hasBlockSyntax(text)) return null;
  let json: DocumentJson;
  try {
    json = read(text.replace(/\r\n?/g, '\n'), { createId });
  } catch (error) {
    if (error instanceof Error && error.name === 'MarkdownError') return null;
    throw error;
  }
  const { content } = schema.nodeFromJSON(json);
  // Lines at either end join the line one pastes into; every other block stays whole.
  const open = (name: string | undefined) => (name === 'paragraph' ? 1 : 0);
  return new Slice(content, open(content.firstChild?.type.name), open(content.lastChild?.type.name));
}

interface PastingStorage {
  /** Null until it has come. */
  read: ReadMarkdown | null;
}

declare module '@tiptap/core' {
  interface Storage {
    pasting: PastingStorage;
  }
}

export const Pasting = Extension.create<PastingOptions, PastingStorage>({
  name: 'pasting',
  addOptions: () => ({
    createId: () => {
      throw new RangeError('Pasting needs a source of ids.');
    },
    tell: () => {},
  }),
  addStorage: () => ({ read: null }),
  onCreate() {
    // Without a network it may not come; then text stays the text it is.
    void import('$blocks/markdown.ts').then(
      ({ fromMarkdown }) => (this.storage.read = fromMarkdown),
      () => undefined,
    );
  },
  addProseMirrorPlugins() {
    const { options, storage } = this;
    const refuse = (data: DataTransfer | null): boolean => {
      const words = data && refusal(data);
      // What office programs copy is text that comes with a picture of itself.
      if (!data || !words || data.getData('text/plain') !== '') return false;
      options.tell(words);
      return true;
    };
    const refuseSize = (slice: Slice): boolean => {
      if (!isTooMuch(slice)) return false;
      options.tell(tooMuchWords);
      return true;
    };
    const parseText = (text: string, $context: ResolvedPos, isPlain: boolean): Slice | null =>
      isPlain || storage.read === null || !mayHoldBlocks($context)
        ? null
        : toSlice(text, storage.read, $context.doc.type.schema, options.createId);
    return [
      new Plugin({
        props: {
          handlePaste(_view, { clipboardData }, slice) {
            if (refuse(clipboardData) || refuseSize(slice)) return true;
            if (clipboardData && hasDataImage(clipboardData)) options.tell(imageWords);
            return false;
          },
          handleDrop: (_view, { dataTransfer }, slice, isMoved) =>
            refuse(dataTransfer) || (!isMoved && refuseSize(slice)),
          // ProseMirror goes on by itself after null; its types do not say so.
          clipboardTextParser: parseText as (...pasted: Parameters<typeof parseText>) => Slice,
        },
      }),
    ];
  },
});
