import type { Fields } from './json.js';
import { bareId } from './scene.js';

/** A chat as an export names it. */
export interface ExportedChat {
  /** Marked. */
  readonly id: number;
  /** As the store names them: private, bot, group, supergroup, forum, channel, unknown. */
  readonly type: string;
  readonly title?: string | undefined;
  /** Without the @; only public chats have one. */
  readonly username?: string | undefined;
}

/** Accounts that Telegram Desktop names by what they are for. */
const REPLIES = 1_271_266_957;
const VERIFICATION_CODES = 489_000;
const UNNAMED: ReadonlySet<string | null> = new Set(['saved_messages', 'replies', 'verification_codes']);

/** What stands in front of a chat's messages: its name, type and bare id. `self`: the account whose archive it is. */
export function chatHead(chat: ExportedChat, self: number): Fields {
  const type = chatType(chat, self);
  return [
    ['name', UNNAMED.has(type) ? undefined : chat.title || null],
    ['type', type],
    ['id', bareId(chat.id)],
  ];
}

function chatType({ id, type, username }: ExportedChat, self: number): string | null {
  if (id === self) return 'saved_messages';
  if (id === REPLIES) return 'replies';
  if (id === VERIFICATION_CODES) return 'verification_codes';
  switch (type) {
    case 'private':
      return 'personal_chat';
    case 'bot':
      return 'bot_chat';
    case 'group':
      return 'private_group';
    case 'supergroup':
    case 'forum':
      return username ? 'public_supergroup' : 'private_supergroup';
    case 'channel':
      return username ? 'public_channel' : 'private_channel';
    default:
      return null;
  }
}
