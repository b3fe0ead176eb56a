// Who one is on this device, as the server remembers it.
import { toProfile, type Profile } from '$core/person.ts';

export class Me {
  readonly id: string;
  #profile = $state.raw() as Profile;
  /** What was said here last has not arrived. */
  #isUntold = false;

  constructor(id: string, profile: Profile) {
    this.id = id;
    this.#profile = profile;
  }

  get profile(): Profile {
    return this.#profile;
  }

  /** Remembers it on the server; used here at once, and kept here until the server can be reached. */
  async describe(profile: Profile): Promise<void> {
    this.#profile = toProfile(profile);
    this.#isUntold = true;
    await this.#tell();
  }

  /** Tells the server what it could not be told before. */
  async tellAgain(): Promise<void> {
    if (this.#isUntold) await this.#tell().catch(() => undefined);
  }

  async #tell(): Promise<void> {
    const told = this.#profile;
    const response = await fetch('/api/me', {
      method: 'PUT',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(told),
    });
    if (this.#profile !== told || response.status >= 500) return;
    this.#isUntold = false;
    if (response.ok) this.#profile = toProfile(await response.json());
  }
}
