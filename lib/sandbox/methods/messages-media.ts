import { Api } from 'telegram/tl/index.js';
import { RpcError } from '../rpc.js';
import type { StyledText } from '../world/entity.js';
import type { Media, Message } from '../world/message.js';
import type { PeerId } from '../world/peer-id.js';
import type { ContentKind } from '../world/rights.js';
import { badRequest, type Call, type MethodContext, type MethodGroup } from './context.js';
import { contentKind, mediaOf } from './input-media.js';
import { caption, messageText } from './message-text.js';
import { earlierSend, effectOf } from './messages-send.js';
import { peerOf } from './peers.js';
import { checkRights, postingOf, randomIdOf, type SendTarget, targetOf } from './send-target.js';
import { tlMedia } from './tl-media.js';
import { type Sent, sentUpdates } from './tl-updates.js';

const LARGEST_ALBUM = 10;

/** Sending media, alone and in albums. */
export function mediaMethods(context: MethodContext): MethodGroup {
  return {
    home: {
      'messages.SendMedia': (request: Api.messages.SendMedia, call) => sendMedia(context, request, call),
      'messages.UploadMedia': (request: Api.messages.UploadMedia, call) =>
        uploadMedia(context, request, call),
      'messages.SendMultiMedia': (request: Api.messages.SendMultiMedia, call) =>
        sendMultiMedia(context, request, call),
    },
  };
}

function sendMedia(context: MethodContext, request: Api.messages.SendMedia, call: Call): Api.TypeUpdates {
  const { me } = call;
  const randomId = randomIdOf(request.randomId);
  const target = targetOf(context, me, request);
  const earlier = earlierSend(context, call, target.peer, randomId);
  if (earlier) return sentUpdates(context, me, [{ message: earlier, randomId }]);
  checkRights(context, me, target, []);
  if (request.media instanceof Api.InputMediaWebPage) {
    return sendPreview(context, request, request.media, { call, target, randomId });
  }
  const styled = caption(context, me, request.message, request.entities, target.peer);
  const media = mediaOf(context, call, request.media, target.peer);
  checkRights(context, me, target, [contentKind(context, media)]);
  const message = context.world.post({
    ...postingOf(call, target),
    ...flagsOf(request),
    ...effectOf(me, target, request.effect),
    ...styled,
    media,
    randomId,
  });
  return sentUpdates(context, me, [{ message, randomId }]);
}

/** A text with a preview that its sender chose; without a text, the preview is the whole message. */
function sendPreview(
  context: MethodContext,
  request: Api.messages.SendMedia,
  input: Api.InputMediaWebPage,
  { call, target, randomId }: { readonly call: Call; readonly target: SendTarget; readonly randomId: bigint },
): Api.TypeUpdates {
  const { me } = call;
  checkRights(context, me, target, ['text']);
  const media = optionalPreview(context, call, input, target.peer);
  const hasText = request.message.trim() !== '';
  if (!media && !hasText) throw badRequest('MESSAGE_EMPTY');
  const styled = hasText
    ? messageText(context, me, request.message, request.entities, target.peer)
    : { text: '', entities: [] };
  const message = context.world.post({
    ...postingOf(call, target),
    ...flagsOf(request),
    ...styled,
    ...(media ? { media } : {}),
    randomId,
  });
  return sentUpdates(context, me, [{ message, randomId }]);
}

function optionalPreview(
  context: MethodContext,
  call: Call,
  input: Api.InputMediaWebPage,
  peer: PeerId,
): Media | undefined {
  try {
    return mediaOf(context, call, input, peer);
  } catch (error) {
    if (input.optional && error instanceof RpcError && error.message === 'WEBPAGE_NOT_FOUND')
      return undefined;
    throw error;
  }
}

function flagsOf(request: Api.messages.SendMedia | Api.messages.SendMultiMedia) {
  return {
    silent: Boolean(request.silent),
    noforwards: Boolean(request.noforwards),
    invertMedia: Boolean(request.invertMedia),
  };
}

/** BROADCAST_PUBLIC_VOTERS_FORBIDDEN: who voted is never shown in a broadcast channel. */
export function checkVoters({ chat }: SendTarget, media: Media): void {
  if (media.kind === 'poll' && media.poll.publicVoters && chat?.kind === 'broadcast') {
    throw badRequest('BROADCAST_PUBLIC_VOTERS_FORBIDDEN');
  }
}

/** Makes a file of an upload, to be sent by its id, as an album's items require. */
function uploadMedia(
  context: MethodContext,
  request: Api.messages.UploadMedia,
  call: Call,
): Api.TypeMessageMedia {
  const { me } = call;
  const peer = peerOf(context.world, me, request.peer);
  return tlMedia(context, me, mediaOf(context, call, request.media, peer), undefined);
}

interface Item extends StyledText {
  readonly media: Media;
  readonly kind: ContentKind;
  readonly randomId: bigint;
}

/**
 * An album: its items share a grouped_id, and either all are sent or none. MEDIA_EMPTY without items,
 * MULTI_MEDIA_TOO_LONG for more than ten, MEDIA_INVALID for items that were not uploaded before or don't go together.
 */
function sendMultiMedia(
  context: MethodContext,
  request: Api.messages.SendMultiMedia,
  call: Call,
): Api.TypeUpdates {
  const { me } = call;
  const { multiMedia } = request;
  if (multiMedia.length === 0) throw badRequest('MEDIA_EMPTY');
  if (multiMedia.length > LARGEST_ALBUM) throw badRequest('MULTI_MEDIA_TOO_LONG');
  const target = targetOf(context, me, request);
  const earlier = earlierAlbum(context, call, target, multiMedia);
  if (earlier) return sentUpdates(context, me, earlier);
  checkRights(context, me, target, []);
  const items = multiMedia.map((single, index) => itemOf(context, call, target, single, index));
  checkTogether(items);
  checkRights(
    context,
    me,
    target,
    items.map(({ kind }) => kind),
  );
  const groupedId = context.world.nextGroupedId();
  const sent = items.map(({ text, entities, media, randomId }) => ({
    randomId,
    message: context.world.post({
      ...postingOf(call, target),
      ...flagsOf(request),
      ...effectOf(me, target, request.effect),
      text,
      entities,
      media,
      randomId,
      groupedId,
    }),
  }));
  return sentUpdates(context, me, sent);
}

/** Returns all items of an album that was sent before, or none; RANDOM_ID_DUPLICATE in between. */
function earlierAlbum(
  context: MethodContext,
  call: Call,
  { peer }: SendTarget,
  multiMedia: readonly Api.InputSingleMedia[],
): Sent[] | undefined {
  const randomIds = multiMedia.map((single) => randomIdOf(single.randomId));
  if (new Set(randomIds).size < randomIds.length) throw new RpcError(500, 'RANDOM_ID_DUPLICATE');
  const sent = randomIds.flatMap((randomId) => {
    const message: Message | undefined = earlierSend(context, call, peer, randomId);
    return message ? { message, randomId } : [];
  });
  if (sent.length === 0) return undefined;
  if (sent.length < randomIds.length) throw new RpcError(500, 'RANDOM_ID_DUPLICATE');
  return sent;
}

function itemOf(
  context: MethodContext,
  call: Call,
  { peer }: SendTarget,
  single: Api.InputSingleMedia,
  index: number,
): Item {
  const { media: input } = single;
  if (!(input instanceof Api.InputMediaPhoto || input instanceof Api.InputMediaDocument)) {
    throw badRequest(input instanceof Api.InputMediaEmpty ? 'MEDIA_EMPTY' : 'MEDIA_INVALID');
  }
  const media = numbered(index, () => mediaOf(context, call, input, peer));
  return {
    ...caption(context, call.me, single.message, single.entities, peer),
    media,
    kind: contentKind(context, media),
    randomId: randomIdOf(single.randomId),
  };
}

/** FILE_REFERENCE_EXPIRED of one item becomes FILE_REFERENCE_n_EXPIRED, n from 0. */
function numbered<T>(index: number, work: () => T): T {
  try {
    return work();
  } catch (error) {
    const kind = error instanceof RpcError && /^FILE_REFERENCE_(\w+)$/.exec(error.message)?.[1];
    throw kind ? badRequest(`FILE_REFERENCE_${index}_${kind}`) : error;
  }
}

/** Photos and videos mix; music goes with music, and files with files; nothing else makes an album. */
function checkTogether(items: readonly Item[]): void {
  const families = new Set(items.map(({ kind }) => (kind === 'photo' || kind === 'video' ? 'visual' : kind)));
  const [family] = families;
  const fits = family === 'visual' || family === 'audio' || family === 'document';
  if (families.size > 1 || !fits) throw badRequest('MEDIA_INVALID');
}
