import { Api } from 'telegram/tl/index.js';
import type { StoredFile } from '../files/stored-file.js';
import { fromLong } from '../tl.js';
import type { Media } from '../world/message.js';
import type { Account } from '../world/model.js';
import type { ContentKind } from '../world/rights.js';
import { badRequest, type MethodContext } from './context.js';
import { attributesOf } from './input-attributes.js';
import { uploadedFileRef } from './upload.js';

const POLL_ANSWERS = { least: 2, most: 12 } as const;
const DICE: Readonly<Record<string, number>> = { '🎲': 6, '🎯': 6, '🎳': 6, '🏀': 5, '⚽': 5, '🎰': 64 };

/**
 * The media of a message that an InputMedia asks for. Uploads are assembled here: FILE_PART_X_MISSING,
 * FILE_PARTS_INVALID, MD5_CHECKSUM_INVALID, PHOTO_INVALID_DIMENSIONS and the like come from the file store. MEDIA_EMPTY
 * when it names nothing, FILE_REFERENCE_*, MEDIA_INVALID for kinds that nobody may send here.
 */
export function mediaOf(context: MethodContext, me: Account, input: Api.TypeInputMedia): Media {
  if ('ttlSeconds' in input && input.ttlSeconds) throw badRequest('TTL_MEDIA_INVALID');
  return fileMedia(context, me, input) ?? plainMedia(context, input);
}

/** The rights needed to send it. */
export function contentKind(context: MethodContext, media: Media): ContentKind {
  if (media.kind === 'photo' || media.kind === 'poll') return media.kind;
  if (media.kind === 'webpage') return 'text';
  if (media.kind !== 'document') return 'other';
  const file = context.files.get(media.fileId);
  return file ? kindOfDocument(file) : 'document';
}

function kindOfDocument({ attributes }: StoredFile): ContentKind {
  if (attributes.some(({ type }) => type === 'sticker')) return 'sticker';
  if (attributes.some(({ type }) => type === 'animated')) return 'gif';
  for (const attribute of attributes) {
    if (attribute.type === 'video') return attribute.roundMessage ? 'round' : 'video';
    if (attribute.type === 'audio') return attribute.voice ? 'voice' : 'audio';
  }
  return 'document';
}

function fileMedia(context: MethodContext, me: Account, input: Api.TypeInputMedia): Media | undefined {
  const uploader = { userId: me.id, premium: me.premium };
  if (input instanceof Api.InputMediaUploadedPhoto) {
    const file = context.files.finish(uploader, uploadedFileRef(input.file), {
      kind: 'photo',
      dcId: me.dcId,
    });
    return { kind: 'photo', fileId: file.id, spoiler: Boolean(input.spoiler) };
  }
  if (input instanceof Api.InputMediaUploadedDocument) {
    const file = context.files.finish(uploader, uploadedFileRef(input.file), {
      kind: 'document',
      dcId: me.dcId,
      mimeType: input.mimeType,
      attributes: attributesOf(input),
      ...(input.thumb ? { thumb: uploadedFileRef(input.thumb) } : {}),
    });
    return { kind: 'document', fileId: file.id, spoiler: Boolean(input.spoiler), ...coverOf(context, input) };
  }
  if (input instanceof Api.InputMediaPhoto) {
    return {
      kind: 'photo',
      fileId: knownFile(context, 'photo', input.id).id,
      spoiler: Boolean(input.spoiler),
    };
  }
  if (input instanceof Api.InputMediaDocument) {
    const { id } = knownFile(context, 'document', input.id);
    return { kind: 'document', fileId: id, spoiler: Boolean(input.spoiler), ...coverOf(context, input) };
  }
  return undefined;
}

/** video_cover: a photo that the account has met; MEDIA_EMPTY and FILE_REFERENCE_* as for any file. */
function coverOf(
  context: MethodContext,
  { videoCover }: Api.InputMediaUploadedDocument | Api.InputMediaDocument,
): { cover?: bigint } {
  return videoCover ? { cover: knownFile(context, 'photo', videoCover).id } : {};
}

function knownFile(
  { files }: MethodContext,
  kind: StoredFile['kind'],
  input: Api.TypeInputPhoto | Api.TypeInputDocument,
): StoredFile {
  if (!('accessHash' in input)) throw badRequest('MEDIA_EMPTY');
  const file = files.get(fromLong(input.id));
  if (file?.kind !== kind || file.accessHash !== fromLong(input.accessHash)) throw badRequest('MEDIA_EMPTY');
  files.checkReference(file, input.fileReference);
  return file;
}

function plainMedia(context: MethodContext, input: Api.TypeInputMedia): Media {
  if (input instanceof Api.InputMediaEmpty) throw badRequest('MEDIA_EMPTY');
  if (input instanceof Api.InputMediaGeoPoint) return { kind: 'geo', ...pointOf(input.geoPoint) };
  if (input instanceof Api.InputMediaVenue) {
    return { kind: 'venue', ...pointOf(input.geoPoint), title: input.title, address: input.address };
  }
  if (input instanceof Api.InputMediaContact) {
    const { phoneNumber: phone, firstName, lastName, vcard } = input;
    return { kind: 'contact', phone, firstName, lastName, vcard };
  }
  if (input instanceof Api.InputMediaWebPage) return previewOf(input);
  if (input instanceof Api.InputMediaDice) {
    const sides = DICE[input.emoticon];
    if (sides === undefined) throw badRequest('EMOTICON_INVALID');
    return { kind: 'dice', emoticon: input.emoticon, value: context.random.integer(1, sides) };
  }
  if (input instanceof Api.InputMediaPoll) return pollOf(context, input.poll);
  throw badRequest('MEDIA_INVALID');
}

/** WEBPAGE_URL_INVALID; WEBPAGE_NOT_FOUND for hosts that can't exist (RFC 2606), if the preview isn't optional. */
function previewOf({ url, forceLargeMedia, forceSmallMedia }: Api.InputMediaWebPage): Media {
  if (!URL.canParse(url) || !/^https?:/.test(url)) throw badRequest('WEBPAGE_URL_INVALID');
  if (new URL(url).hostname.endsWith('.invalid')) throw badRequest('WEBPAGE_NOT_FOUND');
  const small = forceSmallMedia ? 'small' : undefined;
  return { kind: 'webpage', url, layout: forceLargeMedia ? 'large' : small, manual: true };
}

function pointOf(point: Api.TypeInputGeoPoint): { latitude: number; longitude: number } {
  if (!(point instanceof Api.InputGeoPoint)) throw badRequest('MEDIA_EMPTY');
  const { lat: latitude, long: longitude } = point;
  if (Math.abs(latitude) > 90 || Math.abs(longitude) > 180) throw badRequest('GEO_POINT_INVALID');
  return { latitude, longitude };
}

function pollOf(context: MethodContext, poll: Api.TypePoll): Media {
  const { question, answers } = poll;
  if (question.text.trim() === '' || question.text.length > 300) throw badRequest('POLL_QUESTION_INVALID');
  if (answers.length < POLL_ANSWERS.least || answers.length > POLL_ANSWERS.most) {
    throw badRequest('POLL_ANSWERS_INVALID');
  }
  return {
    kind: 'poll',
    id: context.random.bytes(8).readBigInt64LE(0),
    question: question.text,
    answers: answers.map((answer, index) => ({
      text: answer.text.text,
      option: answer instanceof Api.PollAnswer ? answer.option : Buffer.from(String(index)),
    })),
    quiz: Boolean(poll.quiz),
    multipleChoice: Boolean(poll.multipleChoice),
    publicVoters: Boolean(poll.publicVoters),
  };
}
