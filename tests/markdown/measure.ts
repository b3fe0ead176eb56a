// One text, there and back: what the judges see, what is lost, what is restyled.
import type { Judge } from './judges.ts';
import { github, hackmd } from './judges.ts';
import type { Difference } from './lines.ts';
import { changedLines, firstDifference } from './lines.ts';
import type { Options } from './round-trip.ts';
import { roundTrip } from './round-trip.ts';
import { lostWords } from './words.ts';

/** Why a text did not come back as it was. */
export interface Failure {
  what: 'github' | 'hackmd' | 'words' | 'twice' | 'crash';
  detail: Difference | string;
}

export interface Passage {
  /** Null when it failed altogether. */
  back: string | null;
  failures: Failure[];
  lost: number;
  changed: number;
  lines: number;
  cpuMs: number;
}

function judge(what: 'github' | 'hackmd', render: Judge, before: string, after: string): Failure[] {
  const detail = before === after ? null : firstDifference(render(before), render(after));
  return detail ? [{ what, detail }] : [];
}

/** Takes `text` there and back, and what came back once more. */
export function pass(text: string, options: Options): Passage {
  const lines = text.split('\n').length;
  const started = process.cpuUsage();
  try {
    const back = roundTrip(text, options);
    const { user, system } = process.cpuUsage(started);
    const again = roundTrip(back, options);
    const lost = lostWords(text, back);
    const failures = [
      ...judge('github', github, text, back),
      ...judge('hackmd', hackmd, text, back),
      ...(lost.length > 0 ? [{ what: 'words' as const, detail: lost.slice(0, 8).join(' ') }] : []),
      ...(again === back ? [] : [{ what: 'twice' as const, detail: firstDifference(back, again)! }]),
    ];
    const changed = changedLines(text, back);
    return { back, failures, lost: lost.length, changed, lines, cpuMs: (user + system) / 1000 };
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error);
    const failures = [{ what: 'crash' as const, detail }];
    return { back: null, failures, lost: 0, changed: lines, lines, cpuMs: 0 };
  }
}

export interface Edit {
  word: string;
  /** Lines that changed besides the one that was typed into. */
  others: number;
}

const typed = ' typed';

/** Types one word into the text, about its middle. Null when no word stands there only once, as text. */
export function edit(text: string): Edit | null {
  for (const word of wordsFromMiddle(text)) {
    let back: string;
    try {
      back = roundTrip({ md: text, find: word, insert: typed }, { isFresh: false });
    } catch (error) {
      if (error instanceof RangeError) continue; // the word is an address, a comment or the like: not text
      throw error;
    }
    return { word, others: changedLines(text, back) - 1 };
  }
  return null;
}

/** The words that stand in the text once, the ones nearest its middle first. */
function wordsFromMiddle(text: string): string[] {
  const counts = new Map<string, number>();
  for (const [word] of text.matchAll(/\p{L}+/gu)) counts.set(word, (counts.get(word) ?? 0) + 1);
  const middle = text.length / 2;
  return [...text.matchAll(/\p{L}{3,}/gu)]
    .filter(([word]) => counts.get(word) === 1)
    .sort((a, b) => Math.abs(a.index - middle) - Math.abs(b.index - middle))
    .map(([word]) => word)
    .slice(0, 50);
}
