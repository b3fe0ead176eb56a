// All open notes, and the doors to them. A live note changes through two doors only: a session's message, and
// `use`. Whatever else wants to change one takes the second, so that checking, durability and broadcast cannot be
// forgotten. A room opens when somebody comes, once however many come, and closes by itself when all are gone;
// who comes while it closes waits for that and opens it anew.
import type * as Y from 'yjs';
import type { NoteId, PersonId } from '../../src/core/ids.ts';
import type { Commit, Health } from '../storage/commit.ts';
import type { Operation } from '../storage/storage.ts';
import { StorageError } from '../storage/storage.ts';
import { sessionLimits } from './allowance.ts';
import { closeCode } from './protocol.ts';
import { ownedByServer } from './peer-owners.ts';
import type { Opening } from './room.ts';
import type { RoomTools } from './room-tools.ts';
import { Room } from './room.ts';
import type { Session, SessionPerson, SessionSocket } from './session.ts';

export type { RoomLog } from './room-tools.ts';
export type { Session, SessionPerson, SessionSocket } from './session.ts';

export interface Rooms {
  /** Makes the note: stores `update` as its first record (synced) together with `also`, atomically. Rejects if the note exists. */
  create(noteId: NoteId, update: Uint8Array, also: readonly Operation[]): Promise<void>;
  /** Null when the socket was closed instead, with the code that says why: no such note, damaged, unreadable, going down. Keeps the room open while the session lives. */
  connect(
    noteId: NoteId,
    socket: SessionSocket,
    person: SessionPerson,
    options: { rollcall: boolean },
  ): Promise<Session | null>;
  /**
   * The second door: runs `edit` once on the live document as the server, and resolves with its result once that
   * is durable. Null when there is no such note. `edit` must check before it changes anything; if it throws,
   * nothing is changed and the promise rejects. It may change server-owned maps. Rejects with StorageError when
   * the note cannot be opened or saved.
   */
  use<T>(noteId: NoteId, edit: (document: Y.Doc) => T): Promise<{ value: T } | null>;
  /** A look at the durable state; null when there is no such note. `look` must not change the document. */
  read<T>(noteId: NoteId, look: (document: Y.Doc) => T): Promise<{ value: T } | null>;
  /** Who is connected right now, one entry per person. */
  present(noteId: NoteId): PersonId[];
  /** Shows a person's new name (and colour) in every note they are in. */
  rename(personId: PersonId, change: { name: string; colour?: string }): void;
  /** Called after each commit of a note with its time, ms. Returns its undo. */
  onChange(listener: (noteId: NoteId, at: number) => void): () => void;
  /** Not ok once a write failed; heals when a write succeeds again. */
  health(): Health;
  /** Refuses whoever comes, writes what was received, ends the sessions with 1012, closes all rooms. */
  close(): Promise<void>;
}

export interface RoomsOptions extends Pick<RoomTools, 'noteLog' | 'clock' | 'schedule' | 'log'> {
  /** For its health: the one that `noteLog` writes through. */
  commit: Pick<Commit, 'health'>;
  /** The root types of a document: `open` to sessions, `owned` by the server. */
  roots: { open: readonly string[]; owned: readonly string[] };
  limits?: RoomTools['limits'];
}

/** Rooms over a note log. Make one per store: a note's log has one writer. */
export function createRooms({ commit, roots, limits = sessionLimits, ...rest }: RoomsOptions): Rooms {
  const tools: RoomTools = {
    ...rest,
    limits,
    roots: { open: new Set(roots.open), owned: new Set(roots.owned) },
  };
  const rooms = new Map<NoteId, Room>();
  const creating = new Set<NoteId>();
  const listeners = new Set<(noteId: NoteId, at: number) => void>();
  let isClosing = false;

  const changed = (noteId: NoteId, at: number) => {
    for (const listener of listeners) listener(noteId, at);
  };

  const roomOf = (noteId: NoteId): Room => {
    const known = rooms.get(noteId);
    if (known) return known;
    const room = new Room(noteId, tools, (at) => changed(noteId, at));
    rooms.set(noteId, room);
    void room.closed.then(() => rooms.delete(noteId));
    return room;
  };

  /** An open room, or why there is none. The room is to be used before anything else is awaited. */
  const open = async (noteId: NoteId): Promise<{ room: Room } | Exclude<Opening, { state: 'open' }>> => {
    for (;;) {
      if (isClosing) return { state: 'failed', error: new StorageError('closed', 'The server is closing.') };
      const room = roomOf(noteId);
      const opening = await room.opened;
      if (opening.state !== 'open') return opening;
      if (room.isOpen) return { room };
      await room.closed;
    }
  };

  const openOrThrow = async (noteId: NoteId): Promise<Room | null> => {
    const opening = await open(noteId);
    if ('room' in opening) return opening.room;
    switch (opening.state) {
      case 'absent':
        return null;
      case 'damaged':
        throw new StorageError('damaged', `This note is damaged. ${opening.account.join(' ')}`);
      case 'failed':
        throw opening.error;
      default:
        return opening satisfies never;
    }
  };

  return {
    async create(noteId, update, also) {
      if (creating.has(noteId)) throw new RangeError(`Note ${noteId} is being made already.`);
      creating.add(noteId);
      try {
        if ((await tools.noteLog.load(noteId)).state !== 'absent') {
          throw new RangeError(`Note ${noteId} exists already.`);
        }
        const at = tools.clock.date();
        const owners = ownedByServer(update);
        await tools.noteLog.append(noteId, { sequence: 1, at, author: '', update, owners }, also);
        changed(noteId, at);
      } finally {
        creating.delete(noteId);
      }
    },

    async connect(noteId, socket, person, options) {
      const opening = await open(noteId);
      if ('room' in opening) return opening.room.join(socket, person, options);
      if (isClosing) {
        socket.close(closeCode.restart, 'The server is going down.');
        return null;
      }
      switch (opening.state) {
        case 'absent':
          socket.close(closeCode.noSuchNote, 'There is no such note.');
          return null;
        case 'damaged':
          tools.log.error({ note: noteId, account: opening.account }, 'a note is damaged');
          socket.close(closeCode.damaged, 'This note is damaged and cannot be opened.');
          return null;
        case 'failed':
          tools.log.error({ note: noteId, err: opening.error }, 'a note cannot be opened');
          socket.close(closeCode.failure, 'This note cannot be opened at the moment.');
          return null;
        default:
          return opening satisfies never;
      }
    },

    async use(noteId, edit) {
      const room = await openOrThrow(noteId);
      return room && { value: await room.edit(edit) };
    },
    async read(noteId, look) {
      const room = await openOrThrow(noteId);
      return room && { value: await room.look(look) };
    },
    present: (noteId) => rooms.get(noteId)?.present() ?? [],
    rename(personId, change) {
      for (const room of rooms.values()) room.rename(personId, change);
    },
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    health: () => commit.health(),
    async close() {
      isClosing = true;
      await Promise.all([...rooms.values()].map((room) => room.close()));
    },
  };
}
