import { CHANNEL_MARK } from '../../base/marked-id.js';
import type { ChatType } from '../../store/tables/schema.js';

type PeerKind = 'user' | 'chat' | 'channel';

/** The marked id of a peer. */
function marked(kind: PeerKind, bare: number): number {
  if (kind === 'user') return bare;
  return kind === 'chat' ? -bare : -CHANNEL_MARK - bare;
}

/**
 * The marked id behind `user1`, `chat1` or `channel1`. Exports of before 2021 have a number instead: that of a user with
 * 2^32 added, and with 2^33 that of a group or channel, of which nobody can say which one it is.
 */
export function peerOf(value: unknown): number | undefined {
  if (typeof value === 'number') return isOldUser(value) ? value - OLD_USER : undefined;
  const [, kind, bare] = /^(user|chat|channel)(\d{1,15})$/.exec(typeof value === 'string' ? value : '') ?? [];
  return kind === undefined ? undefined : marked(kind as PeerKind, Number(bare));
}

const OLD_USER = 2 ** 32;
const OLD_CHAT = 2 ** 33;

function isOldUser(value: number): boolean {
  return value > OLD_USER && value < OLD_CHAT;
}

/** The marked id behind the number by which Telegram Desktop's own code knows a peer: its kind stands from bit 48 on. */
export function internalPeer(value: unknown): number | undefined {
  const number = Number(value);
  if (!Number.isSafeInteger(number) || number <= 0) return undefined;
  const kind = Math.floor(number / KIND);
  const bare = number % KIND;
  const name = (['user', 'chat', 'channel'] as const)[kind];
  return name && marked(name, bare);
}

const KIND = 2 ** 48;

/** The kind of chat that Telegram Desktop's word means. */
interface KindOfChat {
  readonly peer: PeerKind;
  readonly type: ChatType;
}

const KINDS: Readonly<Record<string, KindOfChat>> = {
  saved_messages: { peer: 'user', type: 'private' },
  replies: { peer: 'user', type: 'private' },
  verification_codes: { peer: 'user', type: 'private' },
  personal_chat: { peer: 'user', type: 'private' },
  bot_chat: { peer: 'user', type: 'bot' },
  private_group: { peer: 'chat', type: 'group' },
  private_supergroup: { peer: 'channel', type: 'supergroup' },
  public_supergroup: { peer: 'channel', type: 'supergroup' },
  private_channel: { peer: 'channel', type: 'channel' },
  public_channel: { peer: 'channel', type: 'channel' },
};

/** The chat that an export names by its type and bare id; undefined for a type that nobody knows. `isOld`: see peerOf. */
export function chatOf(
  type: unknown,
  id: number,
  isOld: boolean,
): { readonly chatId: number; readonly type: ChatType } | undefined {
  const kind = typeof type === 'string' ? KINDS[type] : undefined;
  if (!kind) return undefined;
  const added = kind.peer === 'user' ? OLD_USER : OLD_CHAT;
  return { chatId: marked(kind.peer, isOld && id > added ? id - added : id), type: kind.type };
}
