import { UsageError } from '../base/errors.js';
import { CHANNEL_MARK } from '../base/marked-id.js';
import { COMMENTS, type LinkMeaning, readLink } from './chat-link.js';

/**
 * The ways in which a user may name a chat. Ids are marked: -100… for a channel or supergroup, -… for a basic group,
 * positive for a user.
 */
export type ChatRef =
  | { readonly kind: 'me' }
  | { readonly kind: 'id'; readonly id: number }
  | { readonly kind: 'username'; readonly username: string };

/**
 * A chat, and the place in it that a link names: a topic or thread by its id, a message, a comment below that by its id in the
 * discussion group.
 */
export interface ChatPlace {
  readonly chat: ChatRef;
  readonly thread?: number;
  readonly message?: number;
  readonly comment?: number;
}

/** Ids of messages, and so of topics, are TL `int`s. */
const LARGEST_MESSAGE_ID = 2 ** 31 - 1;

/** A longer text is quoted by its beginning. */
const QUOTED_LENGTH = 100;

/**
 * Reads the name of a whole chat: a -100… id, a -… or positive id, an @name, `me`, or a link to it.
 * @throws UsageError BAD_CHAT, with what to write instead; also for a link to a topic or message of a chat.
 */
export function parseChatRef(text: string): ChatRef {
  const { chat, thread, message } = parseChatPlace(text);
  if (thread === undefined && message === undefined) return chat;
  throw badChat(text.trim(), 'names a topic or message: write the link, @name or id of the chat alone');
}

/**
 * As parseChatRef, but also accepts a link to a topic, thread or message (core.telegram.org/api/links). `setting` says
 * in errors where the text is, and `comments` whether a link may name a comment.
 * @throws UsageError BAD_CHAT for a text that names no chat, with what to write instead.
 */
export function parseChatPlace(
  text: string,
  setting?: string,
  { comments = false }: { readonly comments?: boolean } = {},
): ChatPlace {
  const word = text.trim();
  if (/^(me|self)$/i.test(word)) return { chat: { kind: 'me' } };
  if (/^-?\d+$/.test(word)) return { chat: idRef(word, word, setting) };
  if (/^\+[\d\s()-]+$/.test(word)) {
    throw badChat(word, 'is a phone number: copy the id or @name from "telepi chats"', setting);
  }
  if (word.startsWith('@')) return { chat: nameRef(word.slice(1), word, setting) };
  const link = readLink(word);
  if (link?.comment !== undefined && !comments) throw badChat(word, COMMENTS.refused, setting);
  if (link) return placeOf(link, word, setting);
  const hint = USERNAME.test(word) ? `, and @${word} with its @ would be a name` : '';
  throw badChat(word, `is not a chat${hint}: ${WRITE}`, setting);
}

const USERNAME = /^[A-Za-z]\w{2,31}$/;
const WRITE = 'write a -100… id, an @name, a t.me link or me; "telepi chats" lists them';

function nameRef(name: string, word: string, setting?: string): ChatRef {
  if (USERNAME.test(name)) return { kind: 'username', username: name };
  throw badChat(word, `has no name that a chat can have: ${WRITE}`, setting);
}

function idRef(digits: string, word: string, setting?: string): ChatRef {
  const id = /^-?\d{1,16}$/.test(digits) ? Number(digits) : 0;
  if (Number.isSafeInteger(id) && id !== 0 && id !== -CHANNEL_MARK) return { kind: 'id', id };
  throw badChat(word, 'has an id that no chat has: "telepi chats" lists the ids', setting);
}

/** A channel's bare id; marked ids are accepted there too. */
function channelRef(digits: string, word: string, setting?: string): ChatRef {
  const bare = /^(?:-100)?([1-9]\d{0,11})$/.exec(digits)?.[1];
  return idRef(bare === undefined ? '0' : String(-CHANNEL_MARK - Number(bare)), word, setting);
}

function placeOf(link: LinkMeaning, word: string, setting?: string): ChatPlace {
  const { refused, secret, name, channel, id = '0' } = link;
  if (refused !== undefined) throw badChat(secret ? undefined : word, refused, setting);
  const numbers = {
    ...(link.thread === undefined ? {} : { thread: messageId(link.thread, word, setting) }),
    ...(link.message === undefined ? {} : { message: messageId(link.message, word, setting) }),
    ...(link.comment === undefined ? {} : { comment: messageId(link.comment, word, setting) }),
  };
  if (name !== undefined) return { chat: nameRef(name, word, setting), ...numbers };
  if (channel !== undefined) return { chat: channelRef(channel, word, setting), ...numbers };
  return { chat: idRef(id, word, setting), ...numbers };
}

function messageId(digits: string, word: string, setting?: string): number {
  const id = /^\d{1,10}$/.test(digits) ? Number(digits) : 0;
  if (id >= 1 && id <= LARGEST_MESSAGE_ID) return id;
  throw badChat(word, 'has a number that no message or topic can have: copy the link again', setting);
}

/** `word` is absent when it is a secret. */
function badChat(word: string | undefined, what: string, setting?: string): UsageError {
  const topic = setting?.replace('CHAT', 'TOPIC') ?? 'the topic';
  const short = word !== undefined && word.length > QUOTED_LENGTH ? `${word.slice(0, QUOTED_LENGTH)}…` : word;
  const quoted = short === undefined ? undefined : JSON.stringify(short);
  const subject = [setting, quoted].filter((part) => part !== undefined).join(' ') || 'The link';
  return new UsageError('BAD_CHAT', `${subject} ${what.replace('TOPIC', topic)}.`, {
    fields: { ...(setting === undefined ? {} : { setting }), ...(word === undefined ? {} : { chat: short }) },
  });
}
