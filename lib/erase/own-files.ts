import type { MessageDocument } from '../messages/document/document.js';
import type { FileReference } from '../messages/document/file.js';
import type { Reason } from './reasons.js';

/** What of a message goes with it, besides what its document says. */
export interface OwnFiles {
  readonly files: readonly FileReference[];
  /** Why something of it can't be kept at all, whatever is known of its files. */
  readonly lost: Reason | undefined;
}

/**
 * Every file of a message, wherever its document holds one, also ones that no download saves: photos of service messages, covers of
 * videos, backgrounds of chats. A new kind of message counts without a line here. NOT_ITS_OWN says which do not go with it.
 */
export function ownFilesOf(document: MessageDocument): OwnFiles {
  if (document.kind === 'unknown') return { files: [], lost: 'partly_kept' };
  const files: FileReference[] = [];
  let lost: Reason | undefined;
  if (document.kind === 'message' && document.richMessage?.partial) lost = 'partly_kept';
  for (const part of partsOf(contentOf(document))) {
    const reference = referenceIn(part);
    if (reference) files.push(reference);
    if (isUnread(part)) lost ??= 'partly_kept';
    else if (reference && isUnsaved(reference, part)) lost ??= 'photo_not_kept';
  }
  return { files, lost };
}

type Part = Readonly<Record<string, unknown>>;

function contentOf(document: MessageDocument): readonly unknown[] {
  if (document.kind === 'service') return [document.action];
  return document.kind === 'message' ? [document.media, document.richMessage] : [];
}

/**
 * The objects of a document. What belongs to a file belongs to the server, which makes its thumbnails, so nothing within it is looked at.
 */
function* partsOf(value: unknown): Generator<Part> {
  if (typeof value !== 'object' || value === null) return;
  if (Array.isArray(value)) {
    for (const item of value) yield* partsOf(item);
    return;
  }
  const part = value as Part;
  yield part;
  if (referenceIn(part)) return;
  for (const [key, inner] of Object.entries(part)) if (!NOT_ITS_OWN.has(key)) yield* partsOf(inner);
}

/** Previews of links, stories, gifts with their themes, and the other qualities of a video, which the server makes. */
const NOT_ITS_OWN: ReadonlySet<string> = new Set(['page', 'story', 'gift', 'themes', 'alternatives']);

function referenceIn({ reference }: Part): FileReference | undefined {
  const isFile = typeof reference === 'object' && reference !== null && 'fileReference' in reference;
  return isFile ? (reference as FileReference) : undefined;
}

/** What this version can't read may hold files; an unpaid picture is only a preview of one. */
function isUnread({ kind, tl }: Part): boolean {
  return (kind === 'unknown' && typeof tl === 'string') || kind === 'preview';
}

/** A photo of which no size is a file, or that moves. */
function isUnsaved({ source, variant }: FileReference, { videos }: Part): boolean {
  if (source !== 'photo') return false;
  return variant === undefined || (Array.isArray(videos) && videos.some(({ kind }: Part) => kind === 'file'));
}
