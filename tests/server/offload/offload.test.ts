import { expect, onTestFinished, test } from 'vitest';
import { createOffload } from '../../../server/offload/offload.ts';
import { createTestClock } from '../../support/clock.ts';

/** A thread that answers a task when the next one comes, and so never the last. */
const slowThread = new URL(
  `data:text/javascript,${encodeURIComponent(`
    import { parentPort } from 'node:worker_threads';
    let before;
    parentPort.on('message', ({ id }) => {
      if (before !== undefined) parentPort.postMessage({ id: before, value: 'done' });
      before = id;
    });
  `)}`,
);

const large = 1_000_000;

test('a task that waits for its turn does not use up its time', async () => {
  const clock = createTestClock();
  const offload = createOffload(slowThread, clock.schedule);
  onTestFinished(() => offload.close());
  const run = () => offload.run('importMarkdown', '', large);
  const first = run();
  await clock.advance(59_000);
  const second = run();
  expect(await first).toBe('done');
  await clock.advance(59_000);
  const third = run();
  expect(await second).toBe('done');
  const late = expect(third).rejects.toThrow('The task importMarkdown took too long.');
  await clock.advance(60_000);
  await late;
});

test('a thread that was too slow is replaced, and none is left behind by closing', async () => {
  const clock = createTestClock();
  const offload = createOffload(slowThread, clock.schedule);
  const late = expect(offload.run('importMarkdown', '', large)).rejects.toThrow('took too long');
  await clock.advance(60_000);
  await late;
  const first = offload.run('importMarkdown', '', large);
  const second = expect(offload.run('importMarkdown', '', large)).rejects.toThrow('closing');
  expect(await first).toBe('done');
  await offload.close();
  await second;
  expect(clock.pending).toBe(0);
});
