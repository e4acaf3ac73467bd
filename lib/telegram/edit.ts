import { Api } from 'telegram/tl/index.js';
import { TelegramError } from '../refusals/telegram-error.js';
import type { Caller, CallOptions } from './caller.js';
import type { Chat } from './chat.js';

/** What a message is to be like. */
export interface EditedMessage {
  readonly text: string;
  readonly entities: Api.TypeMessageEntity[];
  /** In place of its media, or next to its text. */
  readonly media?: Api.TypeInputMedia | undefined;
  /** In place of a text: headings, tables and the like. */
  readonly rich?: Api.TypeInputRichMessage | undefined;
  readonly noWebpage: boolean;
  readonly invertMedia: boolean;
}

/** Edits a message of this account (messages.editMessage); does nothing if it is like that already. */
export async function editMessage(
  client: Caller,
  chat: Chat,
  id: number,
  { text, entities, media, rich, noWebpage, invertMedia }: EditedMessage,
  options: CallOptions,
): Promise<void> {
  const request = new Api.messages.EditMessage({
    peer: chat.peer,
    id,
    message: text,
    entities,
    ...(media && { media }),
    ...(rich && { richMessage: rich }),
    noWebpage,
    invertMedia,
  });
  try {
    await client.call(request, options);
  } catch (error) {
    if (!(error instanceof TelegramError) || error.errorMessage !== 'MESSAGE_NOT_MODIFIED') throw error;
  }
}
