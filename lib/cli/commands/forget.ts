import { realpathSync } from 'node:fs';
import { basename, dirname, resolve } from 'node:path';
import { ExitStatus, UsageError } from '../../base/errors.js';
import { type Forgettable, findForgettable, forgetJob } from '../../ledger/forget.js';
import type { CommandContext } from '../command.js';
import { settingsOf } from '../command-settings.js';
import { confirm } from '../confirm.js';
import { ledgerPlace } from '../ledger-place.js';
import { count } from '../progress/words.js';

/** `telepi forget`: removes the record of one job, and changes nothing at Telegram. */
export async function forget(context: CommandContext): Promise<number> {
  const { output, word } = context;
  const settings = settingsOf(context, []);
  const { dataDir } = settings;
  const place = ledgerPlace(context, settings);
  if (word === undefined) {
    throw new UsageError('USAGE', 'Say which job: the name of its folder, which telepi status shows.');
  }
  const job = await findForgettable(place, folderIn(dataDir, word, context.sources.workingDirectory));
  await confirm(context, {
    warning: warningOf(job),
    answer: 'forget',
    noun: 'Type forget to continue',
    code: 'FORGET_UNCONFIRMED',
  });
  const { kept } = await forgetJob(place, job, context);
  output.line(`Forgotten: ${job.path}.`);
  for (const name of kept) output.line(`  ${name} in it isn't TelePi's, and was left there.`);
  const { folder, path, copies, madeTargets } = job;
  output.record({ event: 'forgotten', folder, path, copies, kept, madeTargets });
  return ExitStatus.done;
}

/** A path must lead into the data directory: a folder of the same name in another directory belongs to another job. */
function folderIn(dataDir: string, word: string, workingDirectory: string): string {
  const parent = dirname(word);
  if (parent !== '.' && realPath(resolve(workingDirectory, parent)) !== realPath(dataDir)) {
    throw new UsageError(
      'OTHER_DATA_DIR',
      `${word} is not in the data directory ${dataDir}: give its own directory with --data-dir, and the job by its folder's name.`,
    );
  }
  return basename(word);
}

function realPath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}

function warningOf({ path, rows, copies, targetTitle, targetId, madeTargets }: Forgettable): string {
  const target = targetTitle === undefined ? `${targetId ?? 'the target'}` : `"${targetTitle}" (${targetId})`;
  return (
    `This removes ${path}, and ${count(rows, 'message')} from the ledger. ${copiesWords(copies)} in ${target}, ` +
    'and a new run of these chats sends everything again.' +
    (madeTargets.length > 0 ? ' A new run with --create-target creates another target.' : '')
  );
}

/** A ledger that was lost knows of no copies, although there may be many. */
function copiesWords(copies: number): string {
  if (copies === 0) return 'What the job has sent, if anything, stays';
  return copies === 1 ? '1 copy stays' : `${copies} copies stay`;
}
