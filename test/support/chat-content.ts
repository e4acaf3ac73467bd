import { deepEqual } from 'node:assert/strict';
import { createHash } from 'node:crypto';
import type { StoredFile } from '../../lib/sandbox/files/stored-file.js';
import type { Attachment } from '../../lib/sandbox/kinds/attachment.js';
import type { PollMedia } from '../../lib/sandbox/kinds/poll.js';
import type { Sandbox } from '../../lib/sandbox/sandbox.js';
import type { StyledText } from '../../lib/sandbox/world/entity.js';
import type { Media, Message } from '../../lib/sandbox/world/message.js';
import type { Chat } from '../../lib/sandbox/world/model.js';

/**
 * Everything that a copy should share with its original, comparable by deepEqual, and nothing that it can't: no id,
 * date, author.
 */
export interface Look {
  readonly text: string;
  readonly entities: Message['entities'];
  readonly silent: boolean;
  readonly invertMedia: boolean;
  /** The topic's title; undefined outside forums. */
  readonly topic: string | undefined;
  /** Which album of the chat it is in, from 0; undefined outside albums. */
  readonly album: number | undefined;
  /** How many messages of its album stand before it; undefined outside albums. */
  readonly albumIndex: number | undefined;
  readonly media: object | undefined;
  /**
   * The position, from 0, of the message that it answers, and the quote; undefined when it answers none of these
   * messages.
   */
  readonly answers: { readonly place: number; readonly quote: object | undefined } | undefined;
}

/** A message's appearance, and its id for the reader of a difference. */
export interface SeenMessage {
  readonly id: number;
  readonly look: Look;
}

type Files = Pick<Sandbox, 'files'>;
type World = Pick<Sandbox, 'world' | 'files'>;
type Wanted = (message: Message) => boolean;

/** Whether a clone is expected to carry the message over, or to write a card for it. */
export function isCloneable({ action }: Message): boolean {
  return !action;
}

/** The appearance of a message's copy: a card stands in for what can't be created again. */
export function asCopied(look: Look): Look {
  const card = cardOf(look.media as (Media & { readonly size?: number }) | undefined);
  if (card === undefined) return look;
  const before = look.text ? `${card}\n\n` : card;
  const entities = look.entities.map((entity) => ({ ...entity, offset: entity.offset + before.length }));
  return { ...look, text: before + look.text, entities, media: undefined, invertMedia: false };
}

function cardOf(media: (Media & { readonly size?: number }) | undefined): string | undefined {
  if (media?.kind === 'dice') return `[dice ${media.emoticon} ${media.value}]`;
  return media?.size === 0 ? '[empty file]' : undefined;
}

/** A chat's messages as they look, oldest first, service messages left out. */
export async function chatContent(sandbox: World, chat: Chat, wanted?: Wanted): Promise<Look[]> {
  return (await seenMessages(sandbox, chat, wanted)).map(({ look }) => look);
}

/** As chatContent, with ids. A basic group is seen through its creator's eyes. */
export async function seenMessages(
  sandbox: World,
  chat: Pick<Chat, 'id' | 'creator' | 'topics'>,
  wanted: Wanted = () => true,
): Promise<SeenMessage[]> {
  const messages = sandbox.world
    .messagesWith(chat.creator, chat.id)
    .filter((message) => !message.action && wanted(message));
  const albums = new Map<bigint, { readonly nth: number; count: number }>();
  const seen: SeenMessage[] = [];
  for (const message of messages) {
    const { id, text, entities, silent, invertMedia, topicId, groupedId } = message;
    const album =
      groupedId === undefined ? undefined : (albums.get(groupedId) ?? { nth: albums.size, count: 0 });
    if (groupedId !== undefined && album) albums.set(groupedId, album);
    const place = { album: album?.nth, albumIndex: album && album.count++ };
    const topic =
      topicId === undefined ? undefined : (chat.topics.get(topicId)?.title ?? `no topic ${topicId}`);
    const media = await mediaLook(sandbox, message);
    const answers = answersOf(messages, message);
    seen.push({ id, look: { text, entities, silent, invertMedia, topic, ...place, media, answers } });
  }
  return seen;
}

/** The copy's appearance when an account without Premium sends it: the emoji behind custom ones stay. */
export function withoutPremium(look: Look): Look {
  return { ...look, entities: look.entities.filter(({ kind }) => kind !== 'customEmoji') };
}

/** Fails with the first difference between what should have been cloned and what was. */
export function assertSameMessages(source: readonly SeenMessage[], target: readonly SeenMessage[]): void {
  for (const [index, wanted] of source.entries()) {
    const got = target[index];
    deepEqual(got?.look, wanted.look, `Source message ${wanted.id} became target message ${got?.id}.`);
  }
  deepEqual(target.length, source.length, 'The target has messages that the source has not.');
}

function answersOf(messages: readonly Message[], { reply }: Message): Look['answers'] {
  // In a topic every message names the topic's root, which is a service message, and none of these.
  const place = reply && !reply.elsewhere ? messages.findIndex(({ id }) => id === reply.toId) : -1;
  return place < 0 ? undefined : { place, quote: reply?.quote };
}

/** A photo that is drawn again keeps its size in pixels and its picture, which a seed draws. */
function pictureOf({ sizes, content }: StoredFile): object {
  const { width, height } = sizes.at(-1) ?? {};
  return { width, height, picture: content.kind === 'seed' ? content.seed : content.kind };
}

async function bytesLook(files: Files['files'], file: StoredFile): Promise<object> {
  if (file.kind === 'photo' && files.redrawsPhotos) return pictureOf(file);
  return { size: file.size, sha256: await files.sha256(file) };
}

async function mediaLook(where: Files, { media }: Message): Promise<object | undefined> {
  if (media?.kind === 'poll') return pollLook(where, media);
  return media && attachmentLook(where, media);
}

/** Everything but votes, and what the server chooses. */
async function pollLook(where: Files, { poll, attached }: PollMedia): Promise<object> {
  const { id: _, creator, votes, question, answers, solution, closed, closeDate, ...more } = poll;
  const look = async <Styled extends StyledText & { readonly media?: Attachment }>(text: Styled) => ({
    text: text.text,
    media: text.media && (await attachmentLook(where, text.media)),
  });
  return {
    ...more,
    kind: 'poll',
    closed: closed === true,
    question: await look(question),
    answers: await Promise.all(
      answers.map(async (answer) => ({ ...(await look(answer)), right: answer.correct === true })),
    ),
    solution: solution && { ...(await look(solution)), entities: solution.entities },
    attached: attached && (await attachmentLook(where, attached)),
  };
}

async function attachmentLook(where: Files, media: Exclude<Media, PollMedia>): Promise<object> {
  const { files } = where;
  if (media.kind === 'paid') {
    const items = await Promise.all(media.items.map((item) => attachmentLook(where, item)));
    return { kind: 'paid', stars: media.stars, items };
  }
  if (!('fileId' in media)) return { ...media };
  const file = files.get(media.fileId);
  if (!file) return { missing: media.fileId };
  const thumb = file.kind === 'document' ? file.sizes.at(-1) : undefined;
  const thumbBytes = thumb && files.read(file, 0, thumb.size, thumb.type);
  const clip = media.kind === 'photo' && media.clip !== undefined ? files.get(media.clip) : undefined;
  const cover = media.kind === 'document' && media.cover !== undefined ? files.get(media.cover) : undefined;
  return {
    ...(cover && { cover: await bytesLook(files, cover) }),
    ...(clip && { clip: await files.sha256(clip) }),
    ...(media.kind === 'document' && media.startsAt !== undefined && { startsAt: media.startsAt }),
    kind: media.kind,
    spoiler: media.spoiler,
    mimeType: file.mimeType,
    attributes: [...file.attributes].sort((one, other) => one.type.localeCompare(other.type)),
    ...(await bytesLook(files, file)),
    thumb: thumb && {
      width: thumb.width,
      height: thumb.height,
      sha256: thumbBytes && createHash('sha256').update(thumbBytes).digest('hex'),
    },
  };
}
