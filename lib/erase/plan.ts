import type { Clock } from '../base/clock.js';
import type { MessageDocument } from '../messages/document/document.js';
import { kindOf } from '../messages/selection/kinds.js';
import type { Chat } from '../telegram/chat.js';
import { type FindOptions, findMessages } from './find-messages.js';
import { historiesOf } from './histories.js';
import { isKeptForGood, isOwn, refuseWish, type Wish } from './may-delete.js';
import { type ErasePlan, runsOf, sealPlan } from './plan-file.js';
import { PROVED_AT_ONCE, type Prover } from './prove.js';
import type { Refused } from './reasons.js';

export interface PlanOptions extends Wish, Omit<FindOptions, 'ownOnly'> {
  readonly chat: Chat;
  /** See serverIdentity. */
  readonly server: string | undefined;
  readonly unarchived: boolean;
  readonly prover: Prover;
  readonly clock: Clock;
}

/** A plan, and what a person should know of it. */
export interface Planned {
  readonly plan: ErasePlan;
  /** What a run would refuse as it is now; of a plan that takes what isn't archived, only what the archive has with other content. */
  readonly refused: readonly Refused[];
  /** What a plan that takes what isn't archived would lose for good. */
  readonly lost: readonly Refused[];
  /** Selected messages that Telegram never deletes, and that are therefore not in the plan. */
  readonly kept: number;
  /** Unix seconds, of the planned messages. */
  readonly first: number | undefined;
  readonly last: number | undefined;
  /** Some texts, the oldest first. */
  readonly sample: readonly string[];
}

const SAMPLE = 5;

/**
 * Finds what a plan is to delete, and seals it. Asks Telegram, and changes nothing.
 * @throws UsageError as `refuseWish`; Telegram's errors of a history that can't be read
 */
export async function makePlan(options: PlanOptions): Promise<Planned> {
  const { chat, server, accountId, forEveryone, others, unarchived, selection, clock } = options;
  refuseWish(chat, options);
  const made = new Date(clock.now()).toISOString();
  const figures = new Figures(selection.limit);
  const messages: { readonly chat: string; readonly ids: ReturnType<typeof runsOf> }[] = [];
  const refused: Refused[] = [];
  const histories = historiesOf(chat);
  for (const history of histories) {
    const ids: number[] = [];
    const unproven: MessageDocument[] = [];
    const prove = async () => {
      const found = await options.prover.reasonsOfRead(history.chat.id, unproven.splice(0));
      for (const [id, reason] of found) refused.push({ chat: history.chat.id, id, reason });
    };
    for await (const document of findMessages(history, { ...options, ownOnly: !others })) {
      const own = isOwn(document, history.chat, accountId);
      if (!own && !others) continue;
      if (!figures.mayTake(document)) break;
      if (isKeptForGood(document, history.chat)) {
        figures.kept += 1;
        continue;
      }
      ids.push(document.id);
      figures.take(document, own);
      if (unproven.push(document) >= PROVED_AT_ONCE) await prove();
    }
    if (unproven.length > 0) await prove();
    if (ids.length > 0) messages.push({ chat: String(history.chat.id), ids: runsOf(ids) });
  }
  const older = histories.find(({ isOlder }) => isOlder);
  const plan = sealPlan({
    telepi_erase_plan: 1,
    made,
    server: server ?? null,
    account: String(accountId),
    chat: {
      id: String(chat.id),
      title: chat.title,
      type: chat.type ?? chat.kind,
      ...(older && { older: String(older.chat.id) }),
    },
    for_everyone: forEveryone,
    others,
    unarchived,
    selection: selection.describe() ?? 'all',
    counts: figures.counts,
    messages,
  });
  const { kept, first, last, sample } = figures;
  const stay = unarchived ? refused.filter(({ reason }) => reason === 'differs') : refused;
  const lost = unarchived ? refused.filter(({ reason }) => reason !== 'differs') : [];
  return { plan, refused: stay, lost, kept, first, last, sample };
}

/** What is planned, counted. */
class Figures {
  kept = 0;
  first: number | undefined;
  last: number | undefined;
  readonly sample: string[] = [];
  readonly #limit: number;
  readonly #kinds: Record<string, number> = {};
  #own = 0;
  #others = 0;
  #album: string | undefined;

  constructor(limit = Number.POSITIVE_INFINITY) {
    this.#limit = limit;
  }

  get counts() {
    const messages = this.#own + this.#others;
    return { messages, own: this.#own, others: this.#others, by_kind: this.#kinds };
  }

  /** A limit counts messages, and an album that was begun within it is taken whole. */
  mayTake(document: MessageDocument): boolean {
    if (this.#own + this.#others < this.#limit) return true;
    return this.#album !== undefined && albumOf(document) === this.#album;
  }

  take(document: MessageDocument, own: boolean): void {
    this.#album = albumOf(document);
    if (own) this.#own += 1;
    else this.#others += 1;
    const kind = kindOf(document);
    this.#kinds[kind] = (this.#kinds[kind] ?? 0) + 1;
    if ('date' in document) {
      this.first = Math.min(this.first ?? document.date, document.date);
      this.last = Math.max(this.last ?? document.date, document.date);
    }
    if (this.sample.length < SAMPLE && document.kind === 'message' && document.text !== '')
      this.sample.push(document.text);
  }
}

function albumOf(document: MessageDocument): string | undefined {
  return document.kind === 'message' ? document.album : undefined;
}
