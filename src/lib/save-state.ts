// Which save state follows from which facts. Pure: the note session collects the facts, this decides.
//
// The rule that matters: *saved* is said only when the server has put on disk everything this page sent, our
// half of the first exchange included. Whatever is not known to be safe is *saving* or *offline*.
// Order of precedence: refused, read-only, offline, saving, saved.

/**
 * `saving`: `frames` of our messages are under way since `since` (milliseconds of the session's clock); 0 while
 * the note is still being fetched. `offline`: `unsaved` tells whether something written here has not reached
 * the server, `kept` whether this device stores it. `refused`: the server will not have this session
 * (close codes 4400 to 4499) and no reconnecting will help.
 */
export type SaveState =
  | { kind: 'saved' }
  | { kind: 'saving'; frames: number; since: number }
  | { kind: 'offline'; kept: boolean; unsaved: boolean }
  | { kind: 'read-only'; reason: string }
  | { kind: 'refused'; code: number; reason: string };

/** `opening` is the very first try; later tries are `gone` until they succeed. */
export type SocketState = 'opening' | 'open' | 'gone';

export interface SaveFacts {
  now: number;
  socket: SocketState;
  /** The server's state of the note has arrived on this connection. */
  synced: boolean;
  /** Frames with changes sent on this connection, and how many of them the server says are on disk. */
  sent: number;
  onDisk: number;
  /** Since when nothing has been acknowledged although something was sent or asked; null when all is answered. */
  waitingSince: number | null;
  /** Written here since the last *saved*. */
  unsaved: boolean;
  /** The device stores every change. */
  kept: boolean;
  /** Why the server does not take changes; null when it does. */
  readOnly: string | null;
  refused: { code: number; reason: string } | null;
}

/** So long without any acknowledgement, an open socket is no better than none. */
export const silenceMs = 8000;

export function toSaveState(facts: SaveFacts): SaveState {
  if (facts.refused) return { kind: 'refused', ...facts.refused };
  if (facts.readOnly !== null) return { kind: 'read-only', reason: facts.readOnly };
  if (facts.socket === 'gone' || isSilent(facts)) {
    return { kind: 'offline', kept: facts.kept, unsaved: isUnsaved(facts) };
  }
  if (isSaved(facts)) return { kind: 'saved' };
  return { kind: 'saving', frames: facts.sent - facts.onDisk, since: facts.waitingSince ?? facts.now };
}

/** Whether closing the page now would lose something: it is neither on the server nor kept on this device. */
export const wouldLose = (facts: SaveFacts): boolean => isUnsaved(facts) && !facts.kept;

/** When the state may change without any new fact, in milliseconds from `now`; null when it will not. */
export function nextChangeIn({ now, socket, waitingSince }: SaveFacts): number | null {
  if (socket === 'gone' || waitingSince === null) return null;
  const wait = waitingSince + silenceMs - now;
  return wait > 0 ? wait : null;
}

// The server asks for our half when the connection opens, and the answer is the first frame counted:
// nothing sent means it has not asked yet.
const isSaved = ({ socket, synced, sent, onDisk }: SaveFacts) =>
  socket === 'open' && synced && sent > 0 && onDisk === sent;

const isUnsaved = ({ unsaved, sent, onDisk }: SaveFacts) => unsaved || onDisk < sent;

/** Whether an open socket has been without any acknowledgement for too long. */
export const isSilent = ({ now, waitingSince }: Pick<SaveFacts, 'now' | 'waitingSince'>): boolean =>
  waitingSince !== null && now - waitingSince >= silenceMs;
