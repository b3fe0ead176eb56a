/// <reference types="@sveltejs/adapter-node" />
import type { Person } from '../server/people/people.ts';
import type { Services } from '../server/services.ts';

declare global {
  namespace App {
    interface Locals {
      services: Services;
      person: Person;
      /** The request came with a person's cookie, or has just been given one. */
      remembered: boolean;
      /** The request failed since the store cannot be read or written at the moment. */
      isStoreFailing?: boolean;
    }
  }
}
