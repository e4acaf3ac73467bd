import type { CallAction } from './service-calls.js';
import type { ChatAction } from './service-chat.js';
import type { MemberAction } from './service-members.js';
import type { MoneyAction } from './service-money.js';
import type { PersonalAction } from './service-personal.js';
import type { Unknown } from './unknown.js';

/**
 * What a service message says. An action that Telegram Desktop's export has bears its name there. Dates are unix
 * seconds, periods and durations seconds, people and chats marked ids, 64-bit amounts decimal strings.
 */
export type ServiceAction<Media> =
  | ChatAction<Media>
  | MemberAction
  | CallAction
  | MoneyAction
  | PersonalAction
  | Unknown;
