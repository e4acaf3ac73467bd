import { Api } from 'telegram/tl/index.js';
import { idInChat, isOlder } from '../base/source-ids.js';
import type { Reduction } from '../messages/losses.js';
import type { Copyable } from '../messages/tl/content.js';
import { TelegramError } from '../refusals/telegram-error.js';
import { closePoll, completeTasks } from '../telegram/after-send.js';
import type { Chat } from '../telegram/chat.js';
import { fetchMessage } from '../telegram/history.js';
import { noteLosses } from './note-reduction.js';
import type { Reporting, Run } from './run.js';
import type { Outgoing } from './send-unit.js';
import { verdictOf } from './verdicts.js';

/**
 * Some copies aren't finished when they are sent: a poll has to be closed, tasks of a checklist have to be marked, and
 * what Telegram made of a contact has to be looked at. The
 * ledger knows what is owed from the moment the send begins until it is done. Doing it twice does no harm, so a run that
 * finds something owed does it (again).
 */
interface Owed {
  /** The poll is to be closed. */
  readonly close?: true;
  /** The tasks with these ids are to be marked as completed. */
  readonly complete?: readonly number[];
  /** It is to be seen whether Telegram has found the contact's account, which only the copy shows. */
  readonly account?: true;
}

/** Something owed to a copy. */
export interface Debt {
  readonly sourceId: number;
  /** As the ledger counts ids. */
  readonly targetId: number;
  readonly owed: string;
}

type PayRun = Reporting & Pick<Run, 'client' | 'target' | 'job' | 'interval' | 'rehearsal' | 'signal'>;

/** What will be owed to the copy of a message, in the words of the ledger; undefined when nothing is. */
export function owedTo(content: Copyable): string | undefined {
  if (content.kind !== 'planned') return undefined;
  const { plan } = content;
  if (plan.kind === 'poll' && plan.closes) return words({ close: true });
  if (plan.kind === 'checklist' && plan.completes.length > 0) return words({ complete: plan.completes });
  if (plan.kind === 'contact' && plan.hasAccount) return words({ account: true });
  return undefined;
}

export function debtsOf(outgoing: readonly Outgoing[], targetIds: readonly number[]): Debt[] {
  return outgoing.flatMap(({ message, owed }, index) => {
    const targetId = targetIds[index];
    return owed === undefined || targetId === undefined ? [] : [{ sourceId: message.id, targetId, owed }];
  });
}

/** Does what earlier runs left undone. */
export async function payDebts(run: PayRun): Promise<void> {
  for (const { sourceId, targetId, owed } of await run.job.owing()) {
    if (targetId !== undefined && owed !== undefined) await pay(run, { sourceId, targetId, owed });
  }
}

/**
 * Does what is owed to a copy that the ledger knows as sent. Where Telegram refuses it, that is a loss of this message.
 * Throws errors that concern the whole run: the next one tries again.
 */
export async function pay(run: PayRun, { sourceId, targetId, owed }: Debt): Promise<void> {
  const { job, interval, log, signal } = run;
  if (run.rehearsal) return;
  const { close, complete = [], account } = JSON.parse(owed) as Owed;
  const chat = chatOf(run, targetId);
  const id = idInChat(targetId);
  const lost: Reduction[] = [];
  const attempt = async (loss: Reduction, work: (chat: Chat) => Promise<void>): Promise<void> => {
    await interval.turn(1, signal);
    if (!chat || !(await isDone(run, () => work(chat)))) lost.push(loss);
  };
  if (close) await attempt('poll_closed', (where) => closePoll(run.client, where, id, signal));
  if (complete.length > 0) {
    await attempt('completions', (where) =>
      completeTasks(run.client, where, { id, tasks: complete }, signal),
    );
  }
  if (account && chat && (await hasNoAccount(run, chat, id))) lost.push('contact_account');
  const before = await job.paid(sourceId, lost);
  log.info('copy_finished', { sourceId, targetId, lost });
  noteLosses(run, sourceId, lost, before);
}

/** Telegram looks the account up by the phone number when the contact is sent. */
async function hasNoAccount({ client, signal }: PayRun, chat: Chat, id: number): Promise<boolean> {
  const media = (await fetchMessage(client, chat, id, signal))?.media;
  return media instanceof Api.MessageMediaContact && media.userId.toString() === '0';
}

/** The target, or the basic group that it used to be. */
function chatOf({ target }: Pick<Run, 'target'>, targetId: number): Chat | undefined {
  if (!isOlder(targetId)) return target;
  const { former, ...now } = target;
  return former?.readable ? { ...now, id: former.id, kind: 'group', peer: former.peer } : undefined;
}

/** A refusal that concerns this message alone is final. */
async function isDone({ signal }: Pick<Run, 'signal'>, work: () => Promise<void>): Promise<boolean> {
  try {
    await work();
    return true;
  } catch (error) {
    signal.throwIfAborted();
    if (!(error instanceof TelegramError) || verdictOf(error) === 'run') throw error;
    return false;
  }
}

function words(owed: Owed): string {
  return JSON.stringify(owed);
}
