// One question, "who?", asked by whoever needs a name: signing, adding somebody, correcting a row.
import type { Profile } from '$core/person.ts';

export interface ProfileAsk {
  title: string;
  /** What the button says. */
  submit: string;
  profile: Profile;
}

export class ProfileQuestion {
  #asked = $state.raw<ProfileAsk | null>(null);
  #resolve: ((answer: Profile | null) => void) | null = null;

  /** What is being asked now; null when nothing is. */
  get asked(): ProfileAsk | null {
    return this.#asked;
  }

  /** Resolves with what was answered, or null when the person thought better of it. */
  ask(question: ProfileAsk): Promise<Profile | null> {
    this.answer(null);
    this.#asked = question;
    return new Promise((resolve) => (this.#resolve = resolve));
  }

  answer(profile: Profile | null): void {
    this.#resolve?.(profile);
    this.#resolve = null;
    this.#asked = null;
  }
}
