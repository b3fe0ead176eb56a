// Gives the blocks' faces what they need of the page: who one is, who signed, and the ways to sign.
import type { Face, RollRow } from '$blocks/face.ts';
import { parsePersonId } from '$core/ids.ts';
import { rollName } from '$core/note.ts';
import { toRollEntry } from '$core/roll-call.ts';
import { noProfile, type Profile } from '$core/person.ts';
import type { Me } from '../me.svelte.ts';
import type { NoteSession } from '../note-session.svelte.ts';
import type { Notices } from './notices.svelte.ts';
import type { ProfileQuestion } from './profile-question.svelte.ts';
import { addToRoll, correctRow, signRoll, withdrawRow, type RollOutcome } from './roll-requests.ts';

interface Parts {
  noteId: string;
  session: NoteSession;
  me: Me;
  question: ProfileQuestion;
  notices: Notices;
  mayEdit: () => boolean;
  /** Asks who one is; resolves with the name, '' when one does not say. */
  introduce: () => Promise<string>;
}

const toProfile = ({ name, affiliation, handle }: Profile): Profile => ({ name, affiliation, handle });

export function createFace({ noteId, session, me, question, notices, mayEdit, introduce }: Parts): Face {
  const tell = (outcome: RollOutcome, done: string) => {
    if (outcome.ok) notices.say(done);
    else notices.show(outcome.message, 'trouble');
  };

  let hasAskedName = false;

  return {
    me,
    get mayEdit() {
      return mayEdit();
    },
    get hereCount() {
      return session.people.length;
    },
    rows: (block) => toRows(session.rollOf(block)),
    followRows(changed) {
      const roll = session.doc.getMap(rollName);
      roll.observe(changed);
      return () => roll.unobserve(changed);
    },
    nameMe() {
      if (me.profile.name !== '' || hasAskedName) return Promise.resolve(me.profile.name);
      hasAskedName = true;
      return introduce();
    },
    today: () => toLocalDay(new Date()),

    async sign(block) {
      let { profile } = me;
      if (profile.name === '') {
        const answer = await question.ask({ title: 'Sign the roll call', submit: 'Sign', profile });
        if (answer === null) return;
        profile = answer;
        await me.describe(answer).catch(() => {});
      }
      tell(await signRoll(noteId, block, profile), 'Your name is in the roll call.');
    },
    async addSomebody(block) {
      const profile = await question.ask({ title: 'Add somebody', submit: 'Add', profile: noProfile });
      if (profile) tell(await addToRoll(noteId, block, profile), `${profile.name} was added.`);
    },
    async correct(block, { row, entry }: RollRow) {
      const mine = row === me.id;
      const profile = await question.ask({
        title: mine ? 'Correct your row' : 'Correct this row',
        submit: 'Correct',
        profile: toProfile(entry),
      });
      if (profile === null) return;
      if (mine) await me.describe(profile).catch(() => {});
      const outcome = mine
        ? await signRoll(noteId, block, profile)
        : await correctRow(noteId, block, row, profile);
      tell(outcome, 'Corrected.');
    },
    async withdraw(block, { row, entry }: RollRow) {
      const done = row === me.id ? 'Your signature is withdrawn.' : `${entry.name} is removed.`;
      tell(await withdrawRow(noteId, block, row), done);
    },
  };
}

/** In the order they signed. Whatever is no entry is left out: it came over the wire. */
export function toRows(values: ReadonlyMap<string, unknown>): RollRow[] {
  return [...values]
    .flatMap(([id, value]) => {
      const row = parsePersonId(id);
      const entry = toRollEntry(value);
      return row && entry ? [{ row, entry }] : [];
    })
    .sort((one, other) => one.entry.signedAt - other.entry.signedAt || (one.row < other.row ? -1 : 1));
}

/** YYYY-MM-DD of the calendar on this person's wall. */
export function toLocalDay(date: Date): string {
  const two = (part: number) => String(part).padStart(2, '0');
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}
