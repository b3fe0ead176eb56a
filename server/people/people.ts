// Who acts. A guest is a device: a random key in a cookie that scripts cannot read. The public id is a
// hash of the key, so ids can be shown to everybody and still prove nothing. What a person says about
// themselves (name, affiliation, handle) is kept here, so that a device is asked once.
import { createHash, randomBytes } from 'node:crypto';
import { colourOf, noProfile, toProfile, type Profile } from '../../src/core/person.ts';
import { createPersonId, formatId, type PersonId } from '../../src/core/ids.ts';
import type { Operation, Storage } from '../storage/storage.ts';
import { Recent } from '../recent.ts';
import { personKey } from '../storage/keys.ts';
import { putSealed, readSealed } from '../storage/sealed.ts';

export interface Person {
  id: PersonId;
  role: 'guest';
  profile: Profile;
  colour: string;
}

/** A whole room comes back at once after a restart: people's profiles are not read again for each connection. */
const maxRecent = 10_000;

export interface People {
  /** A new device key, 22 characters, to be kept in the cookie. */
  createKey(): string;
  /** The person behind a key; null when the text cannot be a key. Unknown keys are people without a profile. */
  identify(key: string | undefined): Promise<Person | null>;
  /** Somebody who did not say who they are: as good as new each time. */
  stranger(): Person;
  /** What is known of a person, by public id. */
  profile(id: PersonId): Promise<Profile>;
  /** Remembers what a person says about themselves; returns it as kept. */
  describe(id: PersonId, profile: unknown): Promise<Profile>;
}

export function createPeople(
  storage: Storage,
  commit: (operations: readonly Operation[]) => Promise<void>,
): People {
  const recent = new Recent<PersonId, Profile>(maxRecent);

  async function profile(id: PersonId): Promise<Profile> {
    const known = recent.get(id);
    if (known) return known;
    const key = personKey(id);
    const bytes = await storage.get(key);
    const read = bytes && readSealed<unknown>(key, bytes);
    // A damaged profile is asked for again like one never given; `rollcall verify` names it.
    const found = read && 'value' in read ? toProfile(read.value) : noProfile;
    // Described meanwhile: that is newer than what was read.
    const described = recent.get(id);
    if (described) return described;
    recent.set(id, found);
    return found;
  }

  const stranger = (): Person => {
    const id = createPersonId(randomBytes(16));
    return { id, role: 'guest', profile: noProfile, colour: colourOf(id) };
  };

  return {
    createKey: () => formatId(randomBytes(16)),
    stranger,
    profile,
    async identify(key) {
      if (key === undefined || !/^[A-Za-z0-9_-]{22}$/.test(key)) return null;
      const id = createPersonId(createHash('sha256').update(`person:${key}`).digest().subarray(0, 16));
      return { id, role: 'guest', profile: await profile(id), colour: colourOf(id) };
    },
    async describe(id, value) {
      const described = toProfile(value);
      await commit([putSealed(personKey(id), described)]);
      recent.set(id, described);
      return described;
    },
  };
}
