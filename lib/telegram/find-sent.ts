import { createHash } from 'node:crypto';
import { Api } from 'telegram';
import type { SentContent } from '../base/sent-content.js';
import type { Chat } from './chats.js';
import type { TelepiClient } from './client.js';
import { newestMessages, readPages } from './history.js';
import { photoFile } from './media.js';
import { GENERAL_TOPIC } from './topics.js';

export type { SentContent } from '../base/sent-content.js';

/**
 * Says whose candidates are, since others may have posted the same: the ids of one of them, `none` when all are known to
 * be others', `unclear` when that may show later. Each candidate has an id for each of the contents; oldest first.
 * `areThere`: Telegram has said that they were posted.
 */
export type Choose = (candidates: readonly (readonly number[])[], areThere: boolean) => Promise<Choice>;
export type Choice = readonly number[] | 'none' | 'unclear';

export interface FindSentOptions {
  /** Only messages with a higher id count. Default: the chat's newest hundred. */
  readonly afterId?: number | undefined;
  /** Only messages of this topic count; `any`: those of all topics. Default: General in a forum. */
  readonly topicId?: number | 'any' | undefined;
  /** How often to look, a second apart: the first call may still be running. Default 1. */
  readonly attempts?: number;
  /** Telegram has said that they were posted. Default: false. */
  readonly areThere?: boolean;
  /** Default: the first candidate, without `afterId` the last. */
  readonly choose?: Choose | undefined;
}

const PAUSE_MS = 1000;
/** How many messages to look through. */
const NEWEST = 100;
const MOST_PAGES = 20;
/** How often to look while it is unclear whose the candidates are: another run that is sending now will know. */
const UNCLEAR_LOOKS = 5;

/**
 * Finds the messages that an earlier call posted, by what this account has posted in the chat since `afterId`. Undefined
 * when there is none, or none that is surely theirs.
 */
export async function findSent(
  client: TelepiClient,
  chat: Chat,
  contents: readonly SentContent[],
  options: FindSentOptions & { readonly signal: AbortSignal },
): Promise<readonly number[] | undefined> {
  const { afterId, topicId, attempts = 1, areThere = false, signal } = options;
  const choose = options.choose ?? (afterId === undefined ? takeLast : takeFirst);
  for (let attempt = 1; ; attempt += 1) {
    const posted = await postedSince(client, chat, afterId, signal);
    const own = posted.filter((message) => isOwn(chat, message) && isIn(chat, message, topicId));
    const candidates = matchingRuns(own, contents);
    const choice = candidates.length > 0 ? await choose(candidates, areThere) : 'none';
    if (typeof choice !== 'string') return choice;
    if (attempt >= (choice === 'unclear' ? Math.max(attempts, UNCLEAR_LOOKS) : attempts)) return undefined;
    await client.clock.sleep(PAUSE_MS, signal);
  }
}

const takeFirst: Choose = async ([first]) => first ?? 'none';
const takeLast: Choose = async (candidates) => candidates.at(-1) ?? 'none';

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
function isIn(
  { kind }: Chat,
  { replyTo }: Api.Message,
  topicId: FindSentOptions['topicId'] = GENERAL_TOPIC,
): boolean {
  if (kind !== 'forum' || topicId === 'any') return true;
  const header = replyTo instanceof Api.MessageReplyHeader && replyTo.forumTopic ? replyTo : undefined;
  return (header?.replyToTopId || header?.replyToMsgId || GENERAL_TOPIC) === topicId;
}

/**
 * The runs of messages with these contents, oldest first, none in two of them. An album's are the whole of an album, though
 * others may have been posted between them; a message that was sent alone is in none.
 */
function matchingRuns(messages: readonly Api.Message[], contents: readonly SentContent[]): number[][] {
  if (contents.length === 1) {
    const alone = messages.filter(({ groupedId }) => !groupedId);
    return runsIn(alone, contents);
  }
  const albums = new Map<string, Api.Message[]>();
  for (const message of messages) {
    if (!message.groupedId) continue;
    const key = String(message.groupedId);
    albums.set(key, [...(albums.get(key) ?? []), message]);
  }
  return [...albums.values()]
    .filter(({ length }) => length === contents.length)
    .flatMap((album) => runsIn(album, contents));
}

function runsIn(messages: readonly Api.Message[], contents: readonly SentContent[]): number[][] {
  const runs: number[][] = [];
  for (let start = 0; start + contents.length <= messages.length; ) {
    const run = messages.slice(start, start + contents.length);
    const fits = run.every((message, index) => hasContent(message, contents[index]));
    if (fits) runs.push(run.map(({ id }) => id));
    start += fits ? contents.length : 1;
  }
  return runs;
}

/** A photo that Telegram refused as one has gone as a file; as a photo it is made anew, and has another size. */
function hasContent(message: Api.Message, content: SentContent | undefined): boolean {
  const seen = sentContentOf(message);
  if (!seen || !content || seen.textHash !== content.textHash) return false;
  if (content.kind === 'photo' && seen.kind === 'photo') return true;
  const isPhotoAsFile = content.kind === 'photo' && seen.kind === 'document';
  if (seen.kind !== content.kind && !isPhotoAsFile) return false;
  return content.size === undefined || seen.size === undefined || seen.size === content.size;
}

/** What a message looks like to findSent; undefined for one that TelePi sends none of: a poll, a place. */
export function sentContentOf({ message, media }: Api.Message): SentContent | undefined {
  if (!media || media instanceof Api.MessageMediaEmpty || media instanceof Api.MessageMediaWebPage) {
    return sentContent('text', message || linkOf(media));
  }
  if (media instanceof Api.MessageMediaPhoto) {
    return sentContent(
      'photo',
      message,
      media.photo instanceof Api.Photo ? photoFile(media.photo) : undefined,
    );
  }
  if (!(media instanceof Api.MessageMediaDocument)) return undefined;
  const { document } = media;
  return sentContent('document', message, document instanceof Api.Document ? document : undefined);
}

/** A message that is a link preview alone is found by its link. */
function linkOf(media: Api.TypeMessageMedia | undefined): string {
  const preview = media instanceof Api.MessageMediaWebPage ? media.webpage : undefined;
  return (preview && 'url' in preview && preview.url) || '';
}

/** As sentContentOf, of a message that isn't sent yet. A GIF may be turned into a video on the way. */
export function sentContent(
  kind: SentContent['kind'],
  text: string,
  file?: { readonly size: number | Api.Document['size']; readonly mimeType?: string },
): SentContent {
  const textHash = createHash('sha256').update(text).digest('hex');
  const size = file && file.mimeType !== 'image/gif' ? Number(file.size) : undefined;
  return { kind, textHash, ...(size !== undefined && { size }) };
}
