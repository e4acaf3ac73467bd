import { UsageError } from '../base/errors.js';
import type { Chat } from '../telegram/chat.js';
import { refuseWish } from './may-delete.js';
import type { ErasePlan } from './plan-file.js';

/** The server and account of the present login. */
export interface PresentLogin {
  /** See serverIdentity. */
  readonly server: string | undefined;
  readonly accountId: number;
}

/** @throws UsageError PLAN_OTHER_SERVER */
export function refuseOtherServer({ server }: ErasePlan, present: Pick<PresentLogin, 'server'>): void {
  if (server === (present.server ?? null)) return;
  throw new UsageError(
    'PLAN_OTHER_SERVER',
    `The plan was made on another server (${server ?? 'Telegram itself'}), and ids there are others: use the settings with which it was made, or make a new plan.`,
  );
}

/** @throws UsageError PLAN_OTHER_ACCOUNT */
export function refuseOtherAccount(
  { account }: ErasePlan,
  { accountId }: Pick<PresentLogin, 'accountId'>,
): void {
  if (account === String(accountId)) return;
  throw new UsageError(
    'PLAN_OTHER_ACCOUNT',
    `The plan was made by account ${account}, and ${accountId} is signed in: sign in with that account, or make a new plan.`,
  );
}

/**
 * Refuses a plan whose chat is another one by now, or that this account may not carry out.
 * @throws UsageError PLAN_OTHER_CHAT; as refuseWish
 */
export function refuseOtherChat({ chat, for_everyone, others, messages }: ErasePlan, found: Chat): void {
  const histories = new Set([String(found.id), ...(found.former?.readable ? [String(found.former.id)] : [])]);
  const stray = messages.map((each) => each.chat).find((id) => !histories.has(id));
  if (chat.id !== String(found.id) || stray !== undefined) {
    throw new UsageError(
      'PLAN_OTHER_CHAT',
      `The plan is for ${stray ?? chat.id}, and this account finds "${found.title}" (${found.id}) in its place: make a new plan.`,
    );
  }
  refuseWish(found, { forEveryone: for_everyone, others });
}
