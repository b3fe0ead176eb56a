import { describe, expect, it } from 'vitest';
import { joinLines } from '../../src/lib/caret-geometry.ts';

const box = (left: number, top: number, width: number, height = 20) => ({ left, top, width, height });

describe('the boxes of a selection', () => {
  it('are one per line, however many pieces the line is made of', () => {
    const pieces = [box(0, 0, 50), box(50, 2, 30, 16), box(50, 0, 30), box(0, 24, 40)];
    expect(joinLines(pieces)).toEqual([box(0, 0, 80), box(0, 24, 40)]);
  });

  it('stay apart where lines merely touch', () => {
    expect(joinLines([box(0, 18, 10), box(0, 0, 10)])).toEqual([box(0, 0, 10), box(0, 18, 10)]);
  });

  it('are none for no pieces', () => {
    expect(joinLines([])).toEqual([]);
  });
});
