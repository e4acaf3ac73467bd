import type { Api } from 'telegram/tl/index.js';

/** A message of a chat's history: one that somebody posted, or Telegram's note about the chat itself. */
export type HistoryMessage = Api.Message | Api.MessageService;
