import { isInBucket, isShared } from '../../download/bucket-path.js';
import type { FindFiles, FoundFile } from '../../exchange/exported.js';
import { filesOfDocument } from '../../messages/document/files-of-document.js';
import type { OpenStore } from '../../store/open-store.js';
import type { StoredMessage } from '../../store/read/stored-message.js';
import {
  copiesOfMedia,
  copiesOfMessages,
  type FileCopy,
  hashesOfMedia,
} from '../../store/tables/file-copies.js';
import type { ChatKey } from '../../store/tables/writer.js';
import { sizeOnDisk } from '../kept-on-disk.js';
import type { Buckets } from './buckets.js';

export interface FindFilesOptions {
  readonly db: OpenStore['db'];
  readonly accountId: number;
  /** This machine. */
  readonly host: string;
  readonly buckets: Buckets;
  readonly signal: AbortSignal;
}

/**
 * Finds the files of messages where downloads have put them: on this machine's disk, or in a bucket that the settings of S3 reach.
 */
export function findFiles(options: FindFilesOptions): FindFiles {
  return async (messages) => {
    const page = messages as readonly StoredMessage[];
    const wanted = page.flatMap(({ document }) =>
      filesOfDocument(document).map(({ reference }) => ({ document, mediaId: BigInt(reference.id) })),
    );
    if (wanted.length === 0) return () => undefined;
    const ids = [...new Set(wanted.map(({ mediaId }) => mediaId))];
    const copies = await knownCopies(options, page, ids);
    const hashes = await hashesOfMedia(options.db, options.accountId, ids);
    const found = new Map<string, FoundFile>();
    for (const { document, mediaId } of wanted) {
      if (found.has(String(mediaId))) continue;
      const message = page.find((each) => each.document === document);
      const file = await firstThere(options, [
        ...(copies.byMedia.get(mediaId) ?? []),
        ...(filesOfDocument(document).length === 1 ? (copies.byMessage.get(keyOf(document)) ?? []) : []),
        ...(message ? ownPath(options, message, mediaId) : []),
      ]);
      if (file) found.set(String(mediaId), { ...file, sha256: file.sha256 ?? hashes.get(mediaId) });
    }
    return (_, reference) => found.get(reference.id);
  };
}

interface Place {
  readonly path: string;
  readonly sha256?: string | undefined;
}

interface KnownCopies {
  readonly byMedia: ReadonlyMap<bigint, readonly Place[]>;
  /** Of which nobody has noted Telegram's id, as of another program's. */
  readonly byMessage: ReadonlyMap<string, readonly Place[]>;
}

async function knownCopies(
  { db, accountId, host }: FindFilesOptions,
  page: readonly StoredMessage[],
  ids: readonly bigint[],
): Promise<KnownCopies> {
  const byMedia = new Map<bigint, Place[]>();
  const byMessage = new Map<string, Place[]>();
  const chats = new Map<number, number[]>();
  for (const { document } of page) {
    if (document.chat !== undefined)
      chats.set(document.chat, [...(chats.get(document.chat) ?? []), document.id]);
  }
  const noted: FileCopy[] = await copiesOfMedia(db, accountId, ids);
  for (const [chatId, messageIds] of chats) {
    const key: ChatKey = { accountId, chatId };
    const ofMessages = await copiesOfMessages(db, key, messageIds);
    noted.push(...ofMessages.filter(({ mediaId }) => mediaId === undefined));
  }
  for (const copy of noted) {
    if (copy.state !== 'there' || !(copy.host === host || isShared(copy.path))) continue;
    if (copy.mediaId !== undefined) push(byMedia, copy.mediaId, copy);
    else push(byMessage, keyOf({ chat: copy.chatId, id: copy.messageId }), copy);
  }
  // A file on the disk is nearer than one in a bucket.
  for (const places of [...byMedia.values(), ...byMessage.values()]) places.sort(nearestFirst);
  return { byMedia, byMessage };
}

function nearestFirst(one: Place, other: Place): number {
  return Number(isInBucket(one.path)) - Number(isInBucket(other.path));
}

function push<Key>(map: Map<Key, Place[]>, key: Key, place: Place): void {
  const places = map.get(key);
  if (places) places.push(place);
  else map.set(key, [place]);
}

function keyOf({ chat, id }: { readonly chat?: number; readonly id: number }): string {
  return `${chat ?? ''} ${id}`;
}

/** Where the message itself says that its file was put. */
function ownPath(
  { host }: FindFilesOptions,
  { mediaId, localFilePath, downloadHostname }: StoredMessage,
  wanted: bigint,
): readonly Place[] {
  if (localFilePath === undefined || mediaId !== wanted) return [];
  return downloadHostname === host || isShared(localFilePath) ? [{ path: localFilePath }] : [];
}

async function firstThere(
  { buckets, signal }: FindFilesOptions,
  places: readonly Place[],
): Promise<FoundFile | undefined> {
  for (const { path, sha256 } of places) {
    const file = isInBucket(path) ? await buckets.find(path, signal) : await onDisk(path);
    if (file) return { ...file, sha256 };
  }
  return undefined;
}

async function onDisk(path: string): Promise<FoundFile | undefined> {
  const size = await sizeOnDisk(path);
  return size === undefined ? undefined : { path, size };
}
