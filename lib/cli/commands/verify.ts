import { ExitStatus, UsageError } from '../../base/errors.js';
import { type Copies, readCopies } from '../../ledger/copies.js';
import { refuseRunning } from '../../ledger/queue-repairs.js';
import { type Criteria, readCriteria } from '../../messages/selection/criteria.js';
import { ByteBudget } from '../../pace/byte-budget.js';
import type { Settings } from '../../settings/settings.js';
import type { TelepiClient } from '../../telegram/client.js';
import { currentUser } from '../../telegram/sign-in.js';
import { runVerify } from '../../verify/verify.js';
import type { CommandContext } from '../command.js';
import { settingsOf } from '../command-settings.js';
import { connect, notedWaits, openSignedIn, warnOfOpenFiles } from '../connection.js';
import { jobOptions } from '../job-options.js';
import { findMadeSides, makesTarget, refuseTwoTargets } from '../made-sides.js';
import { readSide } from '../pair.js';
import { openSelection, refuseSelection } from '../selection.js';
import type { Sides } from '../sides.js';
import { throughUpgrades } from '../through-upgrades.js';
import { journalPathOf } from '../verify/journal-path.js';
import { nothingToRepair, queueIf } from '../verify/repair.js';
import { tellReport } from '../verify/report.js';
import { watchVerify } from '../verify/watch.js';
import { readWords, type Words } from '../verify/words-of-flags.js';

/** `telepi verify`: compares source and target, and ends with a report; the exit status is 1 when they differ. */
export async function verify(context: CommandContext): Promise<number> {
  if (context.flags['restored'] !== undefined) {
    const { verifyRestored } = await import('../verify/restored.js');
    return verifyRestored(context);
  }
  const making = makesTarget(context);
  const named = making ? (['sourceChat'] as const) : (['sourceChat', 'targetChat'] as const);
  const settings = settingsOf(context, ['apiId', 'apiHash', ...named]);
  refuseTwoTargets(context, settings);
  readSide(settings, 'source');
  if (!making) readSide(settings, 'target');
  const words = readWords(context);
  const criteria = await readCriteria(settings.selection, context.clock.now());
  if (criteria.limit !== undefined) throw limited();
  const store = await openSignedIn(context, settings);
  await warnOfOpenFiles(context, settings);
  const watch = await watchVerify(context, settings);
  const client = await connect(context, settings, store, {
    onWait: watch ? (wait) => watch.show({ ...wait, kind: 'wait' }) : notedWaits(context),
    looks: !words.repair,
  });
  try {
    return await throughUpgrades(context, client, async () => {
      const sides = await findMadeSides(context, settings, client);
      const work = (): Promise<number> => verifyOnce({ context, client, watch, words, criteria }, sides);
      return { chats: [sides.source, sides.target], work };
    });
  } finally {
    await watch?.close();
    await client.close();
  }
}

interface Scene {
  readonly context: CommandContext;
  readonly client: TelepiClient;
  readonly watch: Awaited<ReturnType<typeof watchVerify>>;
  readonly words: Words;
  readonly criteria: Criteria;
}

async function verifyOnce({ context, client, watch, words, criteria }: Scene, sides: Sides): Promise<number> {
  const { clock, log, random, signal, output } = context;
  const { settings, source, target } = sides;
  refuseItself(sides);
  const self = Number((await currentUser(client, signal)).id);
  const options = { ...jobOptions(context, settings, { ...sides, accountId: self }), clock, random };
  const selection = await openSelection(client, criteria, self, signal);
  await refuseSelection(selection, source, settings.selection.topic, { client, signal, log });
  const { copies, targetTopic, note } = words.withoutLedger
    ? { copies: undefined, targetTopic: settings.targetTopic }
    : await copiesOf(context, sides, self);
  if (words.repair && !copies) throw nothingToRepair(settings);
  if (words.repair && copies) await refuseRunning(options, copies);
  if (note !== undefined) output.note(note);
  const report = await runVerify({
    client,
    source: { chat: source, topic: settings.sourceTopic },
    target: { chat: target, topic: targetTopic },
    self,
    copies,
    ...(!selection.takesAll && {
      isWanted: (document, album) => selection.reasonOf(document, { album }) === undefined,
      selection: selection.canonical,
    }),
    sample: words.sample,
    seed: words.seed,
    newSeed: () => random.bytes(4).toString('hex'),
    journalPath: journalPathOf(options),
    budget: new ByteBudget(settings.bufferBytes),
    clock,
    log,
    onEvent: (event) => watch?.event(event),
    signal,
  });
  await watch?.close();
  const queued = await queueIf(words.repair, copies, options, report);
  tellReport(output, report, { source, target, sampled: words.sample?.kind, queued });
  return report.total > 0 ? ExitStatus.failed : ExitStatus.done;
}

interface FoundCopies {
  readonly copies: Copies | undefined;
  /** The topic of the target that is verified. */
  readonly targetTopic: number | undefined;
  readonly note?: string;
}

/** What the ledger knows: of the job of these chats and topics or, for one topic, of the job of the whole source. */
async function copiesOf(context: CommandContext, sides: Sides, accountId: number): Promise<FoundCopies> {
  const { settings } = sides;
  const { sourceTopic, targetTopic } = settings;
  const read = (chosen: Settings): Promise<Copies | undefined> =>
    readCopies({ ...jobOptions(context, chosen, { ...sides, accountId }), clock: context.clock });
  const copies = await read(settings);
  if (copies) return { copies, targetTopic };
  if (sourceTopic !== undefined && targetTopic === undefined) {
    const whole = await read({ ...settings, sourceTopic: undefined });
    const note = `The ledger has no job of topic ${sourceTopic} alone: copies are found by the job of the whole source.`;
    if (whole) return { copies: whole, targetTopic: whole.topicMap.get(sourceTopic), note };
  }
  const note = 'The ledger has no job of these chats: copies are found by their order and content.';
  return { copies: undefined, targetTopic, note };
}

/** Whatever is compared with itself never differs. */
function refuseItself({ settings: { sourceTopic, targetTopic }, source, target }: Sides): void {
  const isApart = sourceTopic !== undefined && sourceTopic !== targetTopic;
  if (source.id !== target.id || isApart) return;
  throw new UsageError(
    'SAME_CHAT',
    `Source and target are both ${source.title} (${source.id}), which would be compared with itself: choose another TARGET_CHAT, or two different topics.`,
  );
}

/** A run's limit moves with each run: it says nothing about which messages there should be. */
function limited(): UsageError {
  return new UsageError(
    'CONTRADICTION',
    '--limit ends a run, and a verification has no end to reach: choose with --from-id, --to-id, --since or --until.',
  );
}
