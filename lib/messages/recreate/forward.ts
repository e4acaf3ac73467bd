import type { PostDocument } from '../document/document.js';
import type { InlineButton } from '../document/markup.js';
import type { Reduction, SkipReason } from '../losses.js';
import type { Plan } from './plan.js';

/** What nobody can forward: there is nothing left of it, or it was to be seen only for a while. */
const NEVER_FORWARDED: ReadonlySet<SkipReason> = new Set(['self_destructing', 'media_gone', 'empty']);

/** Whether Telegram forwards a message whose copy would be `plan`. */
export function isForwardable(plan: Plan): boolean {
  const reason = 'reason' in plan ? plan.reason : undefined;
  return reason === undefined || !NEVER_FORWARDED.has(reason);
}

/**
 * What a forward lacks, apart from replies. Of a bot's buttons those survive that open a link or sign in to a website
 * (Bot API, changes of 31 May 2019).
 */
export function lossesOfForward({ markup, effect }: PostDocument): Reduction[] {
  const buttons = markup?.kind === 'inline' ? markup.rows.flat() : [];
  return [
    ...(buttons.some((button) => !isLink(button)) ? (['buttons'] as const) : []),
    ...(effect !== undefined && effect !== '0' ? (['effect'] as const) : []),
  ];
}

function isLink({ action }: InlineButton): boolean {
  return action.kind === 'url' || action.kind === 'login';
}
