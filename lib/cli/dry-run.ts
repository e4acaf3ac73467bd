import { formatBytes } from '../base/bytes.js';
import { ExitStatus } from '../base/errors.js';
import type { DryRun, KindOutlook } from '../clone/dry-run.js';
import { type JobOptions, numberingOf } from '../ledger/job-scene.js';
import { ByteBudget } from '../pace/byte-budget.js';
import type { Settings } from '../settings/settings.js';
import { type Chosen, cloneOptions } from './clone-into.js';
import type { CommandContext } from './command.js';
import type { Output } from './output.js';
import { count, formatDuration } from './progress/words.js';
import type { Sides } from './sides.js';
import { countsOf, entriesOf, missedLines, profileWords, unreadLines } from './summary.js';
import { type Texts, withProgram } from './texts.js';

interface Rehearsed {
  readonly texts: Texts;
  /** Topics of the source with their places in the target, which the run itself would enter in the job's map first. */
  readonly topicMap?: ReadonlyMap<number, number>;
}

/**
 * `telepi run --dry-run`: says what a run would do. The ledger is only read, and need not exist; no folder, lock or log of
 * the job is made.
 */
export async function rehearse(
  context: CommandContext,
  settings: Settings,
  chosen: Chosen & Pick<Sides, 'toBeMade'> & Rehearsed,
  options: Omit<JobOptions, 'withoutSecrets' | 'clock' | 'random' | 'log'>,
): Promise<number> {
  const [{ dryRun }, { peekJob }] = await Promise.all([
    import('../clone/dry-run.js'),
    import('../ledger/peek-job.js'),
  ]);
  const { toBeMade, target } = chosen;
  const peeked = await peekJob(options);
  const topicMap = new Map([...(chosen.topicMap ?? []), ...peeked.topicMap]);
  const found = await withProgram(context, chosen.texts, settings.text, (text) =>
    dryRun({
      ...cloneOptions(context, settings, chosen, new ByteBudget(settings.bufferBytes)),
      // It will be made with the source's profile.
      ...(toBeMade && { withProfile: true }),
      text,
      job: { ...peeked, topicMap },
      start: numberingOf(options).start,
    }),
  );
  if (toBeMade) {
    const { title } = target;
    context.output.record({ event: 'target_to_create', title, type: toBeMade });
    context.output.line(`A run would create the ${toBeMade} "${title}" as the target.`);
  }
  show(context.output, found);
  return ExitStatus.done;
}

function show(output: Output, { kinds, summary, topics, estimate, inDoubt }: DryRun): void {
  const { sent, skipped, unread, reduced, reducedMessages, failed, ways, pinned, profile, bytes } = summary;
  const { lastId, limited, missed } = summary;
  output.record({
    event: 'dry_run',
    sent,
    bytes,
    skipped,
    ...(unread && { unread }),
    reduced,
    reducedMessages,
    failed,
    ways,
    topics,
    pinned,
    profile,
    kinds,
    inDoubt,
    lastId,
    limited: limited === true,
    missed: missed ?? 0,
    sends: estimate.messages,
    secondsAtLeast: Math.round(estimate.atLeastMs / 1000),
    secondsLikely: Math.round(estimate.likelyMs / 1000),
  });
  output.line('Nothing was sent or created. A run would do this now:');
  for (const [kind, outlook] of Object.entries(kinds)) output.line(`  ${kind}: ${outlookWords(outlook)}`);
  for (const { id, title } of topics) output.line(`  new topic: ${title} (${id} in the source)`);
  output.line(`Send ${count(sent, 'message')} with ${formatBytes(bytes)} of files.`);
  const leftOut = entriesOf(skipped);
  if (leftOut.length > 0) output.line(`Skip ${countsOf(leftOut)}.`);
  for (const line of [...unreadLines(summary), ...missedLines(summary)]) output.line(line);
  if (profile.length > 0) output.line(`Set the target's ${profileWords(profile)}.`);
  if (pinned > 0) output.line(`Pin ${count(pinned, 'message')}, as in the source.`);
  if (inDoubt > 0) output.line(`Look in the target first for ${count(inDoubt, 'message')} in doubt.`);
  const least = formatDuration(estimate.atLeastMs / 1000);
  const likely = formatDuration(estimate.likelyMs / 1000);
  const waits = least === likely ? '' : `, and about ${likely} with the waits that Telegram usually asks for`;
  output.line(
    `That takes ${least} by the interval between two messages${waits}; large files may take longer.`,
  );
  if (limited) output.line('The limit ends the run; the next one continues.');
}

const WAYS = {
  streamed: 'streamed',
  by_reference: 'by reference',
  as_text: 'as text',
  as_media: 'without a file',
  as_card: 'as a card',
} as const;

function outlookWords({ sent, bytes, skipped, failed, lost }: KindOutlook): string {
  const parts = [
    ...Object.entries(sent).map(([way, value]) => `${value} sent ${WAYS[way as keyof typeof WAYS]}`),
    ...(bytes > 0 ? [formatBytes(bytes)] : []),
    ...listed('skipped', skipped),
    ...listed('failing', failed),
    ...listed('losing', lost),
  ];
  return parts.join(', ');
}

function listed(what: string, counts: Readonly<Partial<Record<string, number>>>): readonly string[] {
  const each = Object.entries(counts).map(([name, value]) => `${name} ${value}`);
  return each.length === 0 ? [] : [`${what} ${each.join(' and ')}`];
}
