import type { Api } from 'telegram';

/** A message of a chat's history: what somebody posted, or what Telegram notes of the chat itself. */
export type HistoryMessage = Api.Message | Api.MessageService;
