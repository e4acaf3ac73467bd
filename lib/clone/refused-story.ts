import { Api } from 'telegram/tl/index.js';
import { FailedError } from '../base/errors.js';
import { shownId } from '../base/source-ids.js';
import { TelegramError } from '../refusals/telegram-error.js';

/**
 * The story may be gone, or its owner hidden from this account: that concerns the one message that shares it, while the
 * same refusal of any other message would concern them all.
 */
export function ofStory(
  item:
    | { readonly message: { readonly id: number }; readonly media?: Api.TypeInputMedia | undefined }
    | undefined,
  error: unknown,
): unknown {
  const isShared = item?.media instanceof Api.InputMediaStory;
  if (!isShared || !(error instanceof TelegramError) || !STORY_REFUSALS.test(error.errorMessage))
    return error;
  const id = shownId(item.message.id);
  return new FailedError(
    CODE,
    `Telegram doesn't let this account share the story of message ${id}: it is gone, or its owner shows it to others only.`,
    { cause: error, fields: { sourceId: id, reason: error.errorMessage } },
  );
}

/** Whether it is what `ofStory` makes of a refusal. */
export function isStoryRefusal(error: unknown): boolean {
  return error instanceof FailedError && error.code === CODE;
}

const CODE = 'STORY_REFUSED';

const STORY_REFUSALS = /^(?:(?:PEER|USER|MSG|STORY)_ID_INVALID|CHANNEL_(?:INVALID|PRIVATE))$/;
