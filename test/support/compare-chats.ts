import { deepEqual } from 'node:assert/strict';
import { createHash } from 'node:crypto';
import type { FileStore } from '../../lib/sandbox/files/file-store.js';
import type { StoredFile } from '../../lib/sandbox/files/stored-file.js';
import type { Media, Message } from '../../lib/sandbox/world/message.js';
import type { World } from '../../lib/sandbox/world/world.js';

/** A chat as somebody sees it. */
export interface ChatView {
  readonly chat: number;
  /** Whose eyes: needed for users and basic groups, whose messages are in each member's own box. */
  readonly viewer: number;
  /** Only the messages of this topic. */
  readonly topic?: number;
}

/** One message with everything that a clone must keep, and nothing that it can't: no ids, no dates, no author. */
export interface ComparableMessage {
  /** The source id, or in the target the target's: for the reader of a difference, not compared. */
  readonly id: number;
  readonly content: Readonly<Record<string, unknown>>;
}

interface Sandbox {
  readonly world: World;
  readonly files: FileStore;
}

/** Whether a clone is expected to carry the message over. */
export function isCloneable(message: Message): boolean {
  if (message.action) return false;
  return message.media === undefined || message.media.kind === 'photo' || message.media.kind === 'document';
}

/** The cloneable messages of a chat, oldest first, in a form that is equal for a message and its clone. */
export async function comparableMessages(
  { world, files }: Sandbox,
  view: ChatView,
  options: { readonly topics: boolean },
): Promise<ComparableMessage[]> {
  const topicTitles = world.chat(view.chat)?.topics;
  const albums = new Map<bigint, number>();
  const messages = world
    .messagesWith(view.viewer, view.chat)
    .filter(
      (message) => isCloneable(message) && (view.topic === undefined || message.topicId === view.topic),
    );
  const described: ComparableMessage[] = [];
  for (const message of messages) {
    const { groupedId } = message;
    if (groupedId !== undefined && !albums.has(groupedId)) albums.set(groupedId, albums.size + 1);
    const content = {
      text: message.text,
      entities: message.entities,
      silent: message.silent,
      invertMedia: message.invertMedia,
      media: message.media && (await comparableMedia(files, message.media)),
      album: groupedId === undefined ? undefined : albums.get(groupedId),
      topic: options.topics ? topicTitles?.get(message.topicId ?? 1)?.title : undefined,
    };
    described.push({ id: message.id, content });
  }
  return described;
}

/**
 * Fails with the first difference between what should have been cloned and what was. `topics`: a message's topic
 * must have the same title on both sides.
 */
export function assertSameMessages(
  source: readonly ComparableMessage[],
  target: readonly ComparableMessage[],
): void {
  for (const [index, wanted] of source.entries()) {
    const got = target[index];
    deepEqual(got?.content, wanted.content, `Source message ${wanted.id} became target message ${got?.id}.`);
  }
  deepEqual(target.length, source.length, 'The target has messages that the source has not.');
}

async function comparableMedia(files: FileStore, media: Media): Promise<Record<string, unknown>> {
  if (media.kind !== 'photo' && media.kind !== 'document') return { kind: media.kind };
  const file = files.get(media.fileId);
  if (!file) return { kind: media.kind, lost: true };
  return {
    kind: media.kind,
    spoiler: media.spoiler,
    size: file.size,
    sha256: await files.sha256(file),
    mimeType: file.mimeType,
    attributes: [...file.attributes].sort((a, b) => a.type.localeCompare(b.type)),
    thumb: media.kind === 'document' ? thumbOf(files, file) : undefined,
  };
}

function thumbOf(files: FileStore, file: StoredFile): Record<string, unknown> | undefined {
  const thumb = file.sizes.at(-1);
  if (!thumb) return undefined;
  const bytes = files.read(file, 0, thumb.size, thumb.type);
  const sha256 = bytes && createHash('sha256').update(bytes).digest('hex');
  return { width: thumb.width, height: thumb.height, size: thumb.size, sha256 };
}
