import { messageOf } from '../base/errors.js';
import { TelegramError } from '../refusals/telegram-error.js';
import type { Chat } from '../telegram/chat.js';
import { resolveChat } from '../telegram/chats.js';
import type { TelepiClient } from '../telegram/client.js';
import type { CommandContext } from './command.js';

/** Some work on two chats, which are looked up each time the work begins. */
export type Begin = (first: boolean) => Promise<{
  readonly chats: readonly Chat[];
  /** Returns an exit status. */
  readonly work: () => Promise<number>;
}>;

/**
 * Runs the work to the end, and starts it again when one of the chats was a basic group and has become a supergroup
 * meanwhile: by then sends to the group are refused (PEER_ID_INVALID), and messages in the supergroup aren't read. The
 * exit status is the worst of all runs.
 */
export async function throughUpgrades(
  context: CommandContext,
  client: TelepiClient,
  begin: Begin,
): Promise<number> {
  let status = 0;
  for (let first = true; ; first = false) {
    const { chats, work } = await begin(first);
    const ended = await settle(work);
    if ('error' in ended && !(ended.error instanceof TelegramError)) throw ended.error;
    const upgraded = await upgradedSince(client, chats, context);
    if ('status' in ended) status = Math.max(status, ended.status);
    if (!upgraded && 'error' in ended) throw ended.error;
    if (!upgraded) return status;
    context.output.note(
      `${upgraded.title} has become a supergroup (${upgraded.id}) during the run, which continues there.`,
    );
  }
}

type Ended = { readonly status: number } | { readonly error: unknown };

async function settle(work: () => Promise<number>): Promise<Ended> {
  try {
    return { status: await work() };
  } catch (error) {
    return { error };
  }
}

/** The first chat that has been replaced by another. */
async function upgradedSince(
  client: TelepiClient,
  chats: readonly Chat[],
  { signal, log }: CommandContext,
): Promise<Chat | undefined> {
  for (const { id, kind } of chats) {
    if (kind !== 'group' || signal.aborted) continue;
    try {
      const now = await resolveChat(client, { kind: 'id', id }, signal);
      if (now.id !== id) return now;
    } catch (error) {
      // The outcome of the work takes precedence.
      log.warn('upgrade_unknown', { chat: id, error: messageOf(error) });
    }
  }
  return undefined;
}
