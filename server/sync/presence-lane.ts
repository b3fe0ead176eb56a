// When presence goes out: with the next tick in a small room, later in a crowd, where carets are news now and then.
import type { RoomTools } from './room-tools.ts';

const msPerSession = 0.8;
const longestMs = 1000;

export class PresenceLane {
  readonly #tools: Pick<RoomTools, 'clock' | 'schedule'>;
  #dueAt = -Infinity;
  #cancel: (() => void) | null = null;

  constructor(tools: Pick<RoomTools, 'clock' | 'schedule'>) {
    this.#tools = tools;
  }

  get isDue(): boolean {
    return this.#tools.clock.now() >= this.#dueAt;
  }

  /** It has gone out to so many. */
  sent(sessions: number): void {
    this.#dueAt = this.#tools.clock.now() + Math.min(sessions * msPerSession, longestMs);
  }

  /** There is something to send: calls `wake`, at once or when it is due. */
  wait(wake: () => void): void {
    if (this.#cancel) return;
    if (this.isDue) return wake();
    const waitMs = this.#dueAt - this.#tools.clock.now();
    this.#cancel = this.#tools.schedule(() => {
      this.#cancel = null;
      wake();
    }, waitMs);
  }

  stop(): void {
    this.#cancel?.();
  }
}
