import { join, resolve } from 'node:path';
import { ExitStatus, UsageError } from '../../base/errors.js';
import { makePrivateDirectory } from '../../base/private-directory.js';
import { makePlan, type Planned } from '../../erase/plan.js';
import { writePlan } from '../../erase/plan-file.js';
import { readCriteria } from '../../messages/selection/criteria.js';
import type { Settings } from '../../settings/settings.js';
import { type ChatRef, parseChatRef } from '../../telegram/chat-ref.js';
import { resolveChat } from '../../telegram/chats.js';
import { prepareDataDir } from '../../telegram/data-dir.js';
import { serverIdentity } from '../../telegram/server-key.js';
import { currentUser } from '../../telegram/sign-in.js';
import type { CommandContext } from '../command.js';
import { settingsOf } from '../command-settings.js';
import { connect, openSignedIn, warnOfOpenFiles } from '../connection.js';
import { openArchive } from '../open-archive.js';
import { ERASE_FOLDER } from '../own-files.js';
import { openSelection, refuseSelection } from '../selection.js';
import { openProver } from './kept-files.js';
import { adviceOf, findingsLines, planLines, recordRefused } from './words.js';

/** `telepi erase plan`: finds messages, writes their ids into a file, and shows what a run would delete. */
export async function erasePlan(context: CommandContext): Promise<number> {
  const { flags, clock, log } = context;
  const ref = chatOf(context);
  if (flags['own'] === true && flags['others'] === true) {
    throw new UsageError(
      'CONTRADICTION',
      '--own plans only own messages, and --others those of others, too: leave out one of them.',
    );
  }
  const settings = settingsOf(context, ['apiId', 'apiHash']);
  const criteria = await readCriteria(settings.selection, clock.now());
  const session = await openSignedIn(context, settings);
  await warnOfOpenFiles(context, settings);
  await prepareDataDir(settings.dataDir);
  const store = await openArchive(context, settings);
  try {
    const client = await connect(context, settings, session);
    try {
      const accountId = Number((await currentUser(client, context.signal)).id);
      const proving = openProver(context, settings, store, accountId);
      try {
        const selection = await openSelection(client, criteria, accountId, context.signal);
        const chat = await resolveChat(client, ref, context.signal);
        await refuseSelection(selection, chat, settings.selection.topic, {
          client,
          signal: context.signal,
          log,
        });
        const planned = await makePlan({
          ...{ client, chat, accountId, selection, clock, prover: proving.prover },
          server: serverIdentity(settings),
          forEveryone: flags['for-everyone'] === true,
          others: flags['others'] === true,
          unarchived: flags['unarchived'] === true,
          signal: context.signal,
          onPass: ({ pass, read }) => log.info('erase_pass', { pass, read }),
        });
        return await keep(context, settings, planned);
      } finally {
        proving.close();
      }
    } finally {
      await client.close();
    }
  } finally {
    await store.close();
  }
}

function chatOf({ flags }: CommandContext): ChatRef {
  const source = flags['source'] as string | undefined;
  if (source !== undefined) return parseChatRef(source);
  throw new UsageError(
    'ERASE_NO_CHAT',
    'Say of which chat: telepi erase plan --chat, with a -100… id, @name, me or link.',
  );
}

async function keep(context: CommandContext, settings: Settings, planned: Planned): Promise<number> {
  const { output } = context;
  const { plan, refused } = planned;
  if (plan.counts.messages === 0) {
    for (const line of findingsLines(planned)) output.line(line);
    output.line('No message is selected that could be deleted: no plan was written.');
    output.record({ event: 'nothing_planned', kept: planned.kept });
    return ExitStatus.done;
  }
  const path = await pathOf(context, settings, planned);
  await writePlan(path, plan);
  for (const line of [...planLines(plan), ...findingsLines(planned)]) output.line(line);
  output.line(`The plan is ${path}. Nothing was deleted.`);
  const stops = refused.length > 0 && !plan.unarchived;
  if (stops) {
    const those =
      refused.length === 1 ? 'the message that would stay' : `the ${refused.length} messages that would stay`;
    output.line(
      `A run stops because of ${those}, unless --only-proven leaves ${refused.length === 1 ? 'it' : 'them'}.`,
    );
  } else output.line(`To delete ${plan.counts.messages === 1 ? 'it' : 'them'}: telepi erase run ${path}`);
  const advice = adviceOf(refused);
  if (advice !== undefined) output.line(`To keep more first: ${advice}.`);
  recordRefused(context, refused);
  const { chat, counts, hash, for_everyone, others, unarchived } = plan;
  output.record({
    ...{ event: 'planned', path, hash, chat: chat.id, title: chat.title, for_everyone, others, unarchived },
    ...{ counts, kept: planned.kept, refused: refused.length, lost: planned.lost.length },
    ...{ first: planned.first ?? null, last: planned.last ?? null, sample: planned.sample },
  });
  return ExitStatus.done;
}

async function pathOf(
  { flags, sources }: CommandContext,
  { dataDir }: Settings,
  { plan }: Planned,
): Promise<string> {
  const given = flags['output'] as string | undefined;
  if (given !== undefined) return resolve(sources.workingDirectory, given);
  const folder = join(resolve(dataDir), ERASE_FOLDER);
  await makePrivateDirectory(folder);
  return join(folder, `plan_${plan.chat.id}_${plan.made.replace(/[:.]/g, '-')}.json`);
}
