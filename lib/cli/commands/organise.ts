import { hostname } from 'node:os';
import { relative, resolve } from 'node:path';
import { formatBytes } from '../../base/bytes.js';
import { ExitStatus, UsageError } from '../../base/errors.js';
import { userName } from '../../base/user-name.js';
import {
  type OrganiseOptions,
  organiseFolder,
  planWithoutDownloads,
} from '../../download/organise/organise.js';
import type { Move, Plan } from '../../download/organise/plan.js';
import { DEFAULT_PATH, readPathTemplate } from '../../download/path-template.js';
import { prepareDataDir } from '../../telegram/data-dir.js';
import type { CommandContext } from '../command.js';
import { settingsOf } from '../command-settings.js';
import { confirm } from '../confirm.js';
import { openArchive } from '../open-archive.js';
import { ownFolder } from '../own-folder.js';
import { count } from '../progress/words.js';

/** Where files go without --path and DOWNLOAD_PATH: by chat, kind and year. */
const USUAL_PATH = `{chat}/{kind}/{year}/${DEFAULT_PATH}`;

/** `telepi organise`: moves the files of a download folder to where a template puts them. Needs no connection to Telegram. */
export async function organise(context: CommandContext): Promise<number> {
  const { output, word, signal, clock, random, log, flags } = context;
  const settings = settingsOf(context, []);
  const path = settings.download.path ?? USUAL_PATH;
  const template = readPathTemplate(path, '--path');
  const dataDir = resolve(settings.dataDir);
  const folder = await folderOf(context, word, dataDir);
  await prepareDataDir(settings.dataDir);
  const store = await openArchive(context, settings);
  try {
    const options = {
      ...{ db: store.db, host: hostname(), folder, template, signal, without: dataDir },
      onUnreadable: (path: string) => output.note(`${path} can't be read, and was left out.`),
    };
    if (flags['dry-run'] === true) {
      const plan = await planWithoutDownloads(options);
      for (const move of plan.moves) showMove(context, folder, move, 'planned');
      showPlan(context, folder, plan);
      return ExitStatus.done;
    }
    const action = { userName: userName(), arguments: argumentsOf(context, folder, path) };
    return await move(context, { ...options, dataDir, clock, random, log, writer: store.writer, action });
  } finally {
    await store.close();
  }
}

/** For the log of actions: what was asked for, without secrets. */
function argumentsOf(
  { flags, redactor }: CommandContext,
  folder: string,
  path: string,
): Readonly<Record<string, unknown>> {
  return redactor.value({ command: 'organise', folder, path, flags }) as Readonly<Record<string, unknown>>;
}

async function folderOf(context: CommandContext, word: string | undefined, dataDir: string): Promise<string> {
  if (word === undefined)
    throw new UsageError('USAGE', 'Say which folder: telepi organise downloads, for example.');
  const folder = await ownFolder(context, word);
  if (folder !== dataDir) return folder;
  throw new UsageError(
    'NO_FOLDER',
    `${folder} is the data directory, in which TelePi keeps its own files: name the folder of a download.`,
    { fields: { path: folder } },
  );
}

async function move(
  context: CommandContext,
  options: Omit<OrganiseOptions, 'onPlan' | 'onFailed'>,
): Promise<number> {
  const { output } = context;
  const { folder } = options;
  const summary = await organiseFolder({
    ...options,
    async onPlan(plan) {
      showPlan(context, folder, plan);
      if (plan.moves.length > 0) await ask(context, folder, plan);
      return true;
    },
    onMoved: (made) => output.record(recordOf('moved', folder, made)),
    onFailed(planned, reason) {
      output.note(`${within(folder, planned.from)} was not moved: ${reason}`);
      output.record({ ...recordOf('failed', folder, planned), reason });
    },
  });
  const { moved, failed, continued, foldersRemoved } = summary;
  if (continued > 0)
    output.line(`${count(continued, 'move')} of an earlier process had been cut off, and were completed.`);
  const notMoved = failed > 0 ? `, could not move ${failed}` : '';
  const removed = foldersRemoved > 0 ? `, removed ${count(foldersRemoved, 'empty folder')}` : '';
  output.line(`Moved ${count(moved, 'file')}${notMoved}${removed}.`);
  output.record({ event: 'end', ...summary });
  return failed > 0 ? ExitStatus.failed : ExitStatus.done;
}

async function ask(context: CommandContext, folder: string, { moves }: Plan): Promise<void> {
  await confirm(context, {
    warning: `${count(moves.length, 'file')} in ${folder} ${moves.length === 1 ? 'gets another path' : 'get other paths'}; --dry-run lists them.`,
    answer: 'organise',
    noun: 'Type organise to continue',
    code: 'ORGANISE_UNCONFIRMED',
  });
}

function showPlan({ output }: CommandContext, folder: string, { moves, inPlace, unknown }: Plan): void {
  const bytes = moves.reduce((sum, { size }) => sum + size, 0);
  const strays = moves.filter(({ message }) => message === undefined).length;
  output.line(
    `${folder}: ${count(moves.length, 'file')} to move, ${formatBytes(bytes)}; ${inPlace} in place.`,
  );
  if (strays > 0) {
    const by = strays === 1 ? 'goes by its name and time' : 'go by their names and times';
    output.line(`TelePi did not download ${strays} of the files to move, which ${by}.`);
  }
  if (unknown.length > 0) {
    output.line(
      `${count(unknown.length, 'file')} will stay, since the template names something that is not known of them:`,
    );
    for (const path of unknown) output.line(`  ${within(folder, path)}`);
  }
  output.record({ event: 'plan', folder, moves: moves.length, bytes, strays, inPlace, unknown });
}

function showMove({ output }: CommandContext, folder: string, made: Move, event: string): void {
  output.line(`${within(folder, made.from)} → ${within(folder, made.to)}`);
  output.record(recordOf(event, folder, made));
}

function recordOf(event: string, folder: string, { from, to, size }: Move): Record<string, unknown> {
  return { event, from: within(folder, from), to: within(folder, to), size };
}

function within(folder: string, path: string): string {
  return relative(folder, path);
}
