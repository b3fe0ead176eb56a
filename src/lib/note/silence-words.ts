// What is said of people who were writing and are not heard any more. Only what is known: whether they have gone on
// writing is not.
import type { PersonBack, SilentPerson } from '../silence.svelte.ts';

/** "40 s", "3 min": rounded down. */
export function formatSpan(ms: number): string {
  const seconds = Math.floor(ms / 5000) * 5;
  return seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min`;
}

/** For somebody in a list. */
export const silenceHint = ({ forMs }: SilentPerson) => `nothing for ${formatSpan(forMs)}`;

/** '' for nobody. */
export function silenceSentence(people: readonly SilentPerson[]): string {
  const [first] = people;
  if (!first) return '';
  const names = joinNames(people.map(({ name }) => name || 'a guest'));
  const span = formatSpan(Math.min(...people.map(({ forMs }) => forMs)));
  return people.length === 1
    ? `${names} was writing, and nothing has arrived for ${span}.`
    : `${names} were writing, and nothing has arrived from them for ${span}.`;
}

export const backSentence = ({ name, isWhole }: PersonBack) =>
  `${capital(name || 'a guest')} is back${isWhole ? '; everything has arrived' : ''}.`;

const mostNames = 3;

/** "Ana, Ben and 4 more". */
function joinNames(names: readonly string[]): string {
  const shown = names.length > mostNames ? names.slice(0, mostNames - 1) : names;
  const rest = names.length - shown.length;
  const parts = rest > 0 ? [...shown, `${rest} more`] : shown;
  const last = parts.at(-1)!;
  return capital(parts.length > 1 ? `${parts.slice(0, -1).join(', ')} and ${last}` : last);
}

const capital = (words: string) => words.replace(/^a guest/, 'A guest');
