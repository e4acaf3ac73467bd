import { UsageError } from '../base/errors.js';
import type { Criteria } from '../messages/selection/criteria.js';
import { type Selection, selectionOf } from '../messages/selection/selection.js';
import type { Chat } from '../telegram/chat.js';
import { resolveChat } from '../telegram/chats.js';
import type { TelepiClient } from '../telegram/client.js';

/**
 * The selection of criteria: looks up the @names of `--sender`.
 * @throws UsageError as `resolveChat` does for a name that leads nowhere
 */
export async function openSelection(
  client: TelepiClient,
  criteria: Criteria,
  account: number,
  signal: AbortSignal,
): Promise<Selection> {
  const named = new Map<string, number>();
  for (const person of criteria.sender ?? []) {
    if (person.kind !== 'name' || named.has(person.name)) continue;
    const { id } = await resolveChat(client, { kind: 'username', username: person.name }, signal);
    named.set(person.name, id);
  }
  return selectionOf(criteria, { self: account, named });
}

/**
 * Refuses a selection that the source can't meet.
 * @throws UsageError SELECT_NO_FORUM for topics of a chat that has none
 */
export function refuseSelection({ topics }: Selection, source: Chat): void {
  if (!topics || source.kind === 'forum') return;
  throw new UsageError(
    'SELECT_NO_FORUM',
    `"${source.title}" (${source.id}) has no topics: leave out --topic; --source-topic chooses a thread of a group.`,
    { fields: { chat: source.id } },
  );
}
