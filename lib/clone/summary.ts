import type { Way } from '../base/ways.js';
import type { Reduction, SkipReason } from '../messages/losses.js';
import type { SelectionReason } from '../messages/selection/reasons.js';

/** A part of a chat's profile. */
export type ProfilePart = 'title' | 'about' | 'photo';

/** The result of a run. */
export interface CloneSummary {
  /** Messages sent; an album counts as its items. */
  readonly sent: number;
  /** Messages left out, by reason. */
  readonly skipped: Readonly<Partial<Record<SkipReason, number>>>;
  /**
   * How many of these lie outside the selection's bounds and were not read: the server has counted them. Absent for
   * none.
   */
  readonly unread?: Readonly<Partial<Record<SelectionReason, number>>>;
  readonly failed: readonly { readonly sourceId: number; readonly reason: string }[];
  /** What sent messages lack of their originals, by kind. */
  readonly reduced: Readonly<Partial<Record<Reduction, number>>>;
  /** How many messages lack something. */
  readonly reducedMessages: number;
  /** How the sent messages went; `unknown`: sent by an older version that didn't note it. Their sum is `sent`. */
  readonly ways: Readonly<Partial<Record<Way | 'unknown', number>>>;
  /** Topics created in the target. */
  readonly topics: number;
  /** What the target got of the source's profile. */
  readonly profile: readonly ProfilePart[];
  /** Copies pinned in the target. */
  readonly pinned: number;
  /** Bytes of the files that were sent. */
  readonly bytes: number;
  /** The checkpoint: everything up to this source id is finished. */
  readonly lastId: number;
  readonly seconds: number;
  /** The selection's limit ended the run: the next one continues. */
  readonly limited?: true;
  /** Older messages that were left out and would be sent now, with --append-missed; absent for none. */
  readonly missed?: number;
}

/** Counts during a run. */
export class Tally {
  #sent = 0;
  #bytes = 0;
  #topics = 0;
  #pinned = 0;
  readonly #profile: ProfilePart[] = [];
  #inRow = 0;
  #limited = false;
  #missed = 0;
  readonly #skipped: Partial<Record<SkipReason, number>> = {};
  readonly #unread: Partial<Record<SelectionReason, number>> = {};
  #reducedMessages = 0;
  readonly #ways: Partial<Record<Way | 'unknown', number>> = {};
  readonly #reduced: Partial<Record<Reduction, number>> = {};
  readonly #failed: { readonly sourceId: number; readonly reason: string }[] = [];

  /** `ways`: how each of the messages went, in their order, as far as that is known. */
  sent(messages: number, bytes: number, ways: readonly (Way | undefined)[] = []): void {
    this.#inRow = 0;
    for (let index = 0; index < messages; index += 1) {
      const way = ways[index] ?? 'unknown';
      this.#ways[way] = (this.#ways[way] ?? 0) + 1;
    }
    this.#sent += messages;
    this.#bytes += bytes;
  }

  skipped(reason: SkipReason): void {
    this.#skipped[reason] = (this.#skipped[reason] ?? 0) + 1;
  }

  reduced(kind: Reduction): void {
    this.#reduced[kind] = (this.#reduced[kind] ?? 0) + 1;
  }

  /** Counts a message whose copy lacks something, whatever it is. */
  reducedMessage(): void {
    this.#reducedMessages += 1;
  }

  /** Counts messages that were to go by one call. */
  failed(sourceIds: readonly number[], reason: string): void {
    this.#inRow = this.#failed.at(-1)?.reason === reason ? this.#inRow + 1 : 1;
    for (const sourceId of sourceIds) this.#failed.push({ sourceId, reason });
  }

  /** The reason shared by at least the last `count` failed sends in a row, if there is one. */
  sameFailures(count: number): string | undefined {
    return this.#inRow >= count ? this.#failed.at(-1)?.reason : undefined;
  }

  /** Counts messages that were left out without being read. */
  unread(reason: SelectionReason, messages: number): void {
    if (messages === 0) return;
    this.#skipped[reason] = (this.#skipped[reason] ?? 0) + messages;
    this.#unread[reason] = (this.#unread[reason] ?? 0) + messages;
  }

  missed(messages: number): void {
    this.#missed = messages;
  }

  limitReached(): void {
    this.#limited = true;
  }

  profile(part: ProfilePart): void {
    this.#profile.push(part);
  }

  pinned(): void {
    this.#pinned += 1;
  }

  topic(): void {
    this.#topics += 1;
  }

  summary(lastId: number, seconds: number): CloneSummary {
    return {
      sent: this.#sent,
      skipped: { ...this.#skipped },
      ...(Object.keys(this.#unread).length > 0 && { unread: { ...this.#unread } }),
      failed: [...this.#failed],
      reduced: { ...this.#reduced },
      reducedMessages: this.#reducedMessages,
      ways: { ...this.#ways },
      topics: this.#topics,
      pinned: this.#pinned,
      profile: [...this.#profile],
      bytes: this.#bytes,
      lastId,
      seconds,
      ...(this.#limited && { limited: true }),
      ...(this.#missed > 0 && { missed: this.#missed }),
    };
  }
}
