import { findsWords, type SearchWords } from '../../messages/search/search-words.js';
import type { FoundMessage } from '../../store/search/found.js';
import type { ChatName } from '../../store/search/names.js';
import { messageLink } from '../../telegram/message-link.js';
import { excerpt } from './excerpt.js';

/** A message that was found, with what its chat and its sender are called. */
export interface NamedMessage {
  readonly message: FoundMessage;
  readonly chat: ChatName | undefined;
  readonly sender: string | undefined;
}

/** Two lines for people: where and when, and what was found. `columns`: cells of the second one. */
export function foundLines(named: NamedMessage, words: SearchWords, columns: number): readonly string[] {
  const { message, chat, sender } = named;
  const { chatId, messageId, senderId, date, deletedAt } = message;
  const who = sender ?? (senderId === undefined ? undefined : String(senderId));
  const fields = [
    date === undefined ? 'no date' : timeWords(date),
    chat?.title === undefined ? String(chatId) : `${chat.title} (${chatId})`,
    ...(who === undefined || who === chat?.title ? [] : [who]),
    linkOf(named) ?? `message ${messageId}`,
    ...(deletedAt === undefined ? [] : ['deleted']),
  ];
  return [fields.join('  '), `  ${shownText(message, words, columns - INDENT)}`];
}

const INDENT = 2;

/** The same for machines. */
export function foundRecord(named: NamedMessage): Record<string, unknown> {
  const { message, chat, sender } = named;
  const { accountId, chatId, messageId, senderId, topicId, date, mediaType, texts, fileName, deletedAt } =
    message;
  return {
    event: 'found',
    account: accountId,
    chat: { id: chatId, title: chat?.title ?? null, username: chat?.username ?? null },
    id: messageId,
    date: isoTime(date),
    sender: senderId === undefined ? null : { id: senderId, name: sender ?? null },
    topic: topicId ?? null,
    mediaType,
    texts,
    fileName: fileName ?? null,
    deleted: isoTime(deletedAt),
    link: linkOf(named) ?? null,
  };
}

/** The texts in which the words are; all of them when no single one has a word. */
function shownText({ texts }: FoundMessage, words: SearchWords, columns: number): string {
  const shown = texts.filter((text) => words.some((word) => findsWords([word], [text])));
  const [first = '', ...others] = shown;
  // A word that is only in the name of a file, or in an answer of a poll.
  const missing = others.find((text) =>
    words.some((word) => !findsWords([word], [first]) && findsWords([word], [text])),
  );
  if (missing === undefined) return excerpt(first, words, columns);
  const half = Math.floor((columns - BETWEEN.length) / 2);
  return `${excerpt(first, words, half)}${BETWEEN}${excerpt(missing, words, half)}`;
}

const BETWEEN = ' | ';

function linkOf({ message: { chatId, messageId }, chat }: NamedMessage): string | undefined {
  return messageLink({ ...chat, id: chatId }, messageId);
}

/** `2024-03-05 12:00:00 UTC` */
function timeWords(at: number): string {
  return `${new Date(at).toISOString().slice(0, 19).replace('T', ' ')} UTC`;
}

function isoTime(at: number | undefined): string | null {
  return at === undefined ? null : new Date(at).toISOString();
}
