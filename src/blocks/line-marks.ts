// Words of a line that carry a meaning, and how they are shown: assignees, due dates and labels of action items, labels
// of decisions, speaker tags. The same in the editor (show-line-marks.ts) and on the page the server renders (html.ts).
// They are only shown: the words stay the text they are.

import type { Node } from '@tiptap/pm/model';
import { actionLabelLength, parseActionText } from '../core/action-item.ts';
import { parseDecisionLabel } from '../core/decision.ts';
import { parseSpeakerTags } from '../core/speaker.ts';
import { isActionItem } from './action-item/list-item.ts';
import { decisionOf } from './decision/decision.ts';

/** Where words stand in their line, and the attributes they are shown with. */
export interface LineMark {
  from: number;
  to: number;
  attributes: Record<string, string>;
}

/** The text of a paragraph with one character for each inline node, so that offsets are positions. */
export const flatText = (paragraph: Node) =>
  paragraph.textBetween(0, paragraph.content.size, '\n', (leaf) =>
    leaf.type.name === 'hardBreak' || leaf.type.name === 'softBreak' ? '\n' : '\ufffc',
  );

const mark = (from: number, to: number, className: string): LineMark => ({
  from,
  to,
  attributes: { class: className },
});

const labelMark = (text: string, length: number): LineMark[] =>
  length > 0 ? [mark(0, text.slice(0, length).trimEnd().length, 'line-label')] : [];

/** `today` '' never is overdue. */
function actionMarks(text: string, isDone: boolean, today: string): LineMark[] {
  const { assignees, due } = parseActionText(text);
  const found = labelMark(text, actionLabelLength(text));
  for (const { from, to, handle } of assignees)
    found.push({ from, to, attributes: { class: 'assignee', 'data-handle': handle } });
  if (!due) return found;
  const isOverdue = today !== '' && due.date !== '' && due.date < today && !isDone;
  return [...found, mark(due.from, due.to, isOverdue ? 'due overdue' : 'due')];
}

/** The value is shown, what is around it only where somebody writes in it. */
const speakerMarks = (text: string): LineMark[] =>
  parseSpeakerTags(text).flatMap(({ kind, from, to, valueFrom, valueTo }) => [
    mark(from, valueFrom, 'speaker-syntax'),
    mark(valueFrom, valueTo, kind === 'color' ? 'speaker-syntax' : `speaker speaker-${kind}`),
    mark(valueTo, to, 'speaker-syntax'),
  ]);

/** A paragraph cannot be ticked, but older minutes have `Action: …` outside of lists too. */
const isAction = (item: Node | null, text: string) =>
  item ? isActionItem(item) : actionLabelLength(text) > 0;

/** The marks of a line, in order and none over another. `item` is the list item it is the first line of, or null. */
export function lineMarks(line: Node, item: Node | null, today: string): LineMark[] {
  if (line.type.spec.code || line.content.size === 0) return [];
  const text = flatText(line);
  const found = speakerMarks(text);
  if (decisionOf(line)) found.push(...labelMark(text, parseDecisionLabel(text)?.length ?? 0));
  if (isAction(item, text)) found.push(...actionMarks(text, item?.attrs.checked === true, today));
  found.sort((one, other) => one.from - other.from);
  return found.filter(({ from }, i) => i === 0 || from >= found[i - 1]!.to);
}
