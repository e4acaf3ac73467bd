import { Api } from 'telegram';
import type { Chat } from './chats.js';
import type { TelepiClient } from './client.js';
import { newestMessages, readPages } from './history.js';
import { photoFile } from './media.js';
import { GENERAL_TOPIC } from './topics.js';

/** What is known of a message that was sent and whose answer was lost. */
export interface SentContent {
  readonly text: string;
  readonly kind: 'text' | 'photo' | 'document';
  /** Bytes of the document, where they are known. */
  readonly size?: number;
  /** Bytes of the photo's largest size: what it has when it was sent as a file. */
  readonly photoSize?: number;
}

export interface FindSentOptions {
  /** Only messages with a higher id count. Default: the chat's newest hundred. */
  readonly afterId?: number | undefined;
  /** Only messages of this topic count. Default: General in a forum. */
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
    const own = posted.filter((message) => isOwn(chat, message) && isIn(chat, message, topicId));
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

/**
 * Whether a call of this account may have posted it. Messages are `out` for whoever posted them, as whom they may appear:
 * the account, the group (an anonymous admin), a channel of its own (send_as), or nobody (posts of a channel, signed or
 * not), so from_id and post_author tell nothing more. In Saved Messages alone none is `out`: there all are the account's,
 * and those that were forwarded to there tell by fwd_from or by saved_peer_id. TelePi forwards nothing.
 */
function isOwn({ peer, id }: Chat, message: Api.Message): boolean {
  if (message.fwdFrom || message.viaBotId) return false;
  if (!(peer instanceof Api.InputPeerSelf)) return message.out === true;
  const { savedPeerId } = message as Api.Message & { readonly savedPeerId?: Api.TypePeer };
  return !savedPeerId || (savedPeerId instanceof Api.PeerUser && Number(savedPeerId.userId) === id);
}

/**
 * The topic of a forum's message is its header's, where that is of a topic (forum_topic): reply_to_top_id, or
 * reply_to_msg_id for one that answers nothing else. General's have no header, or that of the message they answer.
 */
function isIn({ kind }: Chat, { replyTo }: Api.Message, topicId = GENERAL_TOPIC): boolean {
  if (kind !== 'forum') return true;
  const header = replyTo instanceof Api.MessageReplyHeader && replyTo.forumTopic ? replyTo : undefined;
  return (header?.replyToTopId || header?.replyToMsgId || GENERAL_TOPIC) === topicId;
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
  if (seen.text !== content?.text) return false;
  const isPhotoAsFile = content.kind === 'photo' && seen.kind === 'document';
  if (isPhotoAsFile && seen.size !== undefined) return seen.size === content.photoSize;
  if (seen.kind !== content.kind) return false;
  return content.size === undefined || seen.size === content.size;
}

/** What a message looks like to findSent. */
export function sentContentOf({ message, media }: Api.Message): SentContent {
  const text = message || linkOf(media);
  if (media instanceof Api.MessageMediaPhoto) {
    const { photo } = media;
    const file = photo instanceof Api.Photo ? photoFile(photo) : undefined;
    return { text, kind: 'photo', ...(file && { photoSize: file.size }) };
  }
  if (!(media instanceof Api.MessageMediaDocument)) return { text, kind: 'text' };
  const { document } = media;
  return { text, kind: 'document', ...(document instanceof Api.Document && { size: Number(document.size) }) };
}

/** A message that is a link preview alone is found by its link. */
function linkOf(media: Api.TypeMessageMedia | undefined): string {
  const preview = media instanceof Api.MessageMediaWebPage ? media.webpage : undefined;
  return (preview && 'url' in preview && preview.url) || '';
}
