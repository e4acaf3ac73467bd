import { resolve } from 'node:path';
import { UsageError } from '../../base/errors.js';
import { type ErasePlan, readPlan } from '../../erase/plan-file.js';
import type { Settings } from '../../settings/settings.js';
import { collectValues, isDefault } from '../../settings/sources.js';
import type { TextSettings } from '../../settings/text-settings.js';
import { type ChatRef, parseChatPlace } from '../../telegram/chat-ref.js';
import { serverIdentity } from '../../telegram/server-key.js';
import type { CommandContext } from '../command.js';
import { settingsOf } from '../command-settings.js';
import { type PlacesRequest, readPlaces } from '../search/request.js';
import { readTexts, type Texts } from '../texts.js';

/** What a person asks `telepi restore` for, checked as far as it can be without the store and Telegram. */
export interface RestoreRequest extends PlacesRequest {
  readonly settings: Settings;
  readonly texts: Texts;
  /** Absent: the chat of `--source`. */
  readonly plan: ErasePlan | undefined;
  /** Absent: the plan's own chat. */
  readonly target: ChatRef | undefined;
  readonly isDryRun: boolean;
}

/** @throws UsageError for whatever is wrong with plan, flags and settings */
export async function readRestore(context: CommandContext): Promise<RestoreRequest> {
  const { flags, word, sources } = context;
  const asked = settingsOf(context, ['apiId', 'apiHash']);
  const places = await readPlaces(context, asked);
  const target = flags['target'] as string | undefined;
  if (word !== undefined && places.chats.length > 0) {
    throw new UsageError(
      'CONTRADICTION',
      'A plan names its chat, and --source names another: leave one of them out.',
    );
  }
  if (word === undefined && places.chats.length !== 1) {
    throw new UsageError(
      'RESTORE_NOTHING',
      'Say what to restore: the file of telepi erase plan, or one chat with --chat and where to with --target.',
    );
  }
  if (word === undefined && target === undefined) {
    throw new UsageError(
      'RESTORE_NO_TARGET',
      'Say with --target into which chat the messages are posted: without a plan, TelePi does not guess.',
    );
  }
  const plan = word === undefined ? undefined : await readPlan(resolve(sources.workingDirectory, word));
  if (plan) refuseOtherServer(plan, asked);
  const settings = settingsOfRun(asked, context);
  return {
    settings,
    ...places,
    texts: await readTexts(settings, sources),
    plan,
    target: target === undefined ? undefined : wholeChat(target),
    isDryRun: flags['dry-run'] === true,
  };
}

/** A plan's ids mean other messages on another server. */
function refuseOtherServer({ server }: ErasePlan, settings: Settings): void {
  const here = serverIdentity(settings) ?? null;
  if (here === server) return;
  throw new UsageError(
    'PLAN_OTHER_SERVER',
    `The plan was made on ${serverWords(server)}, and these settings lead to ${serverWords(here)}: use the settings with which it was made.`,
    { fields: { server, here } },
  );
}

function serverWords(server: string | null): string {
  if (server === null) return 'Telegram';
  return server === 'test' ? "Telegram's test servers" : `the server with the key ${server}`;
}

/** @throws UsageError PLAN_OTHER_ACCOUNT: ids of messages may mean others to another account */
export function refuseOtherAccount(plan: ErasePlan | undefined, accountId: number): void {
  if (plan === undefined || plan.account === String(accountId)) return;
  throw new UsageError(
    'PLAN_OTHER_ACCOUNT',
    `The plan was made by the account ${plan.account}, and ${accountId} is signed in: sign in as ${plan.account}.`,
    { fields: { planned: plan.account, account: accountId } },
  );
}

function wholeChat(text: string): ChatRef {
  const { chat, thread, message } = parseChatPlace(text, '--target');
  if (thread === undefined && message === undefined) return chat;
  throw new UsageError('BAD_CHAT', `--target must name a whole chat, not a topic or message of it: ${text}.`);
}

/** Author and date stand at the head of each post, unless the user wants otherwise. */
function settingsOfRun(settings: Settings, { sources }: CommandContext): Settings {
  const { text } = settings;
  const isUndecided = isDefault(collectValues(sources, ['attribution']).get('attribution'));
  const attribution: TextSettings['attribution'] = isUndecided ? 'header' : text.attribution;
  return {
    ...settings,
    ...{ sourceChat: undefined, targetChat: undefined, sourceTopic: undefined, targetTopic: undefined },
    ...{ via: 'stream', text: { ...text, attribution } },
  };
}
