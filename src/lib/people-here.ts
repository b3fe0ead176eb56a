// Who is in the note, from presence. Pure.
//
// One person may have several sessions (tabs, devices): they are one entry. The server writes each session's
// `user`; a state without one has not been introduced yet and is left out. One's own session is known here
// without the server, so one is always in the list.

import { colourOf } from '../core/person.ts';

export interface PersonHere {
  personId: string;
  name: string;
  /** #rrggbb */
  colour: string;
  isMe: boolean;
  /** At least one of their sessions is, or was before they turned to something else, in the text. */
  hasCaret: boolean;
  sessions: number;
}

/** What presence says of a session. Everything came over the wire. */
export interface PresenceState {
  user?: { id?: unknown; name?: unknown; colour?: unknown };
  cursor?: unknown;
}

export interface Me {
  personId: string;
  name: string;
}

/** What to call somebody who has not said who they are. */
export const shownName = (name: string): string => name || 'Guest';

const colourPattern = /^#[0-9a-f]{6}$/i;

/** Null when the session is not introduced. A colour that is none becomes the person's own. */
export function introducedAs(
  state: PresenceState,
): { personId: string; name: string; colour: string } | null {
  const { id, name, colour } = state.user ?? {};
  if (typeof id !== 'string' || id === '') return null;
  return {
    personId: id,
    name: typeof name === 'string' ? name : '',
    colour: typeof colour === 'string' && colourPattern.test(colour) ? colour : colourOf(id),
  };
}

/**
 * Oneself first, then the others in the order of `previous`, then newcomers by name, so that nobody in a list
 * on screen changes place while others come and go.
 */
export function listPeople(
  states: ReadonlyMap<number, PresenceState>,
  ownSession: number,
  me: Me,
  previous: readonly PersonHere[],
): PersonHere[] {
  const people = new Map<string, PersonHere>();
  for (const [session, state] of states) {
    const isOwn = session === ownSession;
    const person = isOwn ? { ...me, colour: colourOf(me.personId) } : introducedAs(state);
    if (!person) continue;
    const known = people.get(person.personId);
    people.set(person.personId, {
      ...(isOwn || !known ? person : { personId: known.personId, name: known.name, colour: known.colour }),
      isMe: person.personId === me.personId,
      hasCaret: (known?.hasCaret ?? false) || state.cursor != null,
      sessions: (known?.sessions ?? 0) + 1,
    });
  }
  const place = new Map(previous.map(({ personId }, index) => [personId, index]));
  const placeOf = ({ isMe, personId }: PersonHere) => (isMe ? -1 : (place.get(personId) ?? previous.length));
  return [...people.values()].sort((a, b) => placeOf(a) - placeOf(b) || a.name.localeCompare(b.name));
}
