import { Api } from 'telegram';
import type { Chat } from './chats.js';
import type { TelepiClient } from './client.js';
import { newestMessages } from './history.js';

/** What is known of a message that was sent and whose answer was lost. */
export interface SentContent {
  readonly text: string;
  readonly randomId: bigint;
}

/** How far back to look, and how often while the first call may still be running. */
const NEWEST = 100;
const ATTEMPTS = 5;
const PAUSE_MS = 1000;

/**
 * Finds the messages that an earlier call posted, by what this account posted last in the chat: the newest run of
 * outgoing messages with these texts. Undefined for each when there is none.
 */
export async function findSent(
  client: TelepiClient,
  chat: Chat,
  contents: readonly SentContent[],
  signal: AbortSignal,
): Promise<(number | undefined)[]> {
  for (let attempt = 1; ; attempt += 1) {
    const newest = await newestMessages(client, chat, NEWEST, signal);
    const found = matchRun(newest.toReversed().filter(isOwn), contents);
    if (found) return found.map(({ id }) => id);
    if (attempt === ATTEMPTS) return contents.map(() => undefined);
    await client.clock.sleep(PAUSE_MS, signal);
  }
}

/** Posts of a broadcast channel carry `out` too, for whoever of its admins asks. */
function isOwn(message: Api.TypeMessage): message is Api.Message {
  return message instanceof Api.Message && message.out === true;
}

function matchRun(
  messages: readonly Api.Message[],
  contents: readonly SentContent[],
): readonly Api.Message[] | undefined {
  for (let start = messages.length - contents.length; start >= 0; start -= 1) {
    const run = messages.slice(start, start + contents.length);
    const oneAlbum = new Set(run.map(({ groupedId }) => String(groupedId))).size === 1;
    if (oneAlbum && run.every((message, index) => message.message === contents[index]?.text)) return run;
  }
  return undefined;
}
