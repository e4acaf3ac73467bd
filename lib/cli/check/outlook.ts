import { Api } from 'telegram/tl/index.js';
import type { DryRun, DryRunOptions } from '../../clone/dry-run.js';
import { type JobOptions, numberingOf } from '../../ledger/job-scene.js';
import { ByteBudget } from '../../pace/byte-budget.js';
import { estimateSends } from '../../pace/estimate.js';
import type { Settings } from '../../settings/settings.js';
import { type PostingLimits, postingLimits } from '../../telegram/posting-limits.js';
import { type Chosen, cloneOptions } from '../clone-into.js';
import type { CommandContext } from '../command.js';
import { count, formatDuration } from '../progress/words.js';
import { type Texts, withProgram } from '../texts.js';
import { type Finding, optionalProbe, probe } from './finding.js';

/** How many messages are looked at, from the checkpoint on: a check shouldn't take long. */
const LOOKED_AT = 1_000;

interface OutlookOptions extends Chosen {
  readonly context: CommandContext;
  readonly settings: Settings;
  readonly texts: Texts;
  readonly job: Omit<JobOptions, 'withoutSecrets' | 'clock' | 'random' | 'log'>;
}

/**
 * What a run is going to reduce, skip or refuse, by a dry run of its next messages; what the target asks of this account;
 * and how long everything takes. Sends nothing.
 */
export async function* outlookFindings(options: OutlookOptions): AsyncGenerator<Finding> {
  const { context, client, target } = options;
  let limits: PostingLimits = { slowModeSeconds: 0, forbidden: [] };
  const rights = await optionalProbe('rights', context.signal, async () => {
    // What --create-target has still to make will belong to this account.
    const isMadeYet = !(target.peer instanceof Api.InputPeerEmpty);
    if (isMadeYet) limits = await postingLimits(client, target, context.signal);
    if (limits.forbidden.length === 0) return 'every kind of message may be sent there';
    return {
      warning: `this account may not send ${limits.forbidden.join(', ')} there, and such messages fail: let an admin give it the right, or leave them out with --exclude-kind`,
    };
  });
  yield rights;
  let found: DryRun | undefined;
  const content = await probe('content', context.signal, async () => {
    found = await rehearse(options);
    return contentWords(found);
  });
  yield content;
  if (!found) return;
  for (const [name, warning] of warningsOf(found)) yield { name, status: 'warning', detail: warning };
  yield* timeFindings(found, limits, options.settings.minIntervalMs);
}

async function rehearse({ context, settings, job, texts, ...chosen }: OutlookOptions): Promise<DryRun> {
  const [{ dryRun }, { peekJob }] = await Promise.all([
    import('../../clone/dry-run.js'),
    import('../../ledger/peek-job.js'),
  ]);
  const options: Omit<DryRunOptions, 'text'> = {
    ...cloneOptions(context, settings, chosen, new ByteBudget(settings.bufferBytes)),
    // Protected messages are counted instead of ending the look.
    allowProtected: true,
    job: await peekJob(job),
    start: numberingOf(job).start,
    most: LOOKED_AT,
  };
  return withProgram(context, texts, settings.text, (text) => dryRun({ ...options, text }));
}

function contentWords({ summary, lookedAt, isWhole }: DryRun): string | { readonly warning: string } {
  const { sent, skipped, reduced, failed } = summary;
  const which = isWhole ? count(lookedAt, 'message') : `the next ${count(lookedAt, 'message')}`;
  const reasons = new Map<string, number>();
  for (const { reason } of failed) reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
  const parts = [
    `${sent} of ${which} would be sent`,
    ...listed('skipped', skipped),
    ...listed('failing', Object.fromEntries(reasons)),
    ...listed('lacking something', reduced),
  ];
  const words = `${parts.join('; ')}${isWhole ? '' : '; telepi run --dry-run counts all of them'}`;
  return failed.length > 0 ? { warning: words } : words;
}

function listed(what: string, counts: Readonly<Partial<Record<string, number>>>): readonly string[] {
  const each = Object.entries(counts).map(([name, value]) => `${name} ${value}`);
  return each.length === 0 ? [] : [`${what}: ${each.join(', ')}`];
}

/** What a person can do something about, each under its own name. */
function warningsOf({ summary, kinds, protectedMessages }: DryRun): readonly (readonly [string, string])[] {
  const failing = (reason: string): number => summary.failed.filter((each) => each.reason === reason).length;
  const long = failing('text_too_long') + failing('caption_too_long');
  const large = failing('file_too_large');
  const {
    custom_emoji: emoji = 0,
    split = 0,
    quiz_answer: quizzes = 0,
    poll_public: open = 0,
  } = summary.reduced;
  const { checklist_as_text: lists = 0 } = summary.reduced;
  const { poll: polls = 0 } = summary.skipped;
  const pollsSent = Object.values(kinds.poll?.sent ?? {}).reduce((sum, value) => sum + value, 0);
  const all: readonly (readonly [number, string, string])[] = [
    [
      emoji,
      'custom emoji',
      `${messages(emoji)} custom emoji, which need Premium: the ordinary emoji behind them stay`,
    ],
    [
      split,
      'long texts',
      `${messages(split)} a text or caption that is longer than this account may send, and continues in the next message`,
    ],
    [long, 'long texts', `${messages(long)} a text or caption that is longer than this account may send`],
    [large, 'large files', `${messages(large)} a file that is larger than this account may upload`],
    [polls, 'polls', `${messages(polls)} a poll that is skipped`],
    [pollsSent, 'polls', `${messages(pollsSent)} a poll, which begins without votes`],
    [
      quizzes,
      'polls',
      `${messages(quizzes)} a quiz whose right answer is not known, and becomes a plain poll`,
    ],
    [open, 'polls', `${messages(open)} a poll that shows who voted, and becomes anonymous in a channel`],
    [
      lists,
      'checklists',
      `${messages(lists)} a checklist that becomes lines of text: it needs Premium, and a chat that is not a channel`,
    ],
    [
      protectedMessages,
      'protected content',
      `${messages(protectedMessages)} a sender who forbids saving: a run stops there without --allow-protected`,
    ],
  ];
  return all.flatMap(([found, name, words]) => (found > 0 ? [[name, words] as const] : []));
}

function messages(found: number): string {
  return `${count(found, 'message')} ${found === 1 ? 'has' : 'have'}`;
}

function* timeFindings(
  { ahead, lookedAt, estimate, isWhole }: DryRun,
  { slowModeSeconds }: PostingLimits,
  minIntervalMs: number,
): Generator<Finding> {
  // As many of the others are sent as of the ones that were looked at.
  const share = lookedAt === 0 ? 0 : estimate.messages / lookedAt;
  const sends = isWhole || ahead === undefined ? estimate.messages : Math.round(ahead * share);
  const intervalMs = Math.max(minIntervalMs, slowModeSeconds * 1000);
  const { atLeastMs, likelyMs } = estimateSends(sends, intervalMs);
  if (slowModeSeconds > 0) {
    yield {
      name: 'slow mode',
      status: 'warning',
      detail: `the target asks for ${formatDuration(slowModeSeconds)} between two messages, so that ${count(sends, 'message')} take at least ${formatDuration(atLeastMs / 1000)}; admins are exempt`,
    };
  }
  const about = isWhole || ahead === undefined ? '' : 'about ';
  const least = formatDuration(atLeastMs / 1000);
  const likely = formatDuration(likelyMs / 1000);
  const waits = least === likely ? '' : `, more likely ${likely} with Telegram's usual waits`;
  yield {
    name: 'time',
    status: 'ok',
    detail: `${about}${count(sends, 'send')} take at least ${least}${waits}; large files may take longer`,
  };
}
