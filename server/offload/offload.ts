// Does tasks (tasks.ts) without making everybody wait: small ones here and now, large ones in a thread.
//
// One thread is enough, one task at a time: what comes through here is rare. It starts with the first large task and
// stays: it weighs some 15 MB, and 60 once it has had a text, but threads that come and go leave more and more of that
// behind. A thread that breaks, or takes longer than a task may, fails the tasks it had; the next task gets a new one.
import { Worker } from 'node:worker_threads';
import { MarkdownError } from '../../src/blocks/markdown.ts';
import { tasks } from './tasks.ts';
import type { Tasks } from './tasks.ts';

export interface Offload {
  /** `bytes`: roughly what there is to work through. Rejects with what the task throws, or when its thread broke. */
  run<Name extends keyof Tasks>(
    name: Name,
    input: Parameters<Tasks[Name]>[0],
    bytes: number,
  ): ReturnType<Tasks[Name]>;
  /** Ends the thread, and fails what it still had. */
  close(): Promise<void>;
}

export interface Order {
  id: number;
  name: keyof Tasks;
  input: unknown;
}

export type Answer =
  { id: number; value: unknown } | { id: number; error: { kind: string; message: string } };

/** A task on so many bytes takes some milliseconds; less is not worth the way. */
const largeBytes = 32 * 1024;
const longestTaskMs = 60_000;
/**
 * A hostile text must not take the memory of the whole server. And what V8 has once given young objects it keeps until
 * the thread has been idle for long: 32 MB after each large task, for a thread that has one now and then.
 */
const threadLimits = { maxOldGenerationSizeMb: 1024, maxYoungGenerationSizeMb: 8 };

/** Errors that mean something to who asked, by name; on the way from a thread an error keeps only that. */
const errors: Record<string, new (message: string) => Error> = { MarkdownError, RangeError };

/** Everything here and now: for tests, and where there is no file for a thread. */
export function createInlineOffload(): Offload {
  return { run: runHere, close: async () => undefined };
}

// Typed by name: the compiler cannot see that a task and its input belong together.
const runHere = <Name extends keyof Tasks>(name: Name, input: unknown) =>
  (tasks[name] as (input: unknown) => ReturnType<Tasks[Name]>)(input);

interface Waiting {
  name: keyof Tasks;
  resolve(value: never): void;
  reject(error: unknown): void;
}

/** `file`: thread.ts as built. */
export function createOffload(
  file: URL,
  schedule: (run: () => void, delayMs: number) => () => void,
): Offload {
  /** In the order in which the thread does them. */
  const waiting = new Map<number, Waiting>();
  let worker: Worker | null = null;
  let lastId = 0;
  let cancelLimit = () => undefined as void;

  /** The first that waits has been begun: only its time counts. */
  const limitFirst = (thread: Worker) => {
    cancelLimit();
    const [first] = waiting.values();
    if (!first) return;
    const late = () => fail(thread, new Error(`The task ${first.name} took too long.`));
    cancelLimit = schedule(late, longestTaskMs);
  };

  const fail = (thread: Worker, error: Error) => {
    if (worker !== thread) return;
    worker = null;
    cancelLimit();
    for (const { reject } of waiting.values()) reject(error);
    waiting.clear();
    void thread.terminate();
  };

  const answered = (thread: Worker, answer: Answer) => {
    const task = waiting.get(answer.id);
    if (!task) return;
    waiting.delete(answer.id);
    limitFirst(thread);
    if ('value' in answer) task.resolve(answer.value as never);
    else task.reject(new (errors[answer.error.kind] ?? Error)(answer.error.message));
  };

  const threadToUse = (): Worker => {
    if (worker) return worker;
    const thread = new Worker(file, { resourceLimits: threadLimits });
    thread.unref();
    thread.on('message', (answer: Answer) => answered(thread, answer));
    thread.on('error', (error) => fail(thread, error));
    thread.on('exit', () => fail(thread, new Error('The thread has ended.')));
    return (worker = thread);
  };

  return {
    run(name, input, bytes) {
      if (bytes < largeBytes) return runHere(name, input);
      const thread = threadToUse();
      const id = ++lastId;
      const answer = new Promise((resolve, reject) => {
        waiting.set(id, { name, resolve, reject });
        if (waiting.size === 1) limitFirst(thread);
        thread.postMessage({ id, name, input } satisfies Order);
      });
      return answer as ReturnType<Tasks[typeof name]>;
    },
    async close() {
      const thread = worker;
      if (thread) fail(thread, new Error('The server is closing.'));
      await thread?.terminate();
    },
  };
}
