// A cell holds inline content only. With a selection over several cells Tiptap's commands for blocks would tear the
// table to make room for theirs; here they say no in a cell, also when only asked whether they could, and change nothing.

import { commands, Extension } from '@tiptap/core';
import type { CommandProps } from '@tiptap/core';
import { placeOf } from './table-commands.ts';

type Command = (props: CommandProps) => boolean;

const outsideCells =
  <Given extends unknown[]>(create: (...given: Given) => Command) =>
  (...given: Given): Command =>
  (props) =>
    !placeOf(props.tr.selection.$from) && create(...given)(props);

/** The commands all others for blocks are made of, and the rule. */
export const OutsideCells = Extension.create({
  name: 'outsideCells',
  addCommands: () => ({
    clearNodes: outsideCells(commands.clearNodes),
    setNode: outsideCells(commands.setNode),
    toggleNode: outsideCells(commands.toggleNode),
    wrapIn: outsideCells(commands.wrapIn),
    toggleWrap: outsideCells(commands.toggleWrap),
    wrapInList: outsideCells(commands.wrapInList),
    toggleList: outsideCells(commands.toggleList),
  }),
});
