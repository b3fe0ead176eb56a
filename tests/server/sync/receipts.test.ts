import { expect, test } from 'vitest';
import { Receipts } from '../../../server/sync/receipts.ts';

test('[R1] the count is that of the last frame saved, told once', () => {
  const receipts = new Receipts();
  const first = receipts.receive(false);
  receipts.save(first);
  receipts.save(receipts.receive(true));
  expect(receipts.takeNews()).toBe(2);
  expect(receipts.takeNews()).toBeNull();
});

test('[R2] a frame turned away holds the count until the answer to a later step 1', () => {
  const receipts = new Receipts();
  receipts.ask();
  const lost = receipts.receive(false);
  expect(receipts.turnAway(lost)).toBe(true);
  receipts.settleWithNext();
  receipts.ask();
  receipts.save(receipts.receive(false));
  receipts.save(receipts.receive(true)); // the answer to the first step 1, already under way
  expect(receipts.takeNews()).toBeNull();
  receipts.save(receipts.receive(true)); // the answer to the second
  expect(receipts.takeNews()).toBe(4);
});

test('[R2] what is turned away while an answer is awaited is in that answer', () => {
  const receipts = new Receipts();
  expect(receipts.turnAway(receipts.receive(false))).toBe(true);
  receipts.settleWithNext();
  receipts.ask();
  expect(receipts.turnAway(receipts.receive(false))).toBe(false);
  expect(receipts.turnAway(receipts.receive(true))).toBe(true); // the answer itself did not fit: ask anew
});

test('[F1] while a room cannot save, no answer counts', () => {
  const receipts = new Receipts();
  receipts.ask();
  receipts.hold();
  receipts.save(receipts.receive(true));
  expect(receipts.takeNews()).toBeNull();
  receipts.settleWithNext();
  receipts.ask();
  receipts.save(receipts.receive(true));
  expect(receipts.takeNews()).toBe(2);
});
