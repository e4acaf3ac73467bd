import { Api } from 'telegram';

/** The texts of the new messages in what a server pushed. */
export function textsOf(update: Api.TypeUpdates | Api.TypeUpdate): string[] {
  if ('updates' in update) return update.updates.flatMap(textsOf);
  if (update instanceof Api.UpdateShort) return textsOf(update.update);
  if (update instanceof Api.UpdateShortMessage) return [update.message];
  if (!(update instanceof Api.UpdateNewMessage || update instanceof Api.UpdateNewChannelMessage)) return [];
  return update.message instanceof Api.Message ? [update.message.message] : [];
}
