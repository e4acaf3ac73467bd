import { ExitStatus } from '../base/errors.js';
import type { CloneOptions } from '../clone/options.js';
import type { CloneSummary } from '../clone/summary.js';
import type { Job } from '../ledger/job.js';
import type { Selection } from '../messages/selection/selection.js';
import { ByteBudget } from '../pace/byte-budget.js';
import type { Wait } from '../pace/wait.js';
import type { Settings } from '../settings/settings.js';
import type { Chat } from '../telegram/chat.js';
import type { TelepiClient } from '../telegram/client.js';
import type { CommandContext } from './command.js';
import { chooseReporter } from './progress/choose.js';
import { tellSummary } from './summary.js';
import { type Texts, withProgram } from './texts.js';

/** One for each of the usual ten slots: if each connection has its own speed, two slots on one would share it. */
const UPLOAD_CONNECTIONS = 10;

/** What a run's connection and its clone share. */
export interface RunEvents {
  /** Whether the run has passed its checks and begun. */
  planned: boolean;
  /** Receives the waits of the connection: they go to the run's reporter while there is one. */
  onWait: (wait: Wait) => void;
}

type RunClone = typeof import('../clone/clone.js').runClone;

/** What a run works on. */
export interface Chosen {
  readonly client: TelepiClient;
  readonly source: Chat;
  readonly target: Chat;
  readonly selection: Selection;
  /** What a source in the archive needs besides. */
  readonly archived?: Pick<
    CloneOptions,
    'allowProtected' | 'isInTarget' | 'recreateTopics' | 'failInLostTopics'
  >;
  /** See Sides. */
  readonly dressed?: (() => Promise<void>) | undefined;
}

interface Parts extends Chosen {
  readonly texts: Texts;
  readonly job: Job;
  readonly events: RunEvents;
  /** See CloneOptions. */
  readonly onFailing: (() => void) | undefined;
}

/** Clones, and reports it as it goes and at its end. Returns the exit status. */
export async function cloneInto(
  runClone: RunClone,
  context: CommandContext,
  settings: Settings,
  parts: Parts,
): Promise<number> {
  const { clock, output } = context;
  const { client, job, events } = parts;
  const { bufferBytes } = settings;
  const terminalName = context.sources.environment['TERM'];
  const intervalMs = (): number => client.sendPacer.intervalMs;
  const reporter = await chooseReporter(output, { clock, bufferBytes, intervalMs, terminalName });
  let summary: CloneSummary | undefined;
  events.onWait = (wait) => reporter.show({ ...wait, kind: 'wait' });
  const budget = new ByteBudget(bufferBytes);
  let complete = false;
  try {
    await withProgram(context, parts.texts, settings.text, (text) =>
      runClone({
        ...cloneOptions(context, settings, parts, budget),
        text,
        job,
        onFailing: parts.onFailing,
        onEvent(event) {
          if (event.kind === 'plan') events.planned = true;
          if (event.kind === 'end') summary = event.summary;
          reporter.show(event);
        },
      }),
    );
    complete = true;
  } finally {
    await reporter.close();
    // Without a plan nothing was begun, and the error says everything.
    if (summary && events.planned) tellSummary(output, summary, { peakBytes: budget.peakBytes, complete });
  }
  return summary && summary.failed.length > 0 ? ExitStatus.failed : ExitStatus.done;
}

/** The options of a run, the same for one that is only rehearsed. */
export function cloneOptions(
  { clock, random, log, signal, flags }: CommandContext,
  settings: Settings,
  { client, source, target, selection, archived, dressed }: Chosen,
  budget: ByteBudget,
): Omit<CloneOptions, 'job' | 'onEvent'> {
  return {
    client,
    source,
    target,
    sourceTopic: settings.sourceTopic,
    targetTopic: settings.targetTopic,
    autoCreateTopics: settings.autoCreateTopics === true,
    recreateTopics: settings.goneTopics === 'create',
    failInClosedTopics: settings.closedTopics === 'fail',
    selection,
    allowProtected: flags['allow-protected'] === true,
    retryFailed: flags['retry-failed'] === true,
    withProfile: flags['with-profile'] === true || dressed !== undefined,
    ...(dressed && { onProfile: dressed }),
    appendMissed: flags['append-missed'] === true,
    stopOnError: flags['stop-on-error'] === true,
    cards: settings.cards,
    serviceCards: settings.service === 'card',
    via: settings.via,
    verifySource: flags['verify-source'] === true,
    budget,
    slots: settings.parallelUploads,
    connections: Math.min(UPLOAD_CONNECTIONS, settings.parallelUploads),
    minIntervalMs: settings.minIntervalMs,
    clock,
    random,
    log,
    signal,
    ...archived,
  };
}
