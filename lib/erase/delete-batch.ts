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
  /** Whether all of some ids are there now and may be deleted as they are, by a new reading of the chat. */
  readonly areSame: (ids: readonly number[]) => Promise<boolean>;
  readonly onStep: (step: EraseStep) => void;
  /** `before`: they were gone, too, but Telegram has not counted them. */
  readonly onDeleted: (count: number, before: number) => void;
}

/** How a batch has ended: all of it is gone; or some is left, because Telegram forbids it, or because the chat has changed meanwhile. */
export type BatchEnd =
  | { readonly kind: 'gone' }
  | {
      readonly kind: 'forbidden' | 'changed';
      readonly left: readonly number[];
      readonly refusal?: TelegramError;
    };

/** How old a reading of messages may be when they are asked to be deleted, in milliseconds. */
const FRESH_MS = 5000;

/** Deletes batches of messages that were just read: each is noted before its call, and what became of it afterwards. */
export class BatchDeletion {
  readonly #options: Options;
  readonly #scene: BatchScene;

  constructor(options: Options, scene: BatchScene) {
    this.#options = options;
    this.#scene = scene;
  }

  /**
   * `readMs`: when they were read, by the clock's monotonic().
   * @throws FailedError ERASE_DIFFERS when Telegram's answer, or the chat after it, isn't what was asked for; TelegramError
   */
  async delete(ids: readonly number[], readMs: number): Promise<BatchEnd> {
    const { journal, stillThere, chat, onStep, onDeleted } = this.#scene;
    const batch = await journal.begin(chat.id, ids);
    onStep('journalled');
    const answer = await this.#call(ids, readMs);
    onStep('called');
    const { affected, refusal } = answer;
    const left = affected === ids.length ? [] : await stillThere(ids);
    const there = new Set(left);
    const gone = ids.filter((id) => !there.has(id));
    await journal.mark(chat.id, gone);
    onStep('marked');
    await journal.end(batch, affected, left);
    const counted = Math.min(affected ?? 0, gone.length);
    onDeleted(counted, gone.length - counted);
    onStep('ended');
    if (answer.isChanged) return { kind: 'changed', left };
    if (!refusal) {
      if (left.length > 0 || (affected ?? 0) > ids.length) throw differs(ids, affected ?? 0, left);
      return { kind: 'gone' };
    }
    if (refusal.code !== 'MESSAGE_DELETE_FORBIDDEN' || left.length === 0) throw refusal;
    return { kind: 'forbidden', left, refusal };
  }

  /**
   * Before each attempt that doesn't follow its reading at once, the messages are read again: a wait that Telegram asks for may be
   * long. A call without an answer leaves its batch in doubt, which the next run settles by reading.
   */
  async #call(ids: readonly number[], readMs: number): Promise<Answer> {
    const { client, plan, lease, clock, signal } = this.#options;
    let isFirst = true;
    const ready = async (): Promise<void> => {
      await lease?.ready();
      const isFresh = isFirst && clock.monotonic() - readMs <= FRESH_MS;
      isFirst = false;
      if (isFresh) return;
      if (!(await this.#scene.areSame(ids))) throw new Changed();
      await lease?.ready();
    };
    try {
      const options = { forEveryone: plan.for_everyone, signal, faults: { ready } };
      return { affected: await deleteMessages(client, this.#scene.chat, ids, options) };
    } catch (error) {
      if (error instanceof Changed) return { isChanged: true };
      if (isRefusal(error)) return { refusal: error };
      throw error;
    }
  }
}

type Options = Pick<EraseOptions, 'client' | 'plan' | 'lease' | 'clock' | 'signal'>;

interface Answer {
  readonly affected?: number;
  readonly refusal?: TelegramError;
  readonly isChanged?: true;
}

/** Ends the attempts of a call, with which nothing is wrong: what it is about has changed. */
class Changed extends Error {}

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
