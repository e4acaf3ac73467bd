import { UsageError } from '../base/errors.js';

/** What a user may write for a chat. Ids are marked: -100… a channel or supergroup, -… a basic group, else a user. */
export type ChatRef =
  | { readonly kind: 'me' }
  | { readonly kind: 'id'; readonly id: number }
  | { readonly kind: 'username'; readonly username: string };

/** Channel ids are marked by this much: channel 123 is -1000000000123. */
export const CHANNEL_MARK = 1_000_000_000_000;

/**
 * Reads a -100… id, a -… or positive id, an @name, a t.me link (also to a message or topic in the chat), or `me`.
 * @throws UsageError BAD_CHAT, with what to write instead.
 */
export function parseChatRef(text: string): ChatRef {
  const word = text.trim();
  if (/^(me|self)$/i.test(word)) return { kind: 'me' };
  if (/^[+-]?\d+$/.test(word)) return idRef(word);
  const name = USERNAME_WITH_AT.exec(word)?.[1];
  if (name !== undefined) return { kind: 'username', username: name };
  const link = LINK.exec(word)?.[1];
  if (link !== undefined) return linkRef(link, word);
  const domain = /^tg:\/\/resolve\/?\?(?:.*&)?domain=([A-Za-z]\w{2,31})(?:&|$)/.exec(word)?.[1];
  if (domain !== undefined) return { kind: 'username', username: domain };
  throw badChat(word, 'write a -100… id, an @name, a t.me link or me; "telepi chats" lists them');
}

const USERNAME_WITH_AT = /^@([A-Za-z]\w{2,31})$/;
const LINK = /^(?:https?:\/\/)?(?:www\.)?(?:t\.me|telegram\.me|telegram\.dog)\/(.+)$/i;

function idRef(word: string): ChatRef {
  const id = Number(word);
  if (Number.isSafeInteger(id) && id !== 0 && id !== -CHANNEL_MARK) return { kind: 'id', id };
  throw badChat(word, 'no chat has that id; "telepi chats" lists the ids');
}

function linkRef(path: string, word: string): ChatRef {
  const steps = path
    .replace(/[?#].*$/, '')
    .split('/')
    .filter(Boolean);
  const [first = '', second = ''] = steps;
  if (first.startsWith('+') || first === 'joinchat') {
    throw badChat(
      word,
      'an invitation names no chat: join with it first, then take the id from "telepi chats"',
    );
  }
  if (first === 'c' && /^\d+$/.test(second)) return idRef(`-${CHANNEL_MARK + Number(second)}`);
  const name = USERNAME_WITH_AT.exec(`@${first === 's' ? second : first}`)?.[1];
  if (name !== undefined) return { kind: 'username', username: name };
  throw badChat(word, 'this link leads to no chat; "telepi chats" lists ids and names');
}

function badChat(word: string, mend: string): UsageError {
  return new UsageError('BAD_CHAT', `${JSON.stringify(word)} is no chat: ${mend}.`, {
    fields: { chat: word },
  });
}
