import { formatBytes } from '../../base/bytes.js';
import { ExitStatus } from '../../base/errors.js';
import { downloadFiles } from '../../download/download-files.js';
import type {
  DownloadEvent,
  DownloadSummary,
  LeftOut,
  MissingMessage,
  PlannedFile,
} from '../../download/events.js';
import type { DownloadOptions } from '../../download/options.js';
import { plannedFiles } from '../../download/planned-files.js';
import { ByteBudget } from '../../pace/byte-budget.js';
import type { OpenStore } from '../../store/open-store.js';
import { isOutOfReach } from '../../store/out-of-reach.js';
import { recentSpeed } from '../../store/tables/download-speed.js';
import type { CommandContext } from '../command.js';
import { count } from '../progress/words.js';
import { choosePlanned } from './choose-files.js';
import { freeBytes, requireSpace, SpaceWatch } from './folder.js';
import type { OpenPlace } from './open-place.js';
import { outlookOf, tellOutlook } from './outlook.js';
import { downloadReporter } from './reporter.js';
import type { DownloadRequest } from './request.js';
import { tellDownload } from './summary.js';
import type { ShownEvent } from './tally.js';

/** What a download works with, once everything is found. */
export interface Found {
  readonly context: CommandContext;
  readonly request: DownloadRequest;
  readonly opened: OpenPlace;
  readonly store: OpenStore;
  readonly options: Omit<DownloadOptions, 'onEvent' | 'budget'>;
  /** Where the waits of the connection go while the download is shown. */
  readonly showWaits: (show: (wait: Extract<ShownEvent, { kind: 'wait' }>) => void) => void;
}

/** `--dry-run`: says what a download would do. */
export async function sayWhatWouldBe({ context, request, opened, store, options }: Found): Promise<number> {
  const { dedupe } = options;
  const missing: MissingMessage[] = [];
  const leftOut: LeftOut[] = [];
  const onEvent = ({ kind, ...event }: DownloadEvent): void => {
    if (kind === 'missing') missing.push(event as MissingMessage);
    if (kind === 'left_out') leftOut.push(event as LeftOut);
  };
  const outlook = await outlookOf(plannedFiles({ ...quiet(request, options), onEvent }), dedupe);
  const speed = await recentSpeed(store.db, options.accountId, options.host).catch((error: unknown) => {
    if (isOutOfReach(error)) return undefined;
    throw error;
  });
  const free = opened.folder === undefined ? undefined : await freeBytes(opened.folder);
  tellOutlook(context.output, outlook, {
    place: options.place.words,
    dedupe,
    speed,
    free,
    missing,
    leftOut,
  });
  return missing.length + leftOut.length > 0 ? ExitStatus.failed : ExitStatus.done;
}

/** Downloads, and reports it as it goes and at its end. Returns the exit status. */
export async function runDownload(found: Found): Promise<number> {
  const { context, request, opened } = found;
  const { output } = context;
  let wanted: ((file: PlannedFile) => boolean) | undefined;
  if (request.pick || request.showCount) {
    const planned: PlannedFile[] = [];
    if (request.pick) output.note('Reading what there is to tick.');
    const outlook = await outlookOf(
      plannedFiles(quiet(request, found.options)),
      found.options.dedupe,
      (file) => {
        // A list of a long history takes much memory, and only a person needs it.
        if (request.pick) planned.push(file);
        // Of a long history this takes minutes.
        if (request.pick && planned.length % 10_000 === 0)
          output.note(`Found ${count(planned.length, 'file')} so far.`);
      },
    );
    const { files, bytes, diskBytes } = outlook;
    output.record({ event: 'found', files, bytes, already: outlook.already });
    if (request.showCount)
      output.line(`Found ${count(files, 'file')} to download, with ${formatBytes(bytes)}.`);
    if (request.pick) {
      wanted = await choosePlanned(context, planned);
      if (!wanted) return ExitStatus.done;
    } else if (opened.folder !== undefined) await requireSpace(opened.folder, diskBytes);
  }
  return shown(found, wanted);
}

async function shown(
  { context, request, opened, options, showWaits }: Found,
  wanted: ((file: PlannedFile) => boolean) | undefined,
): Promise<number> {
  const { clock, output, sources } = context;
  const { bufferBytes } = request.settings;
  const terminalName = sources.environment['TERM'];
  const { host, place } = options;
  const budget = new ByteBudget(bufferBytes);
  const pathOf = (relative: string): string => place.pathOf(relative);
  const reporter = await downloadReporter(output, { clock, bufferBytes, terminalName, host, pathOf });
  showWaits((wait) => reporter.show(wait));
  const space = opened.folder === undefined ? undefined : await SpaceWatch.of(opened.folder);
  const begun = clock.monotonic();
  let summary: DownloadSummary | undefined;
  let complete = false;
  try {
    summary = await downloadFiles(
      {
        ...options,
        budget,
        onEvent(event) {
          if (event.kind === 'end') summary = event.summary;
          const warning = wanted ? undefined : space?.warningAt(event);
          if (warning !== undefined) output.note(warning);
          reporter.show(event);
        },
      },
      wanted,
    );
    complete = true;
  } finally {
    await reporter.close();
    const seconds = (clock.monotonic() - begun) / 1000;
    const details = { place: place.words, seconds, peakBytes: budget.peakBytes, complete };
    if (summary) tellDownload(output, summary, details);
  }
  const { failed, missing, leftOut } = summary;
  return failed.length + missing.length + leftOut.length > 0 ? ExitStatus.failed : ExitStatus.done;
}

/** For reads of which nothing is shown. */
function quiet(request: DownloadRequest, options: Found['options']): DownloadOptions {
  return { ...options, budget: new ByteBudget(request.settings.bufferBytes), onEvent: () => undefined };
}
