import type { SelectableKind } from '../messages/selection/kinds.js';

/** What an analysis found, as plain data. Times are ISO 8601 in UTC, spans are seconds, sizes are bytes; days, hours and months are those of `zone`. */
export interface Figures {
  readonly zone: string;
  readonly totals: Totals;
  readonly chats: readonly ChatFigures[];
  readonly senders: TopList<SenderFigures>;
  readonly kinds: readonly {
    readonly kind: SelectableKind;
    readonly messages: number;
    readonly bytes: number;
  }[];
  /** Messages by weekday, Monday first, and in it by hour. */
  readonly hours: readonly (readonly number[])[];
  /** Each day that has messages. */
  readonly days: readonly { readonly day: string; readonly messages: number }[];
  /** Each month from the first to the last, with what had gathered by its end. */
  readonly months: readonly MonthFigures[];
  readonly words: TopList<Ranked>;
  readonly links: TopList<Ranked>;
  readonly domains: TopList<Ranked>;
  readonly emoji: TopList<Ranked>;
  /** `name`: the id of the emoji's file; `shown`: the ordinary emoji behind it. */
  readonly customEmoji: TopList<Ranked & { readonly shown: string }>;
  readonly reactions: TopList<Ranked>;
  readonly answers: AnswerFigures;
  readonly silences: readonly Silence[];
  readonly largestFiles: readonly (MessagePlace & { readonly name: string | null; readonly bytes: number })[];
  readonly mostReacted: readonly (MessagePlace & { readonly reactions: number })[];
}

export interface Totals {
  /** All that were read: posts, Telegram's own notes, and what this version can't read. */
  readonly messages: number;
  readonly posts: number;
  readonly service: number;
  readonly deleted: number;
  readonly edited: number;
  readonly forwarded: number;
  readonly replies: number;
  readonly characters: number;
  readonly words: number;
  readonly links: number;
  readonly emoji: number;
  readonly reactions: number;
  readonly files: number;
  readonly bytes: number;
  readonly views: number;
  readonly senders: AtLeast;
  readonly differentWords: AtLeast;
  readonly days: number;
  readonly first: string | null;
  readonly last: string | null;
}

/** How many different things there are; `isMore`: they are more than that. */
export interface AtLeast {
  readonly count: number;
  readonly isMore: boolean;
}

/** The most frequent of many. */
export interface TopList<Item> {
  readonly items: readonly Item[];
  /** 0: exact. Otherwise what isn't listed here may have come so often, and an item's own `error` says by how much its count may be too low. */
  readonly floor: number;
}

export interface Ranked {
  readonly name: string;
  readonly count: number;
  readonly error: number;
}

export interface ChatFigures {
  readonly account: number;
  readonly id: number;
  readonly name: string | null;
  readonly messages: number;
  readonly bytes: number;
  readonly first: string | null;
  readonly last: string | null;
}

export interface SenderFigures {
  readonly id: number;
  readonly name: string | null;
  readonly messages: number;
  readonly error: number;
  readonly characters: number;
  readonly bytes: number;
  readonly reactions: number;
  readonly answers: number;
  readonly medianSeconds: number | null;
  readonly p90Seconds: number | null;
}

export interface MonthFigures {
  readonly month: string;
  readonly messages: number;
  readonly bytes: number;
  readonly allMessages: number;
  readonly allBytes: number;
}

export interface AnswerFigures {
  readonly count: number;
  readonly medianSeconds: number | null;
  readonly p90Seconds: number | null;
  /** Replies whose message lies too far back or wasn't read. */
  readonly unmeasured: number;
}

export interface MessagePlace {
  readonly account: number;
  readonly chat: number;
  readonly chatName: string | null;
  readonly id: number;
}

/** A time in which nobody wrote, between two messages of one chat. */
export interface Silence extends Omit<MessagePlace, 'id'> {
  readonly from: string;
  readonly to: string;
  readonly seconds: number;
}

/** What chats and people are called. */
export interface Names {
  chat(account: number, chat: number): Promise<string | undefined>;
  sender(account: number, sender: number): Promise<string | undefined>;
}
