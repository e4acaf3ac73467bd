import { Api } from 'telegram/tl/index.js';
import type { TlData } from '../world/tl-data.js';
import { type MediaKind, type Reading, refusal } from './kind.js';
import { peersOf, tlOf } from './tl-data.js';

/**
 * Media that no person can send, and that the sandbox does nothing with: games and invoices, which only bots send,
 * giveaways and their results, which Telegram posts, video streams, and kinds that are newer than the client.
 */
export interface Shown {
  readonly kind: 'shown';
  /** As a MessageMedia. */
  readonly data: TlData;
}

export const shown: MediaKind<Shown> = {
  show: (scene, { data }) => tlOf(scene, data),
  peers: ({ data }) => peersOf(data),
};

/** Why a person can't send such media: GAME_BOT_INVALID, EXTERNAL_URL_INVALID, WEBPAGE_CURL_FAILED, MEDIA_INVALID. */
export function refuseShown(_scene: Reading, input: Api.TypeInputMedia): never {
  if (input instanceof Api.InputMediaEmpty) throw refusal('MEDIA_EMPTY');
  if (input instanceof Api.InputMediaGame) throw refusal('GAME_BOT_INVALID');
  if (input instanceof Api.InputMediaPhotoExternal || input instanceof Api.InputMediaDocumentExternal) {
    // The sandbox reaches no other server: as if that one didn't answer.
    throw refusal(URL.canParse(input.url) ? 'WEBPAGE_CURL_FAILED' : 'EXTERNAL_URL_INVALID');
  }
  throw refusal('MEDIA_INVALID');
}
