import { createHash } from 'node:crypto';
import { Api } from 'telegram/tl/index.js';
import { toLong } from '../tl.js';
import type { TlData } from '../world/tl-data.js';
import { type MediaKind, type Reading, refusal } from './kind.js';
import { peersOf, tlOf } from './tl-data.js';

/** A link preview. */
export interface WebPage {
  readonly kind: 'webpage';
  readonly url: string;
  /** As its sender wants it shown. */
  readonly layout: 'large' | 'small' | undefined;
  /** Whether the sender chose the link. */
  readonly manual: boolean;
  /** Whether the link opens without a question. */
  readonly safe?: true;
  /** What Telegram knows about the link, as a WebPage; default: a title made of the link. */
  readonly page?: TlData;
}

export const webPage: MediaKind<WebPage> = {
  show: (scene, { url, layout, manual, safe, page }) =>
    new Api.MessageMediaWebPage({
      forceLargeMedia: layout === 'large',
      forceSmallMedia: layout === 'small',
      manual,
      ...(safe ? { safe } : {}),
      webpage: page ? tlOf(scene, page) : titled(url),
    }),
  peers: ({ page }) => peersOf(page),
};

/** WEBPAGE_URL_INVALID; WEBPAGE_NOT_FOUND for hosts that can't exist (RFC 2606), if the preview isn't optional. */
export function readWebPage(_scene: Reading, input: Api.InputMediaWebPage): WebPage {
  const { url, forceLargeMedia, forceSmallMedia } = input;
  if (!URL.canParse(url) || !/^https?:/.test(url)) throw refusal('WEBPAGE_URL_INVALID');
  if (new URL(url).hostname.endsWith('.invalid')) throw refusal('WEBPAGE_NOT_FOUND');
  const small = forceSmallMedia ? 'small' : undefined;
  return { kind: 'webpage', url, layout: forceLargeMedia ? 'large' : small, manual: true };
}

function titled(url: string): Api.WebPage {
  const displayUrl = url.replace(/^https?:\/\//, '');
  const id = createHash('sha256').update(url).digest().readBigInt64LE(0);
  return new Api.WebPage({ id: toLong(id), url, displayUrl, hash: 0, title: displayUrl });
}
