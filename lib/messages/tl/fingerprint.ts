import { createHash } from 'node:crypto';
import { Api } from 'telegram/tl/index.js';
import { kindsMayBeSame, type SentContent, type SentKind } from '../../base/fingerprint.js';
import type { RichPage } from '../document/rich-page.js';
import { type Mark, markOfMedia, markOfPlan, markOfRich } from '../recreate/marks.js';
import { type Copyable, previewUrl } from './content.js';
import { mediaOf } from './document/media.js';
import { richPageOf } from './document/rich-page.js';
import { photoFile } from './files.js';
import { richInput } from './input/rich.js';
import { toLong } from './long.js';

const NAMELESS = { accessHash: toLong(0), fileReference: Buffer.alloc(0) };

/**
 * Whether a message may be the copy of one with this fingerprint. A photo that Telegram didn't accept as a photo was
 * sent as a file; as a photo it is re-encoded and has another size.
 */
export function looksAs(content: SentContent): (message: Api.Message) => boolean {
  if (content.kind === 'forward') {
    return (message) => Boolean(message.fwdFrom) && forwardContent(message).textHash === content.textHash;
  }
  return (message) => {
    if (message.fwdFrom || message.viaBotId) return false;
    const seen = sentContentOf(message);
    if (!seen || seen.textHash !== content.textHash) return false;
    if (content.kind === 'photo' && seen.kind === 'photo') return true;
    if (seen.kind === 'photo' && content.kind === 'document') return false;
    if (!kindsMayBeSame(seen.kind, content.kind)) return false;
    return content.size === undefined || seen.size === undefined || seen.size === content.size;
  };
}

/** What the copy of a message is going to look like. `text`: what is sent as its text; by default its own. */
export function fingerprintOf(content: Copyable, text: string = ownText(content)): SentContent {
  switch (content.kind) {
    case 'written':
      return sentContent('text', text);
    case 'text':
      return sentContent('text', text || linkOf(content.preview));
    case 'photo':
      return sentContent('photo', text, photoFile(content.photo));
    case 'document':
      return sentContent('document', text, content.document);
    case 'forward':
      return forwardContent(content.message);
    case 'rich':
      return marked(markOfRich(sentPage(content.rich)));
    case 'planned':
      return marked(markOfPlan(content.plan));
  }
}

/** What a message that is nothing but a text looks like. */
export function textFingerprint(text: string): SentContent {
  return sentContent('text', text);
}

function ownText(content: Copyable): string {
  if (content.kind === 'written') return content.text.text;
  return content.caption?.text ?? content.message.message;
}

/** What a message of the target looks like; undefined for a kind that TelePi doesn't send. */
export function sentContentOf({ message, media, richMessage }: Api.Message): SentContent | undefined {
  if (richMessage) return marked(markOfRich(richPageOf(richMessage)));
  if (!media || media instanceof Api.MessageMediaEmpty || media instanceof Api.MessageMediaWebPage) {
    return sentContent('text', message || linkOf(media));
  }
  if (media instanceof Api.MessageMediaPhoto) {
    return sentContent(
      'photo',
      message,
      media.photo instanceof Api.Photo ? photoFile(media.photo) : undefined,
    );
  }
  if (media instanceof Api.MessageMediaDocument) {
    const { document } = media;
    return sentContent('document', message, document instanceof Api.Document ? document : undefined);
  }
  const seen = mediaOf(media);
  const mark = seen && markOfMedia(seen);
  return mark && marked(mark);
}

/** A message that is a link preview alone is found by its link. */
function linkOf(media: Api.TypeMessageMedia | undefined): string {
  return media instanceof Api.MessageMediaWebPage ? (previewUrl(media) ?? '') : '';
}

/** A forward keeps the text, the media, and the date on which the message was first posted. */
function forwardContent({ message, media, date, fwdFrom }: Api.Message): SentContent {
  const facts = JSON.stringify([fwdFrom?.date ?? date, ...mediaFacts(media)]);
  return { kind: 'forward', textHash: hash(`${facts}\n${message}`) };
}

/** A rich message as a server would show it, with everything that its request can contain. */
function sentPage(rich: Api.RichMessage): RichPage {
  const { blocks } = richInput(rich, {
    photo: (id) => new Api.InputPhoto({ ...NAMELESS, id: toLong(id) }),
    file: (id) => new Api.InputDocument({ ...NAMELESS, id: toLong(id) }),
    user: () => new Api.InputUserSelf(),
  });
  return richPageOf({ blocks, photos: [], documents: [] });
}

/** A link preview may be made again, and be another one. */
function mediaFacts(media: Api.TypeMessageMedia | undefined): readonly string[] {
  if (!media || media instanceof Api.MessageMediaEmpty || media instanceof Api.MessageMediaWebPage) return [];
  if (media instanceof Api.MessageMediaPhoto) return ['photo', String(media.photo?.id)];
  if (media instanceof Api.MessageMediaDocument) return ['document', String(media.document?.id)];
  if (media instanceof Api.MessageMediaPoll) return ['poll', String(media.poll.id)];
  return [media.className];
}

/** A text that comes with such media adds nothing, and a server may not keep it. */
function marked({ kind, facts }: Mark): SentContent {
  return { kind, textHash: hash(facts) };
}

/** A GIF may be turned into a video on the way. */
function sentContent(
  kind: SentKind,
  text: string,
  file?: { readonly size: number | Api.Document['size']; readonly mimeType?: string },
): SentContent {
  const size = file && file.mimeType !== 'image/gif' ? Number(file.size) : undefined;
  return { kind, textHash: hash(text), ...(size !== undefined && { size }) };
}

function hash(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
