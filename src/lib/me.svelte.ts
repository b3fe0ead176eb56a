// Who one is on this device, as the server remembers it.
import { toProfile, type Profile } from '$core/person.ts';

export class Me {
  readonly id: string;
  #profile = $state.raw() as Profile;

  constructor(id: string, profile: Profile) {
    this.id = id;
    this.#profile = profile;
  }

  get profile(): Profile {
    return this.#profile;
  }

  /** Remembers it on the server; used here at once, and kept here even if the server cannot be reached now. */
  async describe(profile: Profile): Promise<void> {
    this.#profile = toProfile(profile);
    const response = await fetch('/api/me', {
      method: 'PUT',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(this.#profile),
    });
    if (response.ok) this.#profile = toProfile(await response.json());
  }
}
