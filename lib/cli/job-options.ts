import { resolve } from 'node:path';
import { jobChats } from '../clone/job-chats.js';
import type { Examined } from '../ledger/examine-job.js';
import type { JobOptions } from '../ledger/job-scene.js';
import type { LedgerPlace } from '../ledger/ledger.js';
import type { Settings } from '../settings/settings.js';
import type { Chat } from '../telegram/chat.js';
import { serverIdentity } from '../telegram/server-key.js';
import type { CommandContext } from './command.js';
import { confirm } from './confirm.js';
import { ledgerPlace } from './ledger-place.js';
import { CONTINUE_FROM } from './older-state.js';

export interface Pair {
  readonly accountId: number;
  readonly source: Chat;
  readonly target: Chat;
  readonly sourceName: string | undefined;
  readonly targetName: string | undefined;
}

type ChosenOptions = Omit<JobOptions, 'withoutSecrets' | 'clock' | 'random' | 'log' | 'restart'>;

/** The options that identify the job of two chats, and say where it is and what it starts from. */
export function jobOptions(
  context: CommandContext,
  settings: Settings,
  { accountId, source, target, sourceName, targetName }: Pair,
  place: LedgerPlace = ledgerPlace(context, settings),
): ChosenOptions {
  const { sourceTopic, targetTopic } = settings;
  return {
    ...jobChats({ source, target, sourceTopic, targetTopic }),
    ...place,
    server: serverIdentity(settings),
    accountId,
    sourceName,
    targetName,
    ...olderState(context),
  };
}

/**
 * How --continue-from treats files of the older script; without it, such files in the working directory stop a new job.
 */
export function olderState({ flags, sources }: CommandContext): Pick<JobOptions, 'legacyDir' | 'strayDir'> {
  const from = flags[CONTINUE_FROM.name];
  if (from === undefined) return { strayDir: sources.workingDirectory };
  return from === 'none' ? {} : { legacyDir: resolve(sources.workingDirectory, String(from)) };
}

/**
 * With --restart, everything is sent once more in addition to what is there, so a person has to type the target's
 * title. Nobody is asked if nothing was sent yet.
 */
export async function confirmRestart(
  context: CommandContext,
  { copies, begun }: Examined,
  { title }: Chat,
): Promise<void> {
  if (!begun && copies === 0) return;
  const there =
    copies === 0
      ? `"${title}" may already have copies that the ledger doesn't know of; they will be there twice.`
      : `"${title}" has ${copies} ${copies === 1 ? 'copy' : 'copies'} of this job already, and each will be there twice.`;
  await confirm(context, {
    warning: `--restart sends everything again. ${there}`,
    answer: title,
    noun: "To continue, type the target's title",
    code: 'RESTART_UNCONFIRMED',
    instead:
      'To go through the source again and send only missing messages, write 0 into checkpoint.txt instead.',
  });
}
