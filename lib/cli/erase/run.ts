import { hostname } from 'node:os';
import { join, resolve } from 'node:path';
import { ExitStatus, FailedError } from '../../base/errors.js';
import { userName } from '../../base/user-name.js';
import { refuseOtherAccount, refuseOtherChat, refuseOtherServer } from '../../erase/check-plan.js';
import type { EraseCounts, EraseSummary } from '../../erase/events.js';
import { type ErasePlan, readPlan } from '../../erase/plan-file.js';
import type { Refused } from '../../erase/reasons.js';
import { EraseRun } from '../../erase/run.js';
import { soleRun } from '../../erase/sole-run.js';
import type { Settings } from '../../settings/settings.js';
import type { OpenStore } from '../../store/open-store.js';
import { serverDatabase } from '../../store/server-database.js';
import type { ActionState } from '../../store/tables/schema.js';
import type { Chat } from '../../telegram/chat.js';
import { resolveChat } from '../../telegram/chats.js';
import { prepareDataDir } from '../../telegram/data-dir.js';
import { serverIdentity } from '../../telegram/server-key.js';
import { currentUser } from '../../telegram/sign-in.js';
import type { CommandContext } from '../command.js';
import { settingsOf } from '../command-settings.js';
import { connect, openSignedIn, warnOfOpenFiles } from '../connection.js';
import { openArchive } from '../open-archive.js';
import { ERASE_FOLDER } from '../own-files.js';
import { count } from '../progress/words.js';
import { Prompter } from '../prompt.js';
import { type Confirmed, confirmErase, readRunWords } from './confirm-erase.js';
import { countDown } from './countdown.js';
import { openProver } from './kept-files.js';
import { eraseReporter } from './progress.js';
import { adviceOf, planLines, recordRefused, refusedLines } from './words.js';

/** `telepi erase run PLAN`: deletes what the plan has, once it is proven to be kept and a person has confirmed it. */
export async function eraseRun(context: CommandContext, words: readonly string[]): Promise<number> {
  const { path, confirmed } = readRunWords(context, words);
  const { signal, sources } = context;
  const plan = await readPlan(resolve(sources.workingDirectory, path));
  const settings = settingsOf(context, ['apiId', 'apiHash']);
  refuseOtherServer(plan, { server: serverIdentity(settings) });
  const session = await openSignedIn(context, settings);
  await warnOfOpenFiles(context, settings);
  await prepareDataDir(settings.dataDir);
  const store = await openArchive(context, settings);
  try {
    const client = await connect(context, settings, session);
    try {
      const accountId = Number((await currentUser(client, signal)).id);
      refuseOtherAccount(plan, { accountId });
      const isSelf = plan.chat.id === plan.account;
      const ref = isSelf ? ({ kind: 'me' } as const) : ({ kind: 'id', id: Number(plan.chat.id) } as const);
      const chat = await resolveChat(client, ref, signal);
      refuseOtherChat(plan, chat);
      return await withRights(context, { settings, store, plan, chat, accountId, client, confirmed });
    } finally {
      await client.close();
    }
  } finally {
    await store.close();
  }
}

interface Work {
  readonly settings: Settings;
  readonly store: OpenStore;
  readonly plan: ErasePlan;
  readonly chat: Chat;
  readonly accountId: number;
  readonly client: Awaited<ReturnType<typeof connect>>;
  readonly confirmed: Confirmed | undefined;
}

async function withRights(context: CommandContext, work: Work): Promise<number> {
  const { settings, store, plan, chat, accountId, client } = work;
  const { clock, random, log, signal } = context;
  const host = hostname();
  const sole = await soleRun({
    ...{ dataDir: settings.dataDir, folder: join(resolve(settings.dataDir), ERASE_FOLDER) },
    server: settings.database && serverDatabase(settings.database).name,
    ...{ store, accountId, chatId: Number(plan.chat.id), host, random, clock, log },
  });
  try {
    const proving = openProver(context, settings, store, accountId);
    try {
      const reporter = eraseReporter(context);
      try {
        const run = new EraseRun({
          ...{ client, chat, accountId, plan, store, host, clock, signal },
          ...{ prover: proving.prover, lease: sole.lease },
          onStep: (step, counts) => reporter.show({ step, counts }),
        });
        return await carryOut(context, work, run);
      } finally {
        await reporter.close();
      }
    } finally {
      proving.close();
    }
  } finally {
    await sole.release();
  }
}

async function carryOut(context: CommandContext, work: Work, run: EraseRun): Promise<number> {
  const { plan, chat, confirmed } = work;
  const { output, flags } = context;
  for (const line of planLines(plan)) output.line(line);
  if (chat.title !== plan.chat.title) output.note('The chat had another title when the plan was made.');
  await run.settle();
  if (run.due === 0) return sayNothingLeft(context, run, 0);
  const asked = { id: chat.id, title: chat.title, count: plan.counts.messages };
  const terminal = { stdin: context.stdin, terminal: output.streams.stderr };
  // Reading every file may take hours: what would be refused after them is refused before.
  if (confirmed || !new Prompter(terminal, context.signal).interactive)
    await confirmErase(context, asked, confirmed);
  const refused = await run.decide();
  for (const line of refusedLines(refused)) output.line(line);
  recordRefused(context, refused);
  if (refused.length > 0 && flags['only-proven'] !== true) throw notProven(refused);
  if (run.due === 0) return sayNothingLeft(context, run, refused.length);
  if (!confirmed) await confirmErase(context, asked, undefined);
  await countDown(context, count(run.due, 'message'));
  try {
    await logged(context, work, run);
  } catch (error) {
    sayEnd(context, run.summary, refused.length);
    throw error;
  }
  return sayEnd(context, run.summary, refused.length);
}

function sayNothingLeft(context: CommandContext, run: EraseRun, said: number): number {
  context.output.line('Nothing of the plan is left to be deleted.');
  return sayEnd(context, run.summary, said);
}

function notProven(refused: readonly Refused[]): FailedError {
  const [are, them] = refused.length === 1 ? ['is', 'it'] : ['are', 'them'];
  const advice = adviceOf(refused);
  return new FailedError(
    'ERASE_UNPROVEN',
    `${count(refused.length, 'message')} of the plan ${are} not proven to be kept, so nothing was deleted: leave ${them} with --only-proven${advice === undefined ? '' : `, or keep ${them} first (${advice})`}.`,
    { fields: { refused: refused.length } },
  );
}

/** With entries in the log of actions when it begins and how it ends. */
async function logged(context: CommandContext, { store, plan }: Work, run: EraseRun): Promise<void> {
  const log = (state: ActionState, counts?: EraseCounts): Promise<void> =>
    store.writer.logAction({
      entryId: context.random.bytes(16).toString('hex'),
      accountId: Number(plan.account),
      action: 'delete',
      state,
      userName: userName(),
      arguments: {
        ...{ plan: plan.hash, chat: plan.chat.id, forEveryone: plan.for_everyone, others: plan.others },
        ...(plan.unarchived && { unarchived: true }),
      },
      ...(counts && { counts: { ...counts } }),
    });
  await log('started');
  try {
    await run.erase();
    await log('completed', run.counts);
  } catch (error) {
    await log(context.signal.aborted ? 'cancelled' : 'failed', run.counts);
    throw error;
  }
}

/** `said`: how many of the messages that are left were listed before. */
function sayEnd({ output }: CommandContext, summary: EraseSummary, said: number): number {
  const { planned, deleted, earlier, gone, left } = summary;
  const before = earlier > 0 ? `, ${earlier} by earlier runs` : '';
  const others = gone > 0 ? `, ${gone} ${gone === 1 ? 'was' : 'were'} gone already` : '';
  const pending = planned - deleted - earlier - gone - left.length;
  const rest = pending > 0 ? `, ${pending} not tried or in doubt` : '';
  output.line(
    `${deleted} of ${count(planned, 'message')} deleted${before}${others}; ${left.length} left${rest}.`,
  );
  for (const line of refusedLines(left.slice(said))) output.line(line);
  output.record({
    ...{ event: 'erased', planned, deleted, earlier, gone, left: left.length, pending },
    messages: left.map(({ chat, id, reason }) => ({ chat, message: id, reason })),
  });
  return left.length === 0 ? ExitStatus.done : ExitStatus.failed;
}
