#!/usr/bin/env node
// The operator's commands, beside the server: node build/cli.js, or `npm run rollcall --`.
//
//   rollcall verify  [--data DIR]              what is damaged, if anything; exit 0 or 1
//   rollcall repair  [--data DIR] [--note ID]  sets the damaged parts aside, and makes the notes writable again
//   rollcall backup  <file> [--data DIR]       also while the server runs
//   rollcall restore <file> [--data DIR]       into a new or empty folder
//
// verify and repair need the store closed: exit 75 when it is open. Everything else that goes wrong is exit 1.
import { parseArgs } from 'node:util';
import { parseNoteId, type NoteId } from '../src/core/ids.ts';
import { ConfigError, readConfig } from './config.ts';
import { describeBackup, describeRepair, describeVerdict } from './operator-report.ts';
import { isSound, repairFolder, verifyFolder } from './storage/repair.ts';
import { restoreBackup } from './storage/restore.ts';
import { StorageError } from './storage/storage.ts';
import { takeBackup } from './take-backup.ts';

/** sysexits.h EX_TEMPFAIL: trying again later may help. */
const exitBusy = 75;

const usage = `Usage:
  rollcall verify  [--data DIR]              say what is damaged, if anything
  rollcall repair  [--data DIR] [--note ID]  set damaged parts aside, make notes writable again
  rollcall backup  <file> [--data DIR]       everything into one file, also while the server runs
  rollcall restore <file> [--data DIR]       a backup into a new or empty folder
DIR is DATA_DIR, or else ./data.
`;

const say = (text: string) => void process.stdout.write(`${text}\n`);

/** `args` with a note's id bound to its option (`--note=ID`): one id in 64 begins with a dash, as options do. */
function withIdsBound(args: readonly string[]): string[] {
  const isId = (at: number) => args[at - 1] === '--note' && parseNoteId(args[at] ?? '') !== null;
  return args.flatMap((arg, at) => (isId(at) ? [] : isId(at + 1) ? [`${arg}=${args[at + 1]}`] : [arg]));
}

async function run(): Promise<number> {
  const { values, positionals } = parseArgs({
    args: withIdsBound(process.argv.slice(2)),
    allowPositionals: true,
    options: { data: { type: 'string' }, note: { type: 'string' }, help: { type: 'boolean' } },
  });
  const [command, file, ...rest] = positionals;
  const takesFile = command === 'backup' || command === 'restore';
  const isKnown = takesFile || command === 'verify' || command === 'repair';
  if (values.help || !isKnown || takesFile !== (file !== undefined) || rest.length > 0) {
    process.stderr.write(usage);
    return values.help ? 0 : 1;
  }
  const now = Date.now();
  const { dataDir } = readConfig({ ...process.env, ...(values.data ? { DATA_DIR: values.data } : {}) });
  if (command === 'verify') {
    const verdict = await verifyFolder(dataDir);
    say(describeVerdict(verdict));
    return isSound(verdict) ? 0 : 1;
  }
  if (command === 'repair') {
    const name = new Date(now).toISOString().replace(/[:.]/g, '-');
    say(describeRepair(await repairFolder(dataDir, { name, now }, noteOf(values.note))));
    return 0;
  }
  if (command === 'backup') {
    say(`Backed up ${describeBackup(await takeBackup(dataDir, file!))} into ${file!}.`);
    return 0;
  }
  const { end, survey } = await restoreBackup(file!, dataDir, now);
  say(`Restored ${describeBackup(end)} into ${dataDir}.`);
  const files = { faults: [], unfinishedBytes: 0 };
  if (survey.damaged.length + survey.strays.length === 0) return 0;
  say(`Some of it was damaged when it was backed up:\n${describeVerdict({ files, survey })}`);
  return 1;
}

function noteOf(text: string | undefined): NoteId | undefined {
  if (text === undefined) return undefined;
  const noteId = parseNoteId(text);
  if (!noteId) throw new ConfigError(`--note takes the id of a note, 22 characters, not “${text}”.`);
  return noteId;
}

try {
  process.exitCode = await run();
} catch (error) {
  const isExpected = error instanceof StorageError || error instanceof ConfigError;
  const { code, syscall } = error as { code?: unknown; syscall?: unknown };
  const isUsage = String(code).startsWith('ERR_PARSE_ARGS');
  // What the file system refuses (a full disk, no right to write) is the operator's, not ours, to mend.
  const isOfTheSystem = typeof syscall === 'string';
  if (!isExpected && !isUsage && !isOfTheSystem) throw error;
  process.stderr.write(`rollcall: ${(error as Error).message}\n`);
  process.exitCode = error instanceof StorageError && error.code === 'busy' ? exitBusy : 1;
}
