import type { Planned } from '../../erase/plan.js';
import type { ErasePlan } from '../../erase/plan-file.js';
import { REASONS, type Reason, type Refused } from '../../erase/reasons.js';
import type { CommandContext } from '../command.js';
import { plain } from '../plain.js';
import { count } from '../progress/words.js';
import { fit } from '../width.js';

/** How many ids a line names, at most. */
const MOST_NAMED = 10;
const TEXT_WIDTH = 70;

/** What a plan would delete, and for whom. */
export function planLines(plan: ErasePlan): readonly string[] {
  const { chat, counts, for_everyone: all, selection } = plan;
  const kinds = Object.entries(counts.by_kind)
    .sort(([, one], [, other]) => other - one)
    .map(([kind, many]) => `${kind.replaceAll('_', ' ')} ${many}`)
    .join(', ');
  return [
    `${count(counts.messages, 'message')} of "${plain(chat.title)}" (${chat.id}), for ${all ? 'EVERYONE' : 'this account alone'}`,
    `  selection: ${plain(selection)}`,
    `  ${count(counts.own, 'message')} of this account, ${counts.others} of others`,
    ...(kinds === '' ? [] : [`  kinds: ${kinds}`]),
    ...(plan.unarchived
      ? ['  UNARCHIVED: messages of which the archive has no proven copy are deleted, too, and are lost then']
      : []),
    ...(chat.older === undefined
      ? []
      : [`  the history from before the group's upgrade (${chat.older}) was looked at, too`]),
  ];
}

/** What else is known of a new plan. */
export function findingsLines({ first, last, sample, kept, refused, lost }: Planned): readonly string[] {
  const lines: string[] = [];
  if (first !== undefined && last !== undefined)
    lines.push(`  from ${dateWords(first)} to ${dateWords(last)}`);
  for (const text of sample) lines.push(`  “${fit(plain(text.replace(/\s+/g, ' ')), TEXT_WIDTH)}”`);
  if (kept > 0) {
    lines.push(
      `  ${count(kept, 'selected message')} not in the plan: Telegram never deletes notes about a chat's beginning, the beginnings of topics and the like`,
    );
  }
  if (lost.length > 0) {
    const have = lost.length === 1 ? 'has no copy: it' : 'have no copy: they';
    lines.push(`  ${lost.length} of them ${have} will be LOST`);
  }
  return [...lines, ...refusedLines(refused, 'would stay'), ...refusedLines(lost, 'would be lost')];
}

/** Messages that stay, each reason in a line. */
export function refusedLines(refused: readonly Refused[], what = 'stay'): readonly string[] {
  const byReason = new Map<Reason, Refused[]>();
  for (const each of refused) {
    const these = byReason.get(each.reason);
    if (these) these.push(each);
    else byReason.set(each.reason, [each]);
  }
  return [...byReason].map(([reason, these]) => {
    const named = these.slice(0, MOST_NAMED).map(({ id }) => id);
    const more = these.length > named.length ? ', …' : '';
    const verb = what === 'stay' && these.length === 1 ? 'stays' : what;
    return `  ${count(these.length, 'message')} ${verb}, because ${these.length === 1 ? 'it' : 'each'} ${REASONS[reason]}: ${named.join(', ')}${more}`;
  });
}

/** What a person can do about messages that stay, or undefined when nothing helps. */
export function adviceOf(refused: readonly Refused[]): string | undefined {
  const advice = new Set(refused.map(({ reason }) => ADVICE[reason]).filter((each) => each !== undefined));
  return advice.size === 0 ? undefined : [...advice].join('; ');
}

const FETCH = 'telepi download with --media-type all for this chat keeps what is missing';
const FETCH_AGAIN = 'move the copy of such a file away, and telepi download fetches it again';
const ADVICE: Readonly<Partial<Record<Reason, string>>> = {
  not_archived: FETCH,
  not_from_telegram: FETCH,
  differs: FETCH,
  no_copy_noted: FETCH,
  no_copy_found: FETCH,
  copy_differs: FETCH_AGAIN,
  copy_unreadable: FETCH_AGAIN,
};

export function recordRefused({ output }: Pick<CommandContext, 'output'>, refused: readonly Refused[]): void {
  for (const { chat, id, reason } of refused)
    output.record({ event: 'refused', chat, message: id, reason, why: REASONS[reason] });
}

export function dateWords(seconds: number): string {
  return new Date(seconds * 1000).toISOString().slice(0, 10);
}
