import type { MessageDocument, PostDocument } from '../messages/document/document.js';
import type { Media } from '../messages/document/media.js';
import { sortedJson } from '../messages/document/sorted-json.js';

/**
 * What its author has written of a message, as one text: equal for two readings of it unless it was edited. Without what changes by
 * itself or by others: counters, reactions, comments, marks of an edit, pins, results of polls, previews of links, what Telegram adds
 * to it, and what only concerns who reads it.
 */
export function contentOf(document: MessageDocument): string {
  return sortedJson(document.kind === 'message' ? posted(document) : withoutReactions(document), PASSING);
}

function posted(document: PostDocument): object {
  const { views, forwards, comments, reactions, raw, imported, editDate, flags, media, ...rest } = document;
  const { restrictions, factCheck, summaryLanguage, rank, boosts, reportDeliveryUntil, ...written } = rest;
  const { editHidden, pinned, videoProcessing, ...marks } = flags;
  return { ...written, flags: marks, ...(media && { media: ownMedia(media) }) };
}

function ownMedia(media: Media): object | undefined {
  if (media.kind === 'web_page') return undefined;
  if (media.kind !== 'poll') return media;
  const { results, closed, own, ...poll } = media;
  return poll;
}

function withoutReactions(document: MessageDocument): object {
  if (document.kind !== 'service') return document;
  const { reactions, raw, imported, ...rest } = document;
  return rest;
}

/** Wherever they stand: references age, and the others say something of the reader. */
const PASSING: ReadonlySet<string> = new Set(['fileReference', 'out', 'mentioned', 'mediaUnread']);
