import { messageOf } from '../base/errors.js';
import { readAhead } from '../clone/read-ahead.js';
import { peekAtCheckpoint } from '../ledger/peek.js';
import type { Settings } from '../settings/settings.js';
import type { Chat } from '../telegram/chat.js';
import type { TelepiClient } from '../telegram/client.js';
import { serverIdentity } from '../telegram/server-key.js';
import type { CommandContext } from './command.js';
import { readSide, type SideName } from './pair.js';

/** A chat that is found, and whose details are still being asked for. */
export type FoundChat = Pick<Chat, 'id' | 'peer'>;

/**
 * Returns a function that takes the chats of a run as they are found. With both, it begins to read what the clone begins
 * with. Not for a topic or thread, whose reads depend on more.
 */
export function readingAhead(
  { log, flags }: Pick<CommandContext, 'log' | 'flags'>,
  settings: Settings,
  client: TelepiClient,
): (name: SideName, chat: FoundChat) => void {
  const found: Partial<Record<SideName, FoundChat>> = {};
  const begin = async ({ source, target }: Record<SideName, FoundChat>): Promise<void> => {
    const { dataDir, targetTopic } = settings;
    const job = { server: serverIdentity(settings), sourceId: source.id, targetId: target.id, targetTopic };
    const checkpoint = flags['restart'] === true ? undefined : await peekAtCheckpoint(dataDir, job);
    readAhead(client, { source, target, afterId: checkpoint ?? 0, isNew: checkpoint === undefined });
  };
  return (name, chat) => {
    found[name] = chat;
    const { source, target } = found;
    if (!source || !target || !isWhole(settings)) return;
    begin({ source, target }).catch((error: unknown) => {
      log.debug('not_read_ahead', { error: messageOf(error) });
    });
  };
}

function isWhole(settings: Settings): boolean {
  const links = (['source', 'target'] as const).map((name) => readSide(settings, name));
  return (
    settings.sourceTopic === undefined &&
    links.every(({ thread, message }) => thread === undefined && message === undefined)
  );
}
