import type { Component } from 'svelte';

/** One line of a menu at the caret. */
export interface Choice {
  id: string;
  label: string;
  /** Second, quieter words: an affiliation, a shortcut. */
  hint: string;
  icon?: Component<{ size?: number; 'aria-hidden'?: 'true' }>;
}
