// Asks again and again whether anything can be written, less and less often.
import type { RoomTools } from './room-tools.ts';

const firstMs = 1000;
const longestMs = 30_000;

/** Calls `healed` once after a probe write has succeeded, unless it is stopped before. Returns how to stop it. */
export function probeUntilHealed(
  { noteLog, schedule }: Pick<RoomTools, 'noteLog' | 'schedule'>,
  healed: () => void,
): () => void {
  let isStopped = false;
  let cancel: () => void;
  const probeAfter = (delayMs: number) => {
    cancel = schedule(() => {
      noteLog.probe().then(
        () => {
          if (!isStopped) healed();
        },
        () => {
          if (!isStopped) probeAfter(Math.min(2 * delayMs, longestMs));
        },
      );
    }, delayMs);
  };
  probeAfter(firstMs);
  return () => {
    isStopped = true;
    cancel();
  };
}
