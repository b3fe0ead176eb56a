// The thread's side of offload.ts: does one task after another.
import { on } from 'node:events';
import { parentPort } from 'node:worker_threads';
import type { Answer, Order } from './offload.ts';
import { tasks } from './tasks.ts';

if (!parentPort) throw new Error('This is for a thread.');
for await (const [order] of on(parentPort, 'message') as AsyncIterable<[Order]>)
  parentPort.postMessage(await carryOut(order));

async function carryOut({ id, name, input }: Order): Promise<Answer> {
  try {
    return { id, value: await (tasks[name] as (input: unknown) => Promise<unknown>)(input) };
  } catch (error) {
    const { name: kind, message } = error as Error;
    return { id, error: { kind, message } };
  }
}
