import { Api } from 'telegram/tl/index.js';
import { markedId } from '../base/marked-id.js';
import { idInChat, isOlder } from '../base/source-ids.js';
import { peerSeenIn } from '../messages/tl/input/peer.js';
import type { HistoryMessage } from '../messages/tl/message.js';
import { classify } from '../refusals/classify.js';
import { TelegramError } from '../refusals/telegram-error.js';
import type { Chat } from '../telegram/chat.js';
import type { TelepiClient } from '../telegram/client.js';

interface StoryRun {
  readonly client: TelepiClient;
  readonly source: Chat;
}
type WithStory = Api.Message & { readonly media: Api.MessageMediaStory };

/**
 * Completes messages with stories that Telegram sent without what is in them: stories.getStoriesByID says whether they are
 * still there and may be shared. A story that this account can't ask for stays as it is.
 */
export async function completeStories(
  run: StoryRun,
  messages: readonly HistoryMessage[],
  signal: AbortSignal,
): Promise<void> {
  for (const message of messages) {
    const story = isIncomplete(message) ? await storyOf(run, message, signal) : undefined;
    if (story && isIncomplete(message)) message.media.story = story;
  }
}

function isIncomplete(message: HistoryMessage): message is WithStory {
  if (!(message instanceof Api.Message)) return false;
  return message.media instanceof Api.MessageMediaStory && !message.media.story;
}

/** One that Telegram doesn't give is gone. */
async function storyOf(
  { client, source }: StoryRun,
  { id: messageId, media: { peer, id } }: WithStory,
  signal: AbortSignal,
): Promise<Api.TypeStoryItem | undefined> {
  const chat = (isOlder(messageId) && source.former?.peer) || source.peer;
  const owner = peerSeenIn(markedId(peer), chat, idInChat(messageId));
  try {
    const found = await client.call(new Api.stories.GetStoriesByID({ peer: owner, id: [id] }), { signal });
    return found.stories.find((story) => story.id === id) ?? new Api.StoryItemDeleted({ id });
  } catch (error) {
    if (!(error instanceof TelegramError)) throw error;
    if (error.errorMessage === 'STORIES_NEVER_CREATED') return new Api.StoryItemDeleted({ id });
    if (classify(error).kind === 'permanent') return undefined;
    throw error;
  }
}
