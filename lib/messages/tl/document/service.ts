import type { Api } from 'telegram/tl/index.js';
import type { Media } from '../../document/media.js';
import type { ServiceAction } from '../../document/service.js';
import { CALL_ACTIONS } from './service-calls.js';
import { CHAT_ACTIONS } from './service-chat.js';
import { GIFT_ACTIONS } from './service-gifts.js';
import { MEMBER_ACTIONS } from './service-members.js';
import { MONEY_ACTIONS } from './service-money.js';
import { PERSONAL_ACTIONS } from './service-personal.js';
import { type Readers, readBy } from './unknown.js';

/** What a service message says. */
export function actionOf(action: Api.TypeMessageAction): ServiceAction<Media> {
  return readBy(ACTIONS, action);
}

const ACTIONS: Readers<Api.TypeMessageAction, ServiceAction<Media>> = {
  ...CHAT_ACTIONS,
  ...MEMBER_ACTIONS,
  ...CALL_ACTIONS,
  ...MONEY_ACTIONS,
  ...GIFT_ACTIONS,
  ...PERSONAL_ACTIONS,
};
