// What is read out when writing becomes less safe, or safe again. Saving and Saved come and go with every word and
// are never read out. Why nothing can be written stands above the text in an alert, which says it by itself.
import type { SaveState } from '../save-state.ts';

/** The sentence for a change from one state to another; null when there is nothing to say. */
export function safetyNews(before: SaveState['kind'], now: SaveState): string | null {
  if (before === now.kind) return null;
  switch (now.kind) {
    case 'offline':
      return now.kept
        ? 'Offline. What you write is kept on this device.'
        : 'Offline. Keep this page open: this browser cannot keep what you write.';
    case 'read-only':
    case 'refused':
      return null;
    case 'saving':
    case 'saved':
      if (before === 'offline') return 'Online again.';
      return before === 'read-only' ? 'You can write again.' : null;
    default:
      return now satisfies never;
  }
}
