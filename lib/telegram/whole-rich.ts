import { Api } from 'telegram/tl/index.js';
import { ruleFor } from '../refusals/table.js';
import { TelegramError } from '../refusals/telegram-error.js';
import type { Caller } from './caller.js';
import type { Chat } from './chat.js';
import { keepBytes, sentBytes } from './sent-bytes.js';

/**
 * The messages with their rich messages whole: a history shows only the first blocks of a long one (`part`), and
 * messages.getRichMessage all of them. One that Telegram refuses to show whole stays as it is.
 */
export async function withWholeRich<Message extends Api.TypeMessage>(
  client: Caller,
  { peer }: Pick<Chat, 'peer'>,
  messages: readonly Message[],
  signal: AbortSignal,
): Promise<Message[]> {
  const shown: Message[] = [];
  for (const message of messages) {
    if (message instanceof Api.Message && message.richMessage?.part) {
      const whole = await wholeOf(client, peer, message, signal);
      if (whole?.richMessage) {
        message.richMessage = whole.richMessage;
        // What is archived of it shall be whole as well.
        keepBytes(message, sentBytes(whole));
      }
    }
    shown.push(message);
  }
  return shown;
}

async function wholeOf(
  client: Caller,
  peer: Api.TypeInputPeer,
  { id }: Api.Message,
  signal: AbortSignal,
): Promise<Api.Message | undefined> {
  try {
    const answer = await client.call(new Api.messages.GetRichMessage({ peer, id }), { signal });
    if (answer instanceof Api.messages.MessagesNotModified) return undefined;
    const found = answer.messages.find((message) => message.id === id);
    return found instanceof Api.Message ? found : undefined;
  } catch (error) {
    signal.throwIfAborted();
    if (!isAboutMessage(error)) throw error;
    return undefined;
  }
}

/** It has been deleted since, or the server doesn't know the method. */
function isAboutMessage(error: unknown): boolean {
  if (!(error instanceof TelegramError)) return false;
  const { errorMessage, rpcCode } = error;
  return (
    /^(?:MSG|MESSAGE)_ID_INVALID$/.test(errorMessage) ||
    ruleFor(errorMessage, rpcCode).action === 'unknown-method'
  );
}
