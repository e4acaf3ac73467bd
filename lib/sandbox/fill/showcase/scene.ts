import type { Random } from '../../../base/random.js';
import type { Document, Photo } from '../../kinds/files.js';
import type { Entity } from '../../world/entity.js';
import type { Message } from '../../world/message.js';
import type { Chat, Topic } from '../../world/model.js';
import type { PeerId } from '../../world/peer-id.js';
import type { PostOptions } from '../../world/sending.js';
import type { TlData } from '../../world/tl-data.js';
import type { World } from '../../world/world.js';
import type { SampleFiles, SampleKind, SampleOptions } from '../sample-files.js';

/** Who and what the showcase is written with. */
export interface Cast {
  readonly world: World;
  readonly files: SampleFiles;
  readonly random: Random;
  /** The account that looks at it. */
  readonly user: number;
  readonly friend: number;
  readonly author: number;
  readonly bot: number;
  /** A broadcast channel, which others forward from and reply to. */
  readonly channel: Chat;
  /** Unix time in seconds of its first message. */
  readonly since: number;
}

const SECONDS_BETWEEN = 41;

/** Writes messages into one chat, one after another. */
export class Page {
  readonly cast: Cast;
  readonly #chat: PeerId;
  readonly #authors: readonly number[];
  #topicId: number | undefined;
  #count = 0;

  constructor(cast: Cast, chat: PeerId, authors: readonly number[]) {
    this.cast = cast;
    this.#chat = chat;
    this.#authors = authors;
  }

  /** From now on messages go into this topic, which is new. */
  topic(title: string, options: { readonly iconColor?: number; readonly iconEmojiId?: bigint } = {}): Topic {
    const { world } = this.cast;
    const chat = world.chat(this.#chat);
    if (!chat) throw new Error(`No forum ${this.#chat} for a topic.`);
    const topic = world.createTopic(chat, {
      title,
      from: this.author(),
      date: this.#next(),
      ...options,
    });
    this.#topicId = topic.id;
    return topic;
  }

  /** Closes or hides the topic, as its service message says. */
  editTopic(topic: Topic, change: { readonly closed?: true; readonly hidden?: true }): void {
    Object.assign(topic, change);
    const { closed, hidden } = change;
    const action = { kind: 'topicEdit', title: undefined, iconEmojiId: undefined, closed, hidden } as const;
    this.post({ topicId: topic.id, action });
  }

  post(options: Omit<PostOptions, 'chat' | 'from'> & { readonly from?: number }): Message {
    return this.cast.world.post({
      chat: this.#chat,
      from: this.author(),
      date: this.#next(),
      ...(this.#topicId === undefined ? {} : { topicId: this.#topicId }),
      ...options,
    });
  }

  /** Several messages with one date and author, as an album has them. */
  album(items: readonly Omit<PostOptions, 'chat' | 'from'>[]): void {
    const common = {
      from: this.author(),
      date: this.#next(),
      groupedId: this.cast.world.nextGroupedId(),
    };
    for (const item of items) this.post({ ...common, ...item });
  }

  /** A service message that the sandbox only shows. */
  note(data: TlData): Message {
    return this.post({ action: { kind: 'shown', data } });
  }

  /** A message with media that the sandbox only shows. */
  shown(data: TlData, text = ''): Message {
    return this.post({ media: { kind: 'shown', data }, text });
  }

  photo(options?: SampleOptions): Photo {
    const media = this.cast.files.make('photo', options);
    if (media.kind !== 'photo') throw new Error('A sample photo is not a photo.');
    return media;
  }

  document(kind: Exclude<SampleKind, 'photo'>, options?: SampleOptions): Document {
    const media = this.cast.files.make(kind, options);
    if (media.kind !== 'document') throw new Error(`A sample ${kind} is not a document.`);
    return media;
  }

  /** The account that writes the next message. */
  author(): number {
    return this.#authors[Math.floor(this.#count / 2) % this.#authors.length] ?? this.cast.author;
  }

  #next(): number {
    this.#count += 1;
    return this.cast.since + this.#count * SECONDS_BETWEEN;
  }
}

/** {@link TlData} of a peer. */
export const peer = (id: PeerId): TlData => ({ _: 'peer', id });
export const photoOf = ({ fileId }: Photo): TlData => ({ _: 'photo', fileId });
export const documentOf = ({ fileId }: Document): TlData => ({ _: 'document', fileId });
export const styled = (text: string, entities: readonly Entity[] = []): TlData => ({
  _: 'styled',
  text,
  entities,
});
/** A text of a page, plain or inside the formats that are named, the innermost first. */
export const words = (text: string, ...formats: readonly string[]): TlData =>
  formats.reduce<TlData>((inner, _) => ({ _, text: inner }), { _: 'TextPlain', text });
export const NOTHING: TlData = { _: 'TextEmpty' };
