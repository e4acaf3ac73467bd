import { Api } from 'telegram/tl/index.js';
import type { Caller, Timed } from './caller.js';
import type { Chat } from './chat.js';
import { newestMessages, readPages } from './history.js';
import { GENERAL_TOPIC } from './topics.js';

/** Whether a message looks like one that is looked for. */
export type Fits = (message: Api.Message) => boolean;

/**
 * Decides whose the candidates are, because others may have posted the same: returns the ids of one of them, `none`
 * when all are known to be others', `unclear` when that may show later. Each candidate has one id for each message that
 * is looked for; oldest first. `areThere`: Telegram has said that they were posted.
 */
export type Choose = (candidates: readonly (readonly number[])[], areThere: boolean) => Promise<Choice>;
export type Choice = readonly number[] | 'none' | 'unclear';

export interface FindSentOptions {
  /** Only messages with a higher id count. Default: the chat's newest hundred. */
  readonly afterId?: number | undefined;
  /** Only messages of this topic count; `any`: those of all topics. Default: General in a forum. */
  readonly topicId?: number | 'any' | undefined;
  /** The chat's messages after `afterId`, oldest first, if they were read just now: see `readPosted`. */
  readonly posted?: readonly Api.Message[] | undefined;
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
/**
 * How often to look while it is unclear whose the candidates are: another run that is sending now will know by then.
 */
const UNCLEAR_LOOKS = 5;

/**
 * Finds the messages that an earlier call posted, among this account's posts in the chat since `afterId`. Undefined
 * when there is none, or none that surely belongs to the call.
 */
export async function findSent(
  client: Caller & Timed,
  chat: Chat,
  wanted: readonly Fits[],
  options: FindSentOptions & { readonly signal: AbortSignal },
): Promise<readonly number[] | undefined> {
  const { afterId, topicId, attempts = 1, areThere = false, signal } = options;
  const choose = options.choose ?? (afterId === undefined ? takeLast : takeFirst);
  for (let attempt = 1; ; attempt += 1) {
    const given = attempt === 1 ? options.posted : undefined;
    const posted = given ?? (await readPosted(client, chat, afterId, signal));
    const own = posted.filter((message) => isOwn(chat, message) && isIn(chat, message, topicId));
    const candidates = matchingRuns(own, wanted);
    const choice = candidates.length > 0 ? await choose(candidates, areThere) : 'none';
    if (typeof choice !== 'string') return choice;
    if (attempt >= (choice === 'unclear' ? Math.max(attempts, UNCLEAR_LOOKS) : attempts)) return undefined;
    await client.clock.sleep(PAUSE_MS, signal);
  }
}

const takeFirst: Choose = async ([first]) => first ?? 'none';
const takeLast: Choose = async (candidates) => candidates.at(-1) ?? 'none';

/** The messages that `findSent` looks through, oldest first: several calls may share one reading. */
export async function readPosted(
  client: Caller,
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
 * Whether a call of this account may have posted it. Messages are `out` for the account that posted them, whoever they
 * appear to come from: the account, the group (an anonymous admin), a channel of its own (send_as), or nobody (posts of
 * a channel, signed or not), so from_id and post_author add nothing. Only in Saved Messages are messages not `out`:
 * there all belong to the account, and forwarded ones show it by fwd_from, or by saved_peer_id alone. Whether
 * a forward is looked for, `Fits` decides.
 */
function isOwn({ peer, id }: Chat, message: Api.Message): boolean {
  if (!(peer instanceof Api.InputPeerSelf)) return message.out === true;
  if (message.fwdFrom) return true;
  const { savedPeerId } = message as Api.Message & { readonly savedPeerId?: Api.TypePeer };
  return !savedPeerId || (savedPeerId instanceof Api.PeerUser && Number(savedPeerId.userId) === id);
}

/**
 * A forum's message is in the topic that its header names, if that is a topic's header (forum_topic): reply_to_top_id,
 * or reply_to_msg_id for a message that answers nothing else. General's messages have no header, or that of the message
 * they answer.
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
 * The runs of messages that fit, oldest first, no message in two of them. Those of an album are a whole album, though
 * other messages may have been posted between its items; a message that was sent alone is in none of them.
 */
function matchingRuns(messages: readonly Api.Message[], wanted: readonly Fits[]): number[][] {
  if (wanted.length === 1) {
    const alone = messages.filter(({ groupedId }) => !groupedId);
    return runsIn(alone, wanted);
  }
  const albums = new Map<string, Api.Message[]>();
  for (const message of messages) {
    if (!message.groupedId) continue;
    const key = String(message.groupedId);
    albums.set(key, [...(albums.get(key) ?? []), message]);
  }
  return [...albums.values()]
    .filter(({ length }) => length === wanted.length)
    .flatMap((album) => runsIn(album, wanted));
}

function runsIn(messages: readonly Api.Message[], wanted: readonly Fits[]): number[][] {
  const runs: number[][] = [];
  for (let start = 0; start + wanted.length <= messages.length; ) {
    const run = messages.slice(start, start + wanted.length);
    const fits = run.every((message, index) => wanted[index]?.(message));
    if (fits) runs.push(run.map(({ id }) => id));
    start += fits ? wanted.length : 1;
  }
  return runs;
}
