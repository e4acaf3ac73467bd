import { Api } from 'telegram/tl/index.js';
import type { SkipReason } from '../losses.js';
import type { HistoryMessage } from './message.js';

export interface TextContent {
  readonly kind: 'text';
  /** The link preview, when the message has one. */
  readonly preview?: Api.MessageMediaWebPage;
}

export interface PhotoContent {
  readonly kind: 'photo';
  readonly media: Api.MessageMediaPhoto;
  readonly photo: Api.Photo;
}

export interface DocumentContent {
  readonly kind: 'document';
  readonly media: Api.MessageMediaDocument;
  readonly document: Api.Document;
}

export type MediaContent = PhotoContent | DocumentContent;

export type Content =
  | ((TextContent | MediaContent) & { readonly message: Api.Message })
  | { readonly kind: 'skip'; readonly reason: SkipReason };

/** How a message is cloned, or why it is skipped. */
export function contentOf(message: HistoryMessage): Content {
  if (!(message instanceof Api.Message)) return skip('service');
  const { media } = message;
  if (message.richMessage) return skip('rich_message');
  if (!media || media instanceof Api.MessageMediaEmpty) return textOf(message);
  if (media instanceof Api.MessageMediaWebPage) return textOf(message, media);
  if (media instanceof Api.MessageMediaPhoto) return photoOf(message, media);
  if (media instanceof Api.MessageMediaDocument) return documentOf(message, media);
  return skip(REASONS[media.className] ?? 'unsupported');
}

const REASONS: Readonly<Record<string, SkipReason>> = {
  MessageMediaPoll: 'poll',
  MessageMediaGeo: 'location',
  MessageMediaGeoLive: 'live_location',
  MessageMediaVenue: 'venue',
  MessageMediaContact: 'contact',
  MessageMediaDice: 'dice',
  MessageMediaGame: 'game',
  MessageMediaInvoice: 'invoice',
  MessageMediaStory: 'story',
  MessageMediaGiveaway: 'giveaway',
  MessageMediaGiveawayResults: 'giveaway',
  MessageMediaPaidMedia: 'paid_media',
  MessageMediaToDo: 'checklist',
  MessageMediaVideoStream: 'video_stream',
};

/** A message may consist of a link preview alone. */
function textOf(message: Api.Message, preview?: Api.MessageMediaWebPage): Content {
  if (!message.message && !(preview && previewUrl(preview))) return skip('empty');
  return { kind: 'text', message, ...(preview && { preview }) };
}

/** The link of a preview; undefined if Telegram doesn't say. */
export function previewUrl({ webpage }: Api.MessageMediaWebPage): string | undefined {
  return ('url' in webpage && webpage.url) || undefined;
}

function photoOf(message: Api.Message, media: Api.MessageMediaPhoto): Content {
  if (media.ttlSeconds) return skip('self_destructing');
  if (!(media.photo instanceof Api.Photo)) return skip('media_gone');
  return { kind: 'photo', message, media, photo: media.photo };
}

function documentOf(message: Api.Message, media: Api.MessageMediaDocument): Content {
  if (media.ttlSeconds) return skip('self_destructing');
  if (!(media.document instanceof Api.Document)) return skip('media_gone');
  if (Number(media.document.size) === 0) return skip('empty_file');
  return { kind: 'document', message, media, document: media.document };
}

function skip(reason: SkipReason): Content {
  return { kind: 'skip', reason };
}
