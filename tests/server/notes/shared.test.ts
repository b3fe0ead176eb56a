import { expect, test } from 'vitest';
import { shared } from '../../../server/notes/shared.ts';

/** Counts what is made; each is done when told. */
function open() {
  const made: { key: string; done: (value: number) => void; fail: (error: Error) => void }[] = [];
  const ask = shared(
    (key: string) => new Promise<number>((done, fail) => void made.push({ key, done, fail })),
  );
  return { made, ask };
}

test('a crowd that asks at once has it made twice: for the first, and anew for all who came meanwhile', async () => {
  const { made, ask } = open();
  const first = ask('a');
  const crowd = Array.from({ length: 100 }, () => ask('a'));
  expect(made).toHaveLength(1);
  made[0]!.done(1);
  expect(await first).toBe(1);
  await Promise.resolve();
  const late = ask('a');
  expect(made).toHaveLength(2);
  made[1]!.done(2);
  expect(new Set(await Promise.all(crowd))).toEqual(new Set([2]));
  await Promise.resolve();
  expect(made).toHaveLength(3);
  made[2]!.done(3);
  expect(await late).toBe(3);
});

test('one that fails is nobody else’s failure, and different things do not wait for each other', async () => {
  const { made, ask } = open();
  const first = ask('a');
  const second = ask('a');
  void ask('b');
  expect(made.map(({ key }) => key)).toEqual(['a', 'b']);
  made[0]!.fail(new Error('no'));
  await expect(first).rejects.toThrow('no');
  await Promise.resolve();
  made[2]!.done(7);
  expect(await second).toBe(7);
});
