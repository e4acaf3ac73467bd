import { markedId } from '../base/marked-id.js';
import type { MessageDocument } from '../messages/document/document.js';
import { documentOf } from '../messages/tl/document/document.js';
import type { TelegramError } from '../refusals/telegram-error.js';
import type { NotedBatch } from '../store/tables/erase-batches.js';
import type { Chat } from '../telegram/chat.js';
import { DELETE_AT_ONCE } from '../telegram/delete.js';
import { fetchMessages } from '../telegram/history.js';
import { BatchDeletion } from './delete-batch.js';
import type { EraseCounts, EraseStep, EraseSummary } from './events.js';
import { historiesOf } from './histories.js';
import { EraseJournal } from './journal.js';
import { isKeptForGood, isOwn } from './may-delete.js';
import type { EraseOptions } from './options.js';
import { idsOf } from './plan-file.js';
import { reasonsOfContent } from './prove.js';
import type { Reason, Refused } from './reasons.js';
import { WholeBatches } from './whole-batches.js';

/** Messages of one history that are still to be deleted, ascending. */
interface Due {
  readonly chat: Chat;
  ids: number[];
}

/**
 * One run of a plan. `decide` settles what an earlier run has left in doubt and says which messages would stay; it deletes nothing.
 * `erase` deletes the others, a batch at a time: a process that dies in between is continued by another run of the same plan.
 */
export class EraseRun {
  readonly #options: EraseOptions;
  readonly #journal: EraseJournal;
  readonly #due: Due[];
  /** Messages that Telegram has refused to delete in an earlier run. */
  readonly #refused: Due[] = [];
  readonly #left: Refused[] = [];
  #isSettled = false;
  #deleted = 0;
  #earlier = 0;
  #gone = 0;

  constructor(options: EraseOptions) {
    this.#options = options;
    this.#journal = new EraseJournal(options);
    const chats = new Map(historiesOf(options.chat).map(({ chat }) => [String(chat.id), chat]));
    this.#due = options.plan.messages.flatMap(({ chat: id, ids }) => {
      const chat = chats.get(id);
      return chat ? [{ chat, ids: [...idsOf(ids)] }] : [];
    });
  }

  get counts(): EraseCounts {
    const { messages: planned } = this.#options.plan.counts;
    return { planned, deleted: this.#deleted, earlier: this.#earlier, gone: this.#gone };
  }

  /** How many messages are still to be deleted, as far as is known. */
  get due(): number {
    return [...this.#due, ...this.#refused].reduce((sum, { ids }) => sum + ids.length, 0);
  }

  get summary(): EraseSummary {
    return { ...this.counts, left: [...this.#left] };
  }

  /** The messages that aren't proven to be kept, which stay. It settles what an earlier run has left, if that wasn't done before. */
  async decide(): Promise<readonly Refused[]> {
    await this.settle();
    const { plan, prover } = this.#options;
    if (!plan.unarchived) {
      for (const due of [...this.#due, ...this.#refused]) {
        const reasons = new Map<number, Reason>();
        for (const ids of inBatches(due.ids))
          for (const [id, reason] of await prover.reasonsOf(due.chat.id, ids)) reasons.set(id, reason);
        for (const [id, reason] of reasons) this.#leave(due.chat, id, reason);
        due.ids = due.ids.filter((id) => !reasons.has(id));
      }
    }
    this.#step('proved');
    return [...this.#left];
  }

  /**
   * Messages that Telegram forbids to delete stay, and so does what has changed meanwhile.
   * @throws FailedError ERASE_DIFFERS when Telegram did something else than it was asked for; ERASE_FORBIDDEN when it forbids whole
   *   batches one after another; TelegramError when it refused; the database's error while that is out of reach. Whatever was deleted
   *   until then is noted.
   */
  async erase(): Promise<EraseSummary> {
    const dues = [...this.#due, ...this.#refused];
    const tries = new WholeBatches();
    for (const { chat, ids: all } of dues) {
      for (const ids of inBatches(all)) {
        const before = this.#deleted;
        const refusal = await this.#eraseThese(chat, ids);
        tries.add(this.#deleted - before, refusal, this.summary);
      }
    }
    return this.summary;
  }

  /** Returns the refusal if Telegram forbids to delete some of them. */
  async #eraseThese(chat: Chat, ids: readonly number[]): Promise<TelegramError | undefined> {
    let refusal: TelegramError | undefined;
    const parts = [ids];
    for (let part = parts.pop(); part; part = parts.pop()) {
      const { batch, readMs } = await this.#readToDelete(chat, part);
      if (batch.length === 0) continue;
      const end = await this.#deletion(chat).delete(batch, readMs);
      if (end.kind === 'gone') continue;
      const { left } = end;
      if (end.kind === 'changed') parts.push(left);
      else {
        refusal = end.refusal;
        if (left.length === 1) for (const id of left) this.#leave(chat, id, 'forbidden');
        // One message that stays makes Telegram refuse its whole batch.
        else parts.push(left.slice(Math.ceil(left.length / 2)), left.slice(0, Math.ceil(left.length / 2)));
      }
    }
    return refusal;
  }

  /** Those of some messages that are there and may be deleted as they are; the others are noted. */
  async #readToDelete(
    chat: Chat,
    ids: readonly number[],
  ): Promise<{ readonly batch: readonly number[]; readonly readMs: number }> {
    const there = await this.#read(chat, ids);
    const readMs = this.#options.clock.monotonic();
    this.#step('read');
    const gone = ids.filter((id) => !there.has(id));
    await this.#journal.mark(chat.id, gone);
    this.#gone += gone.length;
    const reasons = await this.#reasonsOf(chat, [...there.values()]);
    for (const [id, reason] of reasons) this.#leave(chat, id, reason);
    return { batch: ids.filter((id) => there.has(id) && !reasons.has(id)), readMs };
  }

  #deletion(chat: Chat): BatchDeletion {
    return new BatchDeletion(this.#options, {
      chat,
      journal: this.#journal,
      stillThere: async (ids) => [...(await this.#read(chat, ids)).keys()],
      areSame: async (ids) => {
        const there = [...(await this.#read(chat, ids)).values()];
        return there.length === ids.length && (await this.#reasonsOf(chat, there)).size === 0;
      },
      onStep: (step) => this.#step(step),
      onDeleted: (count, before) => {
        this.#deleted += count;
        this.#gone += before;
      },
    });
  }

  /** Why messages that were just read stay. Their files were proven before, and are again: a row may have become another one since. */
  async #reasonsOf(chat: Chat, messages: readonly MessageDocument[]): Promise<ReadonlyMap<number, Reason>> {
    const { plan, prover, accountId, store } = this.#options;
    const reasons = new Map<number, Reason>();
    for (const message of messages) {
      if (!plan.others && !isOwn(message, chat, accountId)) reasons.set(message.id, 'not_own');
      else if (isKeptForGood(message, chat)) reasons.set(message.id, 'kept_for_good');
    }
    const others = messages.filter(({ id }) => !reasons.has(id));
    if (!plan.unarchived) return new Map([...reasons, ...(await prover.reasonsOfRead(chat.id, others))]);
    // What the archive has is deleted only as it is there; of the rest nobody knows what it was.
    const made = Math.floor(Date.parse(plan.made) / 1000);
    const kept = await reasonsOfContent(store.db, { accountId, chatId: chat.id }, others);
    for (const message of others) {
      const reason = kept.get(message.id);
      if (reason === 'differs') reasons.set(message.id, reason);
      else if (reason && isEditedSince(message, made)) reasons.set(message.id, 'edited');
    }
    return reasons;
  }

  /**
   * Batches of earlier runs: what is known of them, and of the one that a death has left in doubt. Messages that Telegram has refused
   * alone are tried last.
   */
  async settle(): Promise<void> {
    if (this.#isSettled) return;
    this.#isSettled = true;
    const gone = new Map(this.#due.map(({ chat }) => [chat.id, new Set<number>()]));
    const refused = new Map(this.#due.map(({ chat }) => [chat.id, new Set<number>()]));
    const dues = new Map(this.#due.map((due) => [due.chat.id, due]));
    for (const batch of await this.#journal.noted()) {
      const due = dues.get(batch.chatId);
      if (!due) continue;
      const ids = [...idsOf(batch.ids)];
      const left =
        batch.state === 'begun' ? await this.#settle(due.chat, batch, ids) : new Set(idsOf(batch.left));
      for (const id of ids) if (!left.has(id)) gone.get(due.chat.id)?.add(id);
      if (ids.length === 1) for (const id of left) refused.get(due.chat.id)?.add(id);
    }
    for (const due of this.#due) {
      const [isGone, isRefused] = [gone.get(due.chat.id), refused.get(due.chat.id)];
      this.#earlier += isGone?.size ?? 0;
      const ids = due.ids.filter((id) => !isGone?.has(id));
      due.ids = ids.filter((id) => !isRefused?.has(id));
      this.#refused.push({ chat: due.chat, ids: ids.filter((id) => isRefused?.has(id)) });
    }
  }

  /** Ends a batch that is in doubt, by reading it again, and returns what of it is there. */
  async #settle(chat: Chat, batch: NotedBatch, ids: readonly number[]): Promise<ReadonlySet<number>> {
    const left = new Set((await this.#read(chat, ids)).keys());
    await this.#journal.mark(
      chat.id,
      ids.filter((id) => !left.has(id)),
    );
    await this.#journal.end(batch, batch.affected, [...left]);
    this.#step('settled');
    return left;
  }

  /** Messages of exactly this chat that are there now. Private chats and basic groups of an account number theirs together. */
  async #read(chat: Chat, ids: readonly number[]): Promise<ReadonlyMap<number, MessageDocument>> {
    const { client, accountId, signal } = this.#options;
    const context = { self: accountId, chat: chat.id, isForum: chat.kind === 'forum' };
    const wanted = new Set(ids);
    const found = (await fetchMessages(client, chat, ids, signal)).filter(
      ({ id, peerId }) => markedId(peerId) === chat.id && wanted.has(id),
    );
    return new Map(found.map((message) => [message.id, documentOf(message, context)]));
  }

  #leave({ id: chat }: Chat, id: number, reason: Reason): void {
    this.#left.push({ chat, id, reason });
  }

  #step(step: EraseStep): void {
    this.#options.onStep(step, this.counts);
  }
}

/** A mark of an edit that Telegram hides comes from reactions. */
function isEditedSince(message: MessageDocument, seconds: number): boolean {
  if (message.kind !== 'message' || message.flags.editHidden) return false;
  return message.editDate !== undefined && message.editDate >= seconds;
}

function* inBatches(ids: readonly number[]): Generator<readonly number[]> {
  for (let start = 0; start < ids.length; start += DELETE_AT_ONCE)
    yield ids.slice(start, start + DELETE_AT_ONCE);
}
