import { Api } from 'telegram';
import type { Chat } from './chats.js';
import type { TelepiClient } from './client.js';
import { newestMessages, readPages } from './history.js';

/** What is known of a message that was sent and whose answer was lost. */
export interface SentContent {
  readonly text: string;
  readonly kind: 'text' | 'photo' | 'document';
  /** Bytes of the document, where they are known. */
  readonly size?: number;
}

export interface FindSentOptions {
  /** Only messages with a higher id count. Default: the chat's newest hundred. */
  readonly afterId?: number | undefined;
  /** Only messages of this topic count. Default: all. */
  readonly topicId?: number | undefined;
  /** How often to look, a second apart: the first call may still be running. Default 1. */
  readonly attempts?: number;
}

const PAUSE_MS = 1000;
/** How many messages to look through. */
const NEWEST = 100;
const MOST_PAGES = 20;

/**
 * Finds the messages that an earlier call posted, by what this account has posted in the chat since `afterId`: the
 * first run of outgoing messages with these contents; without `afterId`, the last one. Undefined when there is none.
 */
export async function findSent(
  client: TelepiClient,
  chat: Chat,
  contents: readonly SentContent[],
  { afterId, topicId, attempts = 1, signal }: FindSentOptions & { readonly signal: AbortSignal },
): Promise<number[] | undefined> {
  for (let attempt = 1; ; attempt += 1) {
    const posted = await postedSince(client, chat, afterId, signal);
    const own = posted.filter((message) => isOwn(message) && isIn(message, topicId));
    const found = matchRun(own, contents, afterId === undefined ? 'last' : 'first');
    if (found) return found.map(({ id }) => id);
    if (attempt >= attempts) return undefined;
    await client.clock.sleep(PAUSE_MS, signal);
  }
}

/** Oldest first. */
async function postedSince(
  client: TelepiClient,
  chat: Chat,
  afterId: number | undefined,
  signal: AbortSignal,
): Promise<Api.Message[]> {
  const found: Api.TypeMessage[] = [];
  if (afterId === undefined) {
    found.push(...(await newestMessages(client, chat, NEWEST, signal)).toReversed());
  } else {
    let pages = 0;
    for await (const page of readPages(client, chat, { afterId }, signal)) {
      found.push(...page);
      pages += 1;
      if (pages === MOST_PAGES) break;
    }
  }
  return found.filter((message) => message instanceof Api.Message);
}

/** Posts of a broadcast channel carry `out` too, for whoever of its admins asks. */
function isOwn(message: Api.Message): boolean {
  return message.out === true;
}

function isIn({ replyTo }: Api.Message, topicId: number | undefined): boolean {
  if (topicId === undefined) return true;
  if (!(replyTo instanceof Api.MessageReplyHeader)) return false;
  return (replyTo.replyToTopId || replyTo.replyToMsgId) === topicId;
}

function matchRun(
  messages: readonly Api.Message[],
  contents: readonly SentContent[],
  which: 'first' | 'last',
): readonly Api.Message[] | undefined {
  const starts = Array.from(
    { length: Math.max(0, messages.length - contents.length + 1) },
    (_, index) => index,
  );
  for (const start of which === 'first' ? starts : starts.toReversed()) {
    const run = messages.slice(start, start + contents.length);
    const oneAlbum = new Set(run.map(({ groupedId }) => String(groupedId))).size === 1;
    if (oneAlbum && run.every((message, index) => hasContent(message, contents[index]))) return run;
  }
  return undefined;
}

function hasContent(message: Api.Message, content: SentContent | undefined): boolean {
  const seen = sentContentOf(message);
  if (seen.text !== content?.text || seen.kind !== content.kind) return false;
  return content.size === undefined || seen.size === content.size;
}

/** What a message looks like to findSent. */
export function sentContentOf({ message: text, media }: Api.Message): SentContent {
  if (media instanceof Api.MessageMediaPhoto) return { text, kind: 'photo' };
  if (!(media instanceof Api.MessageMediaDocument)) return { text, kind: 'text' };
  const { document } = media;
  return { text, kind: 'document', ...(document instanceof Api.Document && { size: Number(document.size) }) };
}
