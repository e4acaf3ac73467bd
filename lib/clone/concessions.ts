import { classify } from '../refusals/classify.js';
import { ruleFor } from '../refusals/table.js';
import { TelegramError } from '../refusals/telegram-error.js';

/** Refusals of a photo's dimensions, type or bytes. Telegram accepts the same picture as a file. */
const REFUSED_PHOTO =
  /^(?:PHOTO_INVALID_DIMENSIONS|PHOTO_EXT_INVALID|PHOTO_SAVE_FILE_INVALID|PHOTO_INVALID|PHOTO_CONTENT_TYPE_INVALID|IMAGE_PROCESS_FAILED)$/;

/** Refusals of files that an account may see but not refer to: from a protected chat, or only with Premium. */
const NOT_ALLOWED = /^(?:CHAT_FORWARDS_RESTRICTED|PREMIUM_ACCOUNT_REQUIRED)$/;

/** Whether Telegram refuses the picture as a photo. */
export function isRefusedPhoto(error: unknown): boolean {
  return error instanceof TelegramError && REFUSED_PHOTO.test(error.errorMessage);
}

/** Whether Telegram doesn't let this account refer to the source's file. */
export function isAboutReference(error: unknown): boolean {
  if (!(error instanceof TelegramError)) return false;
  if (NOT_ALLOWED.test(error.errorMessage) || classify(error).kind === 'reference') return true;
  return isAboutMedia(error);
}

/** Whether the server says that it doesn't accept an upload or a file, or doesn't know it any more. */
export function isAboutMedia(error: unknown): boolean {
  if (!(error instanceof TelegramError)) return false;
  const { on, action } = ruleFor(error.errorMessage, error.rpcCode);
  return on === 'media' && action === 'message';
}
