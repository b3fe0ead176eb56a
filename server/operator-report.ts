// What the operator's commands say: plain sentences, the damage first, a line for each thing.
import type { BackupEnd } from './storage/backup.ts';
import type { Repair, Verdict } from './storage/repair.ts';
import { isSound } from './storage/repair.ts';
import type { DamagedNote } from './storage/survey.ts';

const counted = (count: number, one: string, many = `${one}s`) =>
  `${count.toLocaleString('en')} ${count === 1 ? one : many}`;

export function describeVerdict(verdict: Verdict): string {
  const { files, survey } = verdict;
  const lines: string[] = [];
  for (const { file, what } of files.faults) lines.push(`File ${file} ${what}.`);
  if (files.faults.some(({ file }) => /\.log$/.test(file))) {
    lines.push(
      'What was in the damaged part of a log cannot be told: the last changes of any note may be among it.',
    );
  }
  for (const note of survey.damaged) lines.push(...describeNote(note));
  for (const { sentence } of survey.strays) lines.push(sentence);
  if (files.unfinishedBytes > 0) {
    lines.push(
      `The log ends with ${counted(files.unfinishedBytes, 'byte')} that are no whole write. After a crash that is the write under way, which nobody was told was saved; else it is damage.`,
    );
  }
  const size = `${counted(survey.notes, 'note')}, ${counted(survey.commits, 'commit')}`;
  lines.push(isSound(verdict) ? `All is sound: ${size}.` : `Damaged. Looked at ${size}.`);
  return lines.join('\n');
}

function describeNote({ noteId, title, account, rest, isTorn }: DamagedNote): string[] {
  const bytes = rest?.snapshot?.update.length ?? 0;
  const left = !isTorn ? [] : rest ? [`  ${counted(bytes, 'byte')} of it can be saved.`] : [];
  return [`Note ${noteId} (${title || 'without a title'}):`, ...account.map((line) => `  ${line}`), ...left];
}

export function describeRepair(repair: Repair): string {
  const { aside, survey } = repair;
  if (aside === null) return 'Nothing had to be repaired.';
  const notes =
    survey.damaged.length === 0 ? '' : ` ${counted(survey.damaged.length, 'note')} can be written to again.`;
  return `${describeVerdict(repair)}\nRepaired.${notes} What was taken out is kept in ${aside}.`;
}

export const describeBackup = ({ notes, commits, entries, at }: BackupEnd) =>
  `${counted(notes, 'note')} (${counted(entries, 'entry', 'entries')}) as of commit ${commits.toLocaleString('en')}, ${new Date(at).toISOString()},`;
