import type { MessageDocument, PostDocument } from '../messages/document/document.js';
import { filesOf } from '../messages/selection/files.js';
import { kindOf, type SelectableKind } from '../messages/selection/kinds.js';
import { Answers } from './answers.js';
import { Most } from './most.js';
import { Spread } from './spread.js';
import { TextCounts } from './texts.js';
import { TimeCounts } from './times.js';
import { TopCounter } from './top-counter.js';
import type { Zone } from './zone.js';

/** Messages of one chat, the oldest first. */
export interface AnalyzedPage {
  readonly accountId: number;
  /** A marked id. */
  readonly chatId: number;
  readonly messages: readonly AnalyzedMessage[];
}

export interface AnalyzedMessage {
  readonly document: MessageDocument;
  /** When it was seen to be gone from Telegram. */
  readonly deletedAt?: number;
}

export interface ChatCount {
  readonly accountId: number;
  readonly chatId: number;
  messages: number;
  bytes: number;
  /** Unix seconds. */
  first: number;
  last: number;
}

/** What is kept of a sender besides the number of messages. */
interface SenderCount {
  readonly accountId: number;
  characters: number;
  bytes: number;
  reactions: number;
  answers: Spread | undefined;
}

export interface MessageRef {
  readonly accountId: number;
  readonly chatId: number;
  readonly id: number;
}

/** Unix seconds. */
export interface Gap extends Omit<MessageRef, 'id'> {
  readonly from: number;
  readonly to: number;
}

const MOST_SENDERS = 20_000;
const MOST_SHOWN = 10;

/**
 * Counts messages as they come, chat by chat, in memory that doesn't grow with their number: `figuresOf` says what was found. By
 * hour, by sender and the like, posts are counted; Telegram's own notes are only part of the totals and kinds.
 */
export class Analysis {
  readonly texts = new TextCounts();
  readonly times: TimeCounts;
  readonly chats: ChatCount[] = [];
  readonly kinds = new Map<SelectableKind, { messages: number; bytes: number }>();
  readonly senders: TopCounter<number, SenderCount>;
  readonly answers = new Answers();
  readonly answerTimes = new Spread();
  readonly silences = new Most<Gap>(MOST_SHOWN, ({ from, to }) => to - from);
  readonly largestFiles = new Most<
    MessageRef & { readonly name: string | undefined; readonly bytes: number }
  >(MOST_SHOWN, ({ bytes }) => bytes);
  readonly mostReacted = new Most<MessageRef & { readonly reactions: number }>(
    MOST_SHOWN,
    ({ reactions }) => reactions,
  );
  readonly counts = {
    ...{ messages: 0, posts: 0, service: 0, deleted: 0, edited: 0, forwarded: 0, replies: 0 },
    ...{ files: 0, bytes: 0, views: 0 },
  };
  readonly zone: string;
  #chat: ChatCount | undefined;
  /** Whose messages come. */
  #accountId = 0;

  constructor(zone: Zone) {
    this.zone = zone.name;
    this.times = new TimeCounts(zone);
    const make = (): SenderCount => ({
      ...{ accountId: this.#accountId, characters: 0, bytes: 0, reactions: 0 },
      answers: undefined,
    });
    this.senders = new TopCounter(MOST_SENDERS, make);
  }

  add({ accountId, chatId, messages }: AnalyzedPage): void {
    if (messages.length === 0) return;
    const chat = this.#chatOf(accountId, chatId);
    for (const { document, deletedAt } of messages) {
      this.counts.messages += 1;
      if (deletedAt !== undefined) this.counts.deleted += 1;
      chat.messages += 1;
      if (document.kind === 'message') this.#addPost(chat, document);
      else this.#addKind(kindOf(document), 0);
      if (document.kind === 'service') this.counts.service += 1;
      if ('date' in document) this.#addDate(chat, document.date);
    }
  }

  #chatOf(accountId: number, chatId: number): ChatCount {
    const current = this.#chat;
    if (current?.accountId === accountId && current.chatId === chatId) return current;
    const chat = {
      ...{ accountId, chatId, messages: 0, bytes: 0 },
      ...{ first: Number.POSITIVE_INFINITY, last: Number.NEGATIVE_INFINITY },
    };
    this.#chat = chat;
    this.#accountId = accountId;
    this.chats.push(chat);
    this.answers.begin({ isPrivate: chatId > 0 });
    return chat;
  }

  #addPost(chat: ChatCount, post: PostDocument): void {
    const { counts } = this;
    const bytes = this.#addFiles(chat, post);
    counts.posts += 1;
    if (post.editDate !== undefined && post.flags.editHidden !== true) counts.edited += 1;
    if (post.forward) counts.forwarded += 1;
    if (post.reply?.kind === 'message') counts.replies += 1;
    counts.views += post.views ?? 0;
    this.#addKind(kindOf(post), bytes);
    this.times.add(post.date, bytes);
    const characters = this.texts.add(post);
    const reactions = this.texts.addReactions(post);
    if (reactions > this.mostReacted.least) {
      const { accountId, chatId } = chat;
      this.mostReacted.add({ accountId, chatId, id: post.id, reactions });
    }
    this.#addSender(post, { characters, bytes, reactions });
  }

  #addSender(
    post: PostDocument,
    { characters, bytes, reactions }: { readonly characters: number; bytes: number; reactions: number },
  ): void {
    const answer = this.answers.add(post);
    if (post.author === undefined) return;
    const { extra } = this.senders.add(post.author);
    extra.characters += characters;
    extra.bytes += bytes;
    extra.reactions += reactions;
    if (!answer) return;
    this.answerTimes.add(answer.seconds);
    extra.answers ??= new Spread();
    extra.answers.add(answer.seconds);
  }

  #addFiles(chat: ChatCount, post: PostDocument): number {
    let sum = 0;
    for (const { size, name } of filesOf(post)) {
      this.counts.files += 1;
      sum += size;
      if (size <= this.largestFiles.least) continue;
      const { accountId, chatId } = chat;
      this.largestFiles.add({ accountId, chatId, id: post.id, name, bytes: size });
    }
    this.counts.bytes += sum;
    chat.bytes += sum;
    return sum;
  }

  #addKind(kind: SelectableKind, bytes: number): void {
    const known = this.kinds.get(kind);
    if (known) {
      known.messages += 1;
      known.bytes += bytes;
    } else this.kinds.set(kind, { messages: 1, bytes });
  }

  #addDate(chat: ChatCount, date: number): void {
    if (chat.last !== Number.NEGATIVE_INFINITY && date - chat.last > this.silences.least) {
      const { accountId, chatId } = chat;
      this.silences.add({ accountId, chatId, from: chat.last, to: date });
    }
    chat.first = Math.min(chat.first, date);
    chat.last = Math.max(chat.last, date);
  }
}
