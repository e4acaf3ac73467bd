import { fromLong } from '../../lib/sandbox/tl.js';

/**
 * The peers that an answer names, as `user 5`, `chat 6`, `channel 7`, and those described in its `users` and `chats`.
 */
export interface NamedPeers {
  readonly named: ReadonlyMap<string, string>;
  readonly described: ReadonlySet<string>;
  readonly missing: readonly string[];
}

/** The fields of TL that hold the bare id of one or several users, chats or channels, in whatever constructor. */
const KINDS: Readonly<Record<string, 'user' | 'chat' | 'channel'>> = {
  userId: 'user',
  botId: 'user',
  adminId: 'user',
  inviterId: 'user',
  promotedBy: 'user',
  kickedBy: 'user',
  requestedBy: 'user',
  viaBotId: 'user',
  viaBusinessBotId: 'user',
  guestchatViaBotId: 'user',
  users: 'user',
  chatId: 'chat',
  migratedFromChatId: 'chat',
  channelId: 'channel',
  linkedChatId: 'channel',
  linkedMonoforumId: 'channel',
  communityId: 'channel',
  linkedCommunityId: 'channel',
};

/** Lists of objects under these names describe the peers that the answer names; lists of longs name them. */
const OWN_LISTS = new Set(['users', 'chats']);

/** Finds every peer that is named anywhere in a TL object, by the names of its fields alone. */
export function namedPeers(answer: unknown): NamedPeers {
  const named = new Map<string, string>();
  const described = new Set<string>();
  walk(answer, '', { named, described });
  const missing = [...named].flatMap(([peer, where]) => (described.has(peer) ? [] : `${peer} at ${where}`));
  return { named, described, missing };
}

function walk(
  value: unknown,
  where: string,
  found: { readonly named: Map<string, string>; readonly described: Set<string> },
): void {
  if (Array.isArray(value)) {
    for (const item of value) walk(item, where, found);
    return;
  }
  const { className, originalArgs } = (value ?? {}) as { className?: string; originalArgs?: object };
  if (className === undefined || originalArgs === undefined) return;
  for (const [field, content] of Object.entries(value as object)) {
    if (field === 'originalArgs' || content === undefined || content === null) continue;
    const at = `${where}/${className}.${field}`;
    if (OWN_LISTS.has(field) && isObjects(content)) {
      for (const item of content) found.described.add(described(item));
      continue;
    }
    const kind = KINDS[field];
    if (kind) for (const id of idsOf(content)) if (id !== '0') found.named.set(`${kind} ${id}`, at);
    walk(content, at, found);
  }
}

function isObjects(value: unknown): value is { className: string; id: never }[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'object' && 'className' in item);
}

function described({ className, id }: { className: string; id: never }): string {
  const kind = /^(User|Chat)/.exec(className)?.[0].toLowerCase() ?? 'channel';
  return `${kind} ${fromLong(id)}`;
}

/** Longs; objects, such as the user_id of an InputUser, are walked. */
function idsOf(content: unknown): string[] {
  const list: readonly unknown[] = Array.isArray(content) ? content : [content];
  return list.flatMap((item) => (isId(item) ? String(item) : []));
}

function isId(value: unknown): boolean {
  if (typeof value === 'bigint' || typeof value === 'number') return true;
  return (
    typeof value === 'object' && value !== null && !('className' in value) && /^-?\d+$/.test(String(value))
  );
}
