import { classify } from '../refusals/classify.js';
import { ruleFor } from '../refusals/table.js';
import { TelegramError } from '../refusals/telegram-error.js';

/** Of a photo's dimensions, type or bytes: as a file Telegram takes it. */
const REFUSED_PHOTO =
  /^(?:PHOTO_INVALID_DIMENSIONS|PHOTO_EXT_INVALID|PHOTO_SAVE_FILE_INVALID|PHOTO_INVALID|PHOTO_CONTENT_TYPE_INVALID|IMAGE_PROCESS_FAILED)$/;

/** What an account may see and not name: content of a protected chat, what needs Premium. */
const NOT_ALLOWED = /^(?:CHAT_FORWARDS_RESTRICTED|PREMIUM_ACCOUNT_REQUIRED)$/;

/** Whether Telegram refuses that picture as a photo. */
export function isRefusedPhoto(error: unknown): boolean {
  return error instanceof TelegramError && REFUSED_PHOTO.test(error.errorMessage);
}

/** Whether Telegram doesn't let this account name that file of the source. */
export function isAboutReference(error: unknown): boolean {
  if (!(error instanceof TelegramError)) return false;
  if (NOT_ALLOWED.test(error.errorMessage) || classify(error).kind === 'reference') return true;
  const { on, action } = ruleFor(error.errorMessage, error.rpcCode);
  return on === 'media' && action === 'message';
}
