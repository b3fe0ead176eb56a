import { describe, expect, it } from 'vitest';
import { safetyNews } from '../../../src/lib/note/safety-news.ts';
import type { SaveState } from '../../../src/lib/save-state.ts';

const saving: SaveState = { kind: 'saving', frames: 1, since: 0 };
const offline = (kept: boolean): SaveState => ({ kind: 'offline', kept, unsaved: true });

describe('what is read out about safety', () => {
  it('is nothing while saving and saved take turns', () => {
    expect(safetyNews('saved', saving)).toBeNull();
    expect(safetyNews('saving', { kind: 'saved' })).toBeNull();
  });

  it('is once that one is offline, and once that one is back', () => {
    expect(safetyNews('saved', offline(true))).toContain('kept on this device');
    expect(safetyNews('saving', offline(false))).toContain('Keep this page open');
    expect(safetyNews('offline', offline(true))).toBeNull();
    expect(safetyNews('offline', saving)).toBe('Online again.');
  });

  it('is that one can write again, but not why one could not: an alert has said that', () => {
    const reason = 'The disk is full.';
    expect(safetyNews('saved', { kind: 'read-only', reason })).toBeNull();
    expect(safetyNews('offline', { kind: 'refused', code: 4409, reason })).toBeNull();
    expect(safetyNews('read-only', { kind: 'saved' })).toBe('You can write again.');
  });
});
