// The thread's side of offload.ts: does one task after another.
import { parentPort } from 'node:worker_threads';
import type { Answer, Order } from './offload.ts';
import { tasks } from './tasks.ts';

parentPort?.on('message', ({ id, name, input }: Order) => {
  let answer: Answer;
  try {
    answer = { id, value: (tasks[name] as (input: unknown) => unknown)(input) };
  } catch (error) {
    const { name: kind, message } = error as Error;
    answer = { id, error: { kind, message } };
  }
  parentPort?.postMessage(answer);
});
