// What a new note and a new meeting start with. The meeting's shape is that of a real team's document.
// Made once, on the server, when the note is made: no browser ever seeds a document.
import { formatDay, type Meeting } from '../core/note.ts';
import type { BlockId } from '../core/ids.ts';
import type { DocumentJson, NodeJson } from './document-json.ts';

const text = (words: string): NodeJson[] => (words === '' ? [] : [{ type: 'text', text: words }]);
const link = (words: string, href: string): NodeJson => ({
  type: 'text',
  text: words,
  marks: [{ type: 'link', attrs: { href } }],
});
const paragraph = (...content: NodeJson[]): NodeJson => ({ type: 'paragraph', content });
const heading = (level: number, ...content: NodeJson[]): NodeJson => ({
  type: 'heading',
  attrs: { level },
  content,
});
const emptyList = (): NodeJson => ({
  type: 'bulletList',
  content: [{ type: 'listItem', content: [paragraph()] }],
});

/** A plain note: its title and an empty line to write on. */
export const noteTemplate = (title: string): DocumentJson => ({
  type: 'doc',
  content: [heading(1, ...text(title)), paragraph()],
});

/** A meeting. What was not given is left out, or left open where people will want to fill it in (goal, date). */
export function meetingTemplate(title: string, meeting: Meeting, rollCallId: BlockId): DocumentJson {
  const when = [formatDay(meeting.date), [meeting.time, meeting.timeZone].filter(Boolean).join(' ')];
  const content: (NodeJson | false)[] = [
    heading(1, ...text(title)),
    paragraph(...text('Goal: ')),
    heading(4, ...text(`Date: ${when.filter(Boolean).join(', ')}`)),
    meeting.callUrl !== '' &&
      heading(4, ...text('Videoconference link: '), link(meeting.callUrl, meeting.callUrl)),
    meeting.priorUrl !== '' && paragraph(link('Report of the prior meeting', meeting.priorUrl)),
    heading(2, ...text('Welcome to the team meeting')),
    paragraph(...text('Hello!')),
    {
      type: 'rollCall',
      attrs: { id: rollCallId },
      content: [
        paragraph(
          ...text('If you are joining the video meeting, sign in below so we know who was here. Roll call:'),
        ),
      ],
    },
    heading(2, ...text('Actions')),
    heading(3, ...text('Help or discussion needed')),
    emptyList(),
    heading(3, ...text('Decisions needed')),
    emptyList(),
    heading(3, ...text('Next actions')),
    emptyList(),
    heading(2, ...text('News, information and thanks')),
    heading(3, ...text('News')),
    emptyList(),
    heading(3, ...text('Thanks and things to celebrate')),
    emptyList(),
  ];
  return { type: 'doc', content: content.filter((block) => block !== false) };
}
