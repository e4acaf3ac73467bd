import { ExitStatus, UsageError } from '../../base/errors.js';
import { readCopies } from '../../ledger/copies.js';
import { refuseRunning } from '../../ledger/queue-repairs.js';
import { ByteBudget } from '../../pace/byte-budget.js';
import { runVerify } from '../../verify/verify.js';
import type { CommandContext } from '../command.js';
import { notedWaits } from '../connection.js';
import { ledgerPlace } from '../ledger-place.js';
import { archiveOf, restoreJob } from '../restore/archive-of.js';
import { everything } from '../restore/chosen.js';
import { LeftOut } from '../restore/left-out.js';
import { readRestore } from '../restore/request.js';
import type { Restoring } from '../restore/restoring.js';
import { type ArchiveEvents, withArchive } from '../restore/with-archive.js';
import { journalPathOf } from './journal-path.js';
import { queueIf } from './repair.js';
import { tellReport } from './report.js';
import { watchVerify } from './watch.js';
import { readWords, type Words } from './words-of-flags.js';

/** What `--restored` says for a chat without a plan. */
const ARCHIVE = 'archive';

/** `telepi verify --restored`: compares what a restore has posted with what was kept, by the ledger of the restore. */
export async function verifyRestored(context: CommandContext): Promise<number> {
  refuseIdleFlags(context);
  const plan = context.flags['restored'] as string;
  const request = await readRestore({ ...context, word: plan === ARCHIVE ? undefined : plan });
  const words = readWords(context);
  const watch = await watchVerify(context, request.settings);
  const events: ArchiveEvents = {
    looks: !words.repair,
    onWait: watch ? (wait) => watch.show({ ...wait, kind: 'wait' }) : notedWaits(context),
  };
  try {
    return await withArchive(context, request, events, async (opened) => {
      const { status, left } = await compare(opened, words, watch);
      left.show(context.output, false);
      return left.isLacking ? ExitStatus.failed : status;
    });
  } finally {
    await watch?.close();
  }
}

async function compare(
  opened: Omit<Restoring, 'events'>,
  words: Words,
  watch: Awaited<ReturnType<typeof watchVerify>>,
): Promise<{ readonly status: number; readonly left: LeftOut }> {
  const { context, request, accountId, sides } = opened;
  const { clock, log, random, signal, output } = context;
  const { settings } = request;
  const left = new LeftOut();
  let copies: Awaited<ReturnType<typeof readCopies>>;
  const archived = archiveOf(opened, left, () => copies);
  const options = { ...restoreJob(opened, archived, ledgerPlace(context, settings)), clock, random };
  copies = await readCopies(options);
  if (!copies) throw nothingRestored(opened);
  if (words.repair) await refuseRunning(options, copies);
  const report = await runVerify({
    client: archived.client,
    source: { chat: archived.source, topic: undefined },
    target: { chat: sides.target, topic: undefined },
    self: accountId,
    copies,
    selection: `restored ${request.plan?.hash ?? everything(accountId, undefined).canonical}`,
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
  tellReport(output, report, {
    source: archived.source,
    target: sides.target,
    sampled: words.sample?.kind,
    queued,
  });
  return { status: report.total > 0 ? ExitStatus.failed : ExitStatus.done, left };
}

/** @throws UsageError for a flag that says nothing about a restore */
function refuseIdleFlags({ flags }: CommandContext): void {
  const idle = ['without-ledger', 'create-target', 'source-topic', 'target-topic'];
  const given = idle.find((name) => flags[name] !== undefined);
  if (given === undefined) return;
  throw new UsageError(
    'CONTRADICTION',
    `--restored compares what telepi restore has posted, by its own ledger: leave --${given} out.`,
  );
}

function nothingRestored({
  request: { settings },
  sides: { chat, target },
}: Omit<Restoring, 'events'>): UsageError {
  return new UsageError(
    'NO_RESTORE',
    `Nothing of ${chat.title} (${chat.id}) was restored into ${target.title} (${target.id}) by the ledger of ${settings.dataDir}: set DATA_DIR to the directory of the restore.`,
    { fields: { chat: chat.id, target: target.id } },
  );
}
