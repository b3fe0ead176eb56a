import { describe, expect, it } from 'vitest';
import type * as Y from 'yjs';
import { createPersonId, parseNoteId, type NoteId } from '../../../src/core/ids.ts';
import { createTestServices } from '../../support/services.ts';

const ana = createPersonId(new Uint8Array(16).fill(1));
const ben = createPersonId(new Uint8Array(16).fill(2));
const meeting = { date: '2026-12-01', time: '17:00', timeZone: 'Europe/Oslo', callUrl: '', priorUrl: '' };

describe('notes', () => {
  it('makes a meeting of the template, once, with what was given', async () => {
    const { notes } = createTestServices();
    const id = await notes.createMeeting(ana, 'Team *meeting* #1', meeting);
    expect(parseNoteId(id)).toBe(id);
    const page = (await notes.page(id))!;
    expect(page.title).toBe('Team *meeting* #1');
    expect(page.meta).toMatchObject({ meeting, createdBy: ana });
    expect(page.html.match(/<section class="roll-call"/g)).toHaveLength(1);
    const { markdown } = (await notes.markdown(id))!;
    expect(markdown).toContain('# Team \\*meeting\\* #1');
    expect(markdown).toContain('Date: 1 December 2026, 17:00 Europe/Oslo');
    expect(markdown).not.toContain('Videoconference');
  });

  it('gives fifty people who open it at once the same note, written once', async () => {
    const { notes, storage } = createTestServices();
    const id = await notes.createMeeting(ana, 'Crowd', meeting);
    const writes = storage.writes;
    const pages = await Promise.all(Array.from({ length: 50 }, () => notes.page(id)));
    expect(new Set(pages.map((page) => page!.html)).size).toBe(1);
    expect(storage.writes).toBe(writes);
  });

  it('lists for a person what they made or opened, last changed first, and for others nothing', async () => {
    const { notes, clock } = createTestServices();
    const first = await notes.importMarkdown(ana, '# First');
    await clock.advance(1_000);
    const second = await notes.importMarkdown(ana, '# Second\n\nRoll call:\n\n* Min RK / Simula / @minrk');
    expect((await notes.list(ana)).map(({ title }) => title)).toEqual(['Second', 'First']);
    expect((await notes.list(ana))[0]).toMatchObject({ id: second, attendees: ['Min RK'] });
    expect(await notes.list(ben)).toEqual([]);
    await notes.visit(ben, first);
    expect((await notes.list(ben)).map(({ id }) => id)).toEqual([first]);
  });

  it('shows a new title and who signed some seconds after the change, and at once when it closes', async () => {
    const { notes, rooms, clock, failures } = createTestServices();
    const id = await notes.createNote(ana, 'Before');
    const retitle = (title: string) =>
      rooms.use(id, (document) => {
        const heading = document.getXmlFragment('default').get(0) as Y.XmlElement;
        const text = heading.get(0) as Y.XmlText;
        text.delete(0, text.length);
        text.insert(0, title);
      });
    await retitle('After');
    expect((await notes.list(ana))[0]!.title).toBe('Before');
    await clock.advance(2_500);
    await expect.poll(async () => (await notes.list(ana))[0]!.title).toBe('After');
    await retitle('At last');
    await notes.close();
    expect((await notes.list(ana))[0]!.title).toBe('At last');
    expect(failures).toEqual([]);
  });

  it('hears of a meeting while it goes on, however long nobody pauses', async () => {
    const { notes, rooms, clock } = createTestServices();
    const id = await notes.createNote(ana, 'Meeting');
    for (let second = 0; second < 5; second++) {
      await rooms.use(id, (document) => {
        const heading = document.getXmlFragment('default').get(0) as Y.XmlElement;
        (heading.get(0) as Y.XmlText).insert(0, String(second));
      });
      await clock.advance(1_000);
    }
    await expect.poll(async () => (await notes.list(ana))[0]!.title).toMatch(/^[1-4]+\d*0Meeting$/);
  });

  it('says of an unknown note that there is none', async () => {
    const { notes } = createTestServices();
    const unknown = 'AAAAAAAAAAAAAAAAAAAAAA' as NoteId;
    expect(await notes.page(unknown)).toBeNull();
    expect(await notes.markdown(unknown)).toBeNull();
    expect(await notes.exists(unknown)).toBe(false);
  });

  it('never forgets to tell who asked when the disk refuses a new note', async () => {
    const { notes, storage } = createTestServices();
    storage.isBroken = true;
    await expect(notes.createNote(ana, 'Lost')).rejects.toThrow('The disk is full.');
    expect(await notes.list(ana)).toEqual([]);
  });
});
