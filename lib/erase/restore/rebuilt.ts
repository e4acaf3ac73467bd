import { Api } from 'telegram/tl/index.js';
import { CHANNEL_MARK } from '../../base/marked-id.js';
import type { MessageDocument, PostDocument } from '../../messages/document/document.js';
import { isStored, type StoredFile, type StoredPhoto } from '../../messages/document/file.js';
import type { ForwardHeader, MessageReply } from '../../messages/document/headers.js';
import type { FileMedia, Media, PhotoMedia } from '../../messages/document/media.js';
import { tlEntities } from '../../messages/tl/input/entities.js';
import { toLong } from '../../telegram/long.js';
import { documentAttributes } from '../as-import/imported-media.js';
import { KEPT_DC } from './stored-tl.js';

/**
 * A message as TL by its document, for one whose own TL nobody has kept or this version can't read: text with formatting, photo,
 * file, or contact, author, date, answer, album, topic and where it was forwarded from. Undefined when it holds something else.
 */
export function rebuiltMessage(document: MessageDocument): Api.Message | undefined {
  if (document.kind !== 'message' || document.richMessage) return undefined;
  const media = mediaOf(document.media);
  if (media === 'other') return undefined;
  const { id, chat, date, author, text, entities, album, flags, signature, editDate, viaBot } = document;
  const replyTo = replyOf(document);
  const fwdFrom = document.forward && forwardOf(document.forward, date);
  return new Api.Message({
    ...{ id, date, message: text, entities: tlEntities(entities), peerId: peerOf(chat) },
    ...(author !== undefined && { fromId: peerOf(author) }),
    ...(flags.out && { out: true }),
    ...(flags.post && { post: true }),
    ...(flags.silent && { silent: true }),
    ...(flags.pinned && { pinned: true }),
    ...(flags.invertMedia && { invertMedia: true }),
    ...(media && { media }),
    ...(replyTo && { replyTo }),
    ...(fwdFrom && { fwdFrom }),
    ...(album !== undefined && { groupedId: toLong(BigInt(album)) }),
    ...(signature !== undefined && { postAuthor: signature }),
    ...(editDate !== undefined && { editDate }),
    ...(viaBot !== undefined && { viaBotId: toLong(viaBot) }),
  });
}

function peerOf(marked: number): Api.TypePeer {
  if (marked > 0) return new Api.PeerUser({ userId: toLong(marked) });
  if (marked > -CHANNEL_MARK) return new Api.PeerChat({ chatId: toLong(-marked) });
  return new Api.PeerChannel({ channelId: toLong(-marked - CHANNEL_MARK) });
}

/** General's messages name no topic. */
const GENERAL = 1;

function replyOf({ reply, topic, id }: PostDocument): Api.TypeMessageReplyHeader | undefined {
  const root = topic === GENERAL || topic === id ? undefined : topic;
  const answer = reply?.kind === 'message' ? answerOf(reply) : undefined;
  if (root === undefined) return answer && new Api.MessageReplyHeader(answer);
  return new Api.MessageReplyHeader({
    forumTopic: true,
    ...(answer ? { ...answer, replyToTopId: root } : { replyToMsgId: root }),
  });
}

function answerOf({ id, chat, thread, quote }: MessageReply<Media>) {
  if (id === undefined) return undefined;
  return {
    replyToMsgId: id,
    ...(chat !== undefined && { replyToPeerId: peerOf(chat) }),
    ...(thread !== undefined && { replyToTopId: thread }),
    ...(quote && {
      ...(quote.chosen && { quote: true }),
      ...{ quoteText: quote.text, quoteEntities: tlEntities(quote.entities) },
      ...(quote.offset !== undefined && { quoteOffset: quote.offset }),
    }),
  };
}

/** Where a file doesn't say when the original was sent, the message's own date stands for it. */
function forwardOf({ date, from, fromName, post, signature }: ForwardHeader, own: number) {
  return new Api.MessageFwdHeader({
    date: date ?? own,
    ...(from !== undefined && { fromId: peerOf(from) }),
    ...(fromName !== undefined && { fromName }),
    ...(post !== undefined && { channelPost: post }),
    ...(signature !== undefined && { postAuthor: signature }),
  });
}

/** Undefined when there is none, or only a preview, which Telegram makes again from the text's link. */
function mediaOf(media: Media | undefined): Api.TypeMessageMedia | undefined | 'other' {
  if (!media || media.kind === 'web_page') return undefined;
  if (media.kind === 'photo') return photoOf(media);
  if (media.kind === 'contact') {
    const { phone: phoneNumber, firstName, lastName, vcard, user } = media;
    return new Api.MessageMediaContact({ phoneNumber, firstName, lastName, vcard, userId: toLong(user) });
  }
  return FILES.has(media.kind) ? fileOf(media as FileMedia) : 'other';
}

const FILES: ReadonlySet<string> = new Set<FileMedia['kind']>([
  ...(['video', 'round_video', 'animation', 'audio'] as const),
  ...(['voice', 'sticker', 'file'] as const),
]);

function photoOf({ photo, clip, live, spoiler, selfDestructs }: PhotoMedia) {
  if (!isStored<StoredPhoto>(photo) || clip || live || selfDestructs !== undefined) return 'other';
  const { reference, date } = photo;
  const largest = photo.sizes.find((size) => 'type' in size && size.type === reference.variant);
  const isFile = largest?.kind === 'file' || largest?.kind === 'progressive';
  const [w, h] = isFile ? [largest.width, largest.height] : [0, 0];
  const size = new Api.PhotoSize({ type: reference.variant ?? 'y', w, h, size: reference.size });
  return new Api.MessageMediaPhoto({
    photo: new Api.Photo({ ...namesOf(reference), date, sizes: [size] }),
    ...(spoiler && { spoiler: true }),
  });
}

function fileOf({ file, spoiler, selfDestructs, kind }: FileMedia) {
  if (!isStored<StoredFile>(file) || selfDestructs !== undefined) return 'other';
  const { reference, date } = file;
  const { size, mime: mimeType } = reference;
  return new Api.MessageMediaDocument({
    document: new Api.Document({
      ...{ ...namesOf(reference), date, mimeType, size: toLong(size) },
      attributes: documentAttributes(file),
    }),
    ...(spoiler && { spoiler: true }),
    ...(kind === 'video' && { video: true }),
    ...(kind === 'round_video' && { round: true }),
    ...(kind === 'voice' && { voice: true }),
  });
}

/** Its bytes lie in the archive. */
function namesOf({ id, accessHash, fileReference }: StoredFile['reference']) {
  return {
    ...{ id: toLong(BigInt(id)), accessHash: toLong(BigInt(accessHash)), dcId: KEPT_DC },
    fileReference: Buffer.from(fileReference, 'base64'),
  };
}
