// Notes as things one makes, lists and takes away. Their documents live in rooms; beside each document
// is kept what it was made as (meta) and what the home page shows of it (summary), which is derived and
// may be a moment old: it is written some seconds after a change and when the server closes.
import { randomBytes } from 'node:crypto';
import * as Y from 'yjs';
import { createBlockId, createNoteId, formatId, type NoteId, type PersonId } from '../../src/core/ids.ts';
import { maxTitleLength, type Meeting, type NoteMeta, type NoteSummary } from '../../src/core/note.ts';
import { toLine } from '../../src/core/person.ts';
import type { DocumentJson } from '../../src/blocks/document-json.ts';
import { readSummary, titleOf, writeDocument } from '../../src/blocks/document.ts';
import { schemaVersion } from '../../src/blocks/schema.ts';
import { meetingTemplate, noteTemplate } from '../../src/blocks/template.ts';
import type { Offload } from '../offload/offload.ts';
import { noteMetaKey, noteSummaryKey, parseVisitKey, visitKey, visitRange } from '../storage/keys.ts';
import { putSealed, readSealed } from '../storage/sealed.ts';
import type { Operation, Storage } from '../storage/storage.ts';
import { Recent } from '../recent.ts';
import type { Rooms } from '../sync/rooms.ts';
import { shared } from './shared.ts';

/** How long after a change the home page may still show the old title. */
const summaryDelayMs = 2_000;
/** The home page shows at most so many notes. */
const maxListed = 500;

/** For a note whose meta is damaged: its document is still there. */
const lostMeta: NoteMeta = {
  title: '',
  meeting: null,
  createdAt: 0,
  createdBy: '',
  schemaVersion,
  epoch: '',
};

export interface NotePage {
  title: string;
  meta: NoteMeta;
  /** The whole note, read-only, escaped. */
  html: string;
}

export interface Notes {
  createNote(by: PersonId, title: string): Promise<NoteId>;
  createMeeting(by: PersonId, title: string, meeting: Meeting): Promise<NoteId>;
  /** Makes a note of a text. Rejects with MarkdownError when the text cannot be taken (too large, too deep). */
  importMarkdown(by: PersonId, markdown: string): Promise<NoteId>;
  /** Null when there is no such note. */
  page(noteId: NoteId): Promise<NotePage | null>;
  /** Null when there is no such note. */
  markdown(noteId: NoteId): Promise<{ title: string; markdown: string } | null>;
  exists(noteId: NoteId): Promise<boolean>;
  /** The note's epoch (server/PROTOCOL.md, E1); '' when it is not known. */
  epoch(noteId: NoteId): Promise<string>;
  /** Remembers that a person opened a note. */
  visit(person: PersonId, noteId: NoteId): Promise<void>;
  /** The notes a person made or opened, last changed first. */
  list(person: PersonId): Promise<NoteSummary[]>;
  close(): Promise<void>;
}

interface Dependencies {
  storage: Storage;
  commit: (operations: readonly Operation[]) => Promise<void>;
  rooms: Rooms;
  offload: Offload;
  clock: { now(): number };
  schedule: (run: () => void, delayMs: number) => () => void;
  failed: (error: unknown) => void;
}

export function createNotes({
  storage,
  commit,
  rooms,
  offload,
  clock,
  schedule,
  failed,
}: Dependencies): Notes {
  const newBlockId = () => createBlockId(randomBytes(16));

  /** A note's epoch never changes while its store is open, and is asked for with each connection. */
  const epochs = new Recent<NoteId, string>(10_000);

  /** Notes that have changed since their summary was written; each is written once, however many changes come. */
  const stale = new Map<NoteId, { changedAt: number; cancel: () => void }>();

  async function createFrom(by: PersonId, meeting: Meeting | null, json: DocumentJson): Promise<NoteId> {
    const document = new Y.Doc();
    writeDocument(document, json);
    const update = Y.encodeStateAsUpdate(document);
    document.destroy();
    return create(by, meeting, { update, title: titleOf(json), attendees: [] });
  }

  async function create(
    by: PersonId,
    meeting: Meeting | null,
    { update, title, attendees }: { update: Uint8Array; title: string; attendees: string[] },
  ): Promise<NoteId> {
    const noteId = createNoteId(randomBytes(16));
    const now = clock.now();
    const meta: NoteMeta = {
      title,
      meeting,
      createdAt: now,
      createdBy: by,
      schemaVersion,
      epoch: formatId(randomBytes(16)),
    };
    await rooms.create(noteId, update, [
      putSealed(noteMetaKey(noteId), meta),
      putSealed(noteSummaryKey(noteId), toSummary(noteId, meta, { title, attendees }, now)),
      putSealed(visitKey(by, noteId), { at: now }),
    ]);
    return noteId;
  }

  async function writeSummary(noteId: NoteId): Promise<void> {
    const changedAt = stale.get(noteId)?.changedAt ?? clock.now();
    stale.delete(noteId);
    const meta = (await readBeside<NoteMeta>(noteMetaKey(noteId))) ?? lostMeta;
    const said = await rooms.read(noteId, readSummary);
    if (said !== null)
      await commit([putSealed(noteSummaryKey(noteId), toSummary(noteId, meta, said.value, changedAt))]);
  }

  const stopListening = rooms.onChange((noteId, at) => {
    const waiting = stale.get(noteId);
    if (waiting) {
      waiting.changedAt = at;
      return;
    }
    const write = () => void writeSummary(noteId).catch(failed);
    stale.set(noteId, { changedAt: at, cancel: schedule(write, summaryDelayMs) });
  });

  /** Null when it is not there, or is damaged: what is beside a document must not keep anybody from reading it. */
  async function readBeside<T>(key: string): Promise<T | null> {
    const bytes = await storage.get(key);
    const read = bytes && readSealed<T>(key, bytes);
    return read && 'value' in read ? read.value : null;
  }

  // A large note is worked through elsewhere, and for a crowd that comes at once only once.
  const page = shared(async (noteId: NoteId): Promise<NotePage | null> => {
    const meta = (await readBeside<NoteMeta>(noteMetaKey(noteId))) ?? lostMeta;
    const read = await rooms.read(noteId, (document) => Y.encodeStateAsUpdate(document));
    if (read === null) return null;
    const today = new Date(clock.now()).toISOString().slice(0, 10);
    const { title, html } = await offload.run('renderPage', { update: read.value, today }, read.value.length);
    return { title: title || meta.title, meta, html };
  });

  const markdown = shared(async (noteId: NoteId) => {
    const read = await rooms.read(noteId, (document) => Y.encodeStateAsUpdate(document));
    return read && offload.run('exportMarkdown', read.value, read.value.length);
  });

  return {
    createNote: (by, title) => createFrom(by, null, noteTemplate(toLine(title, maxTitleLength))),
    createMeeting: (by, title, meeting) =>
      createFrom(by, meeting, meetingTemplate(toLine(title, maxTitleLength), meeting, newBlockId())),
    importMarkdown: async (by, text) =>
      create(by, null, await offload.run('importMarkdown', text, text.length)),

    page,
    markdown,

    exists: async (noteId) => (await storage.get(noteMetaKey(noteId))) !== null,

    async epoch(noteId) {
      const known = epochs.get(noteId);
      if (known) return known;
      const epoch = (await readBeside<NoteMeta>(noteMetaKey(noteId)))?.epoch ?? '';
      if (epoch) epochs.set(noteId, epoch);
      return epoch;
    },

    visit: (person, noteId) => commit([putSealed(visitKey(person, noteId), { at: clock.now() })]),

    async list(person) {
      const found: NoteSummary[] = [];
      for await (const [key] of storage.range(visitRange(person))) {
        const noteId = parseVisitKey(person, key);
        const summary = noteId && (await readBeside<NoteSummary>(noteSummaryKey(noteId)));
        if (summary !== null) found.push(summary);
      }
      return found.sort((one, other) => other.changedAt - one.changedAt).slice(0, maxListed);
    },

    async close() {
      stopListening();
      for (const { cancel } of stale.values()) cancel();
      await Promise.all([...stale.keys()].map((noteId) => writeSummary(noteId).catch(failed)));
    },
  };
}

/** What the home page shows. */
const toSummary = (
  id: NoteId,
  meta: NoteMeta,
  { title, attendees }: { title: string; attendees: string[] },
  changedAt: number,
): NoteSummary => ({
  id,
  title: title || meta.title,
  date: meta.meeting?.date ?? '',
  attendees,
  changedAt,
});
