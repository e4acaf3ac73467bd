import { UsageError } from '../base/errors.js';
import { topicsOrNone } from '../clone/preflight.js';
import type { Criteria } from '../messages/selection/criteria.js';
import type { Given } from '../messages/selection/given.js';
import { type Selection, selectionOf } from '../messages/selection/selection.js';
import type { Chat } from '../telegram/chat.js';
import { resolveChat } from '../telegram/chats.js';
import type { TelepiClient } from '../telegram/client.js';
import { GENERAL_TOPIC, type Topic } from '../telegram/topics.js';

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
 * Refuses a selection that the source can't meet. `topic`: the setting as it was written.
 * @throws UsageError SELECT_NO_FORUM for topics of a chat that has none, UNKNOWN_TOPIC for topics that it doesn't have.
 */
export async function refuseSelection(
  { topics }: Selection,
  source: Chat,
  topic: Given | undefined,
  scene: Parameters<typeof topicsOrNone>[0],
): Promise<void> {
  if (!topics) return;
  if (source.kind === 'forum') {
    const there = await topicsOrNone(scene, source);
    if (there) refuseUnknown(topics, there, source, topic?.origin ?? '--topic');
    return;
  }
  throw new UsageError(
    'SELECT_NO_FORUM',
    `"${source.title}" (${source.id}) has no topics: leave out ${topic?.origin ?? '--topic'}; --source-topic chooses a thread of a group.`,
    { fields: { chat: source.id } },
  );
}

/** How many topics an error names, at most. */
const MOST_NAMED = 20;

function refuseUnknown(
  wanted: ReadonlySet<number>,
  there: readonly Topic[],
  source: Chat,
  origin: string,
): void {
  const ids = new Set([GENERAL_TOPIC, ...there.map(({ id }) => id)]);
  const unknown = [...wanted].filter((id) => !ids.has(id));
  if (unknown.length === 0) return;
  const names = there.slice(0, MOST_NAMED).map(({ id, title }) => `${title} (${id})`);
  const more =
    there.length > MOST_NAMED ? ` and ${there.length - MOST_NAMED} more, which telepi chats lists` : '';
  throw new UsageError(
    'UNKNOWN_TOPIC',
    `"${source.title}" (${source.id}) has no topic ${unknown.join(', ')}: correct ${origin}. It has ${names.join(', ')}${more}.`,
    { fields: { chat: source.id } },
  );
}
