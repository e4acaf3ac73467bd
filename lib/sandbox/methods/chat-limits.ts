import type { Account } from '../world/model.js';
import type { World } from '../world/world.js';
import { channelLimit } from './help.js';

/** Longest title and description, in UTF-16 units; of a longer title its beginning is kept. */
export const TITLE_LENGTH = 128;
export const ABOUT_LENGTH = 255;

/** Whether the account is in as many channels and supergroups as it may be (help.getAppConfig: channels_limit_*). */
export function isInTooMany({ state }: World, account: Account): boolean {
  let count = 0;
  for (const { box, monoforum, members } of state.chats.values()) {
    if (box && !monoforum && members.has(account.id)) count += 1;
  }
  return count >= channelLimit(account);
}
