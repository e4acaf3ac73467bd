import { FailedError } from '../base/errors.js';
import { classify } from '../refusals/classify.js';
import { NoAnswerError, TelegramError } from '../refusals/telegram-error.js';
import type { Chat } from '../telegram/chat.js';
import { deleteMessages } from '../telegram/delete.js';
import type { EraseStep } from './events.js';
import type { EraseJournal } from './journal.js';
import type { EraseOptions } from './options.js';

export interface BatchScene {
  readonly chat: Chat;
  readonly journal: EraseJournal;
  /** Those of some ids that are there now, by a new reading of the chat. */
  readonly stillThere: (ids: readonly number[]) => Promise<readonly number[]>;
  readonly onStep: (step: EraseStep) => void;
  /** `before`: they were gone, too, but Telegram has not counted them. */
  readonly onDeleted: (count: number, before: number) => void;
  /** Telegram doesn't let this account delete the message. */
  readonly onForbidden: (id: number) => void;
}

/** When Telegram refuses this many messages one after another, it will refuse the others, too. */
const MOST_FORBIDDEN = 5;

/** Deletes batches of messages that were just read: each is noted before its call, and what became of it afterwards. */
export class BatchDeletion {
  readonly #options: Pick<EraseOptions, 'client' | 'plan' | 'lease' | 'signal'>;
  readonly #scene: BatchScene;
  #forbidden = 0;

  constructor(options: Pick<EraseOptions, 'client' | 'plan' | 'lease' | 'signal'>, scene: BatchScene) {
    this.#options = options;
    this.#scene = scene;
  }

  /**
   * @throws FailedError ERASE_DIFFERS when Telegram's answer, or the chat after it, isn't what was asked for; TelegramError
   */
  async delete(ids: readonly number[]): Promise<void> {
    const { journal, stillThere, chat, onStep, onDeleted, onForbidden } = this.#scene;
    const batch = await journal.begin(chat.id, ids);
    onStep('journalled');
    const { affected, refusal } = await this.#call(ids);
    onStep('called');
    const left = affected === ids.length ? [] : await stillThere(ids);
    const there = new Set(left);
    const gone = ids.filter((id) => !there.has(id));
    await journal.mark(chat.id, gone);
    onStep('marked');
    await journal.end(batch, affected, left);
    const counted = Math.min(affected ?? 0, gone.length);
    onDeleted(counted, gone.length - counted);
    onStep('ended');
    if (!refusal) {
      if (left.length > 0 || (affected ?? 0) > ids.length) throw differs(ids, affected ?? 0, left);
      this.#forbidden = 0;
      return;
    }
    if (refusal.code !== 'MESSAGE_DELETE_FORBIDDEN' || left.length === 0) throw refusal;
    if (left.length > 1) return this.#deleteHalves(left);
    for (const id of left) onForbidden(id);
    this.#forbidden += 1;
    if (this.#forbidden >= MOST_FORBIDDEN) throw refusal;
  }

  /** One message that stays makes Telegram refuse its whole batch. */
  async #deleteHalves(ids: readonly number[]): Promise<void> {
    const middle = Math.ceil(ids.length / 2);
    await this.delete(ids.slice(0, middle));
    await this.delete(ids.slice(middle));
  }

  /** A call without an answer leaves its batch in doubt, which the next run settles by reading. */
  async #call(
    ids: readonly number[],
  ): Promise<{ readonly affected?: number; readonly refusal?: TelegramError }> {
    const { client, plan, lease, signal } = this.#options;
    await lease?.ready();
    try {
      const options = { forEveryone: plan.for_everyone, signal };
      return { affected: await deleteMessages(client, this.#scene.chat, ids, options) };
    } catch (error) {
      if (isRefusal(error)) return { refusal: error };
      throw error;
    }
  }
}

function isRefusal(error: unknown): error is TelegramError {
  return (
    error instanceof TelegramError &&
    !(error instanceof NoAnswerError) &&
    classify(error).kind === 'permanent'
  );
}

function differs(ids: readonly number[], affected: number, left: readonly number[]): FailedError {
  const there =
    left.length === 0
      ? 'none of them is there any more'
      : `${left.length} of them ${left.length === 1 ? 'is' : 'are'} still there (${left.slice(0, 10).join(', ')}${left.length > 10 ? ', …' : ''})`;
  return new FailedError(
    'ERASE_DIFFERS',
    `Telegram was asked to delete ${ids.length} messages and says that it has deleted ${affected}, and ${there}: nothing more was deleted. Look at the chat; then run the same plan again, which continues with what is left.`,
    { fields: { asked: ids.length, affected, left: left.length } },
  );
}
