import { describe, expect, it } from 'vitest';
import { isCounted, Receipts } from '../../src/lib/receipts.ts';

describe('a counted frame', () => {
  it('is a sync message that carries changes, and nothing else', () => {
    expect(isCounted(new Uint8Array([0, 1, 9]))).toBe(true);
    expect(isCounted(new Uint8Array([0, 2, 9]).buffer)).toBe(true);
    expect(isCounted(new Uint8Array([9, 0, 2, 9]).subarray(1))).toBe(true);
    expect(isCounted(new Uint8Array([0, 0, 9]))).toBe(false);
    expect(isCounted(new Uint8Array([1, 2, 9]))).toBe(false);
    expect(isCounted(new Uint8Array([0]))).toBe(false);
    expect(isCounted('text')).toBe(false);
  });
});

describe('the receipts of a connection', () => {
  it('wait from the start, then from the first frame or the latest answer', () => {
    const receipts = new Receipts(10);
    expect(receipts.waitingSince).toBe(10);
    receipts.countSent(20);
    receipts.acknowledge(1, 30);
    expect(receipts.waitingSince).toBeNull();
    receipts.countSent(40);
    receipts.countSent(50);
    expect(receipts.waitingSince).toBe(40);
    receipts.acknowledge(2, 60);
    expect(receipts.waitingSince).toBe(60);
    receipts.acknowledge(3, 70);
    expect(receipts.waitingSince).toBeNull();
  });

  it('believe no count that goes back or beyond what was sent', () => {
    const receipts = new Receipts(0);
    receipts.countSent(1);
    receipts.countSent(2);
    receipts.acknowledge(1, 3);
    receipts.acknowledge(0, 4);
    receipts.acknowledge(7, 5);
    expect([receipts.onDisk, receipts.sent]).toEqual([1, 2]);
  });
});
