import type { Sandbox } from '../../lib/sandbox/sandbox.js';
import type { Message } from '../../lib/sandbox/world/message.js';
import type { Chat } from '../../lib/sandbox/world/model.js';

/** All that a copy should have of its original, comparable by deepEqual. */
export interface Look {
  readonly text: string;
  readonly entities: Message['entities'];
  readonly silent: boolean;
  readonly invertMedia: boolean;
  /** The topic's title; undefined outside forums. */
  readonly topic: string | undefined;
  /** How many messages of its album stand before it; undefined outside albums. */
  readonly albumIndex: number | undefined;
  readonly media: object | undefined;
}

/** A chat's messages as they look, oldest first, service messages left out. */
export async function chatContent(
  sandbox: Sandbox,
  chat: Chat,
  wanted: (message: Message) => boolean = () => true,
): Promise<Look[]> {
  const messages = (chat.box?.messages ?? []).filter((message) => !message.action && wanted(message));
  const albums = new Map<bigint, number>();
  const looks: Look[] = [];
  for (const message of messages) {
    const { text, entities, silent, invertMedia, topicId, groupedId } = message;
    const albumIndex = groupedId === undefined ? undefined : (albums.get(groupedId) ?? 0);
    if (groupedId !== undefined) albums.set(groupedId, (albumIndex ?? 0) + 1);
    const topic =
      topicId === undefined ? undefined : (chat.topics.get(topicId)?.title ?? `no topic ${topicId}`);
    const media = await mediaLook(sandbox, message);
    looks.push({ text, entities, silent, invertMedia, topic, albumIndex, media });
  }
  return looks;
}

async function mediaLook({ files }: Sandbox, { media }: Message): Promise<object | undefined> {
  if (!media || !('fileId' in media)) return media && { ...media };
  const file = files.get(media.fileId);
  if (!file) return { missing: media.fileId };
  const thumb = file.kind === 'document' ? file.sizes[0] : undefined;
  return {
    kind: media.kind,
    spoiler: media.spoiler,
    size: file.size,
    mimeType: file.mimeType,
    attributes: file.attributes,
    sha256: await files.sha256(file),
    thumb: thumb && files.read(file, 0, thumb.size, thumb.type)?.toString('base64'),
  };
}
