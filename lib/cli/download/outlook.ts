import { formatBytes } from '../../base/bytes.js';
import type { LeftOut, MissingMessage, PlannedFile } from '../../download/events.js';
import type { Dedupe } from '../../download/options.js';
import { type DownloadSpeed, MEASURABLE_BYTES } from '../../store/tables/download-speed.js';
import type { Output } from '../output.js';
import { count, formatDuration, formatRate } from '../progress/words.js';
import { tellLeftOut, tellMissing } from './summary.js';

interface Counts {
  readonly files: number;
  readonly bytes: number;
}

/** What a download would do. */
export interface Outlook {
  /** Of what would be fetched. */
  readonly kinds: Readonly<Record<string, Counts>>;
  readonly files: number;
  readonly bytes: number;
  /** Files that lie somewhere already, and are skipped. */
  readonly already: Counts;
  /** Whether some of those are not there yet, since this download brings them for another message. */
  readonly repeats: boolean;
  /** Files that lie here for another message, and are linked or copied. */
  readonly secondNames: Counts;
  /** What all of it takes on the disk. */
  readonly diskBytes: number;
}

/** Counts files as they are found; `onFile` sees each. */
export async function outlookOf(
  files: AsyncIterable<PlannedFile>,
  dedupe: Dedupe,
  onFile: (file: PlannedFile) => void = () => undefined,
): Promise<Outlook> {
  const kinds: Record<string, Counts> = {};
  let already: Counts = { files: 0, bytes: 0 };
  let secondNames = already;
  let all = already;
  let repeats = false;
  for await (const file of files) {
    onFile(file);
    if (isSkipped(file, dedupe)) {
      already = plus(already, file.size);
      repeats ||= file.already === undefined;
      continue;
    }
    if (file.already?.reachable === true || file.repeats === true) {
      secondNames = plus(secondNames, file.size);
      continue;
    }
    kinds[file.kind] = plus(kinds[file.kind], file.size);
    all = plus(all, file.size);
  }
  const diskBytes = all.bytes + (dedupe === 'copy' ? secondNames.bytes : 0);
  return { kinds, ...all, already, repeats, secondNames, diskBytes };
}

/** A message's own file is skipped in any case. One that is posted again is there by then, for another message. */
function isSkipped({ already, repeats }: PlannedFile, dedupe: Dedupe): boolean {
  return already?.own === true || (dedupe === 'skip' && (already !== undefined || repeats === true));
}

function plus(counts: Counts = { files: 0, bytes: 0 }, bytes: number): Counts {
  return { files: counts.files + 1, bytes: counts.bytes + bytes };
}

export interface OutlookDetails {
  readonly place: string;
  readonly dedupe: Dedupe;
  /** Of this host's downloads before. */
  readonly speed: DownloadSpeed | undefined;
  /** Bytes that are free where the files go; undefined when that isn't known. */
  readonly free: number | undefined;
  readonly missing: readonly MissingMessage[];
  readonly leftOut: readonly LeftOut[];
}

/** Assumed for a host whose speed isn't known yet, in bytes per second. */
const ASSUMED_SPEED = 10_000_000;

/** The result of `--dry-run`, as lines or a record. */
export function tellOutlook(output: Output, outlook: Outlook, details: OutlookDetails): void {
  const { kinds, files, bytes, already, repeats, secondNames, diskBytes } = outlook;
  const { place, dedupe, speed, free, missing, leftOut } = details;
  const bytesPerSecond = speed?.bytesPerSecond ?? ASSUMED_SPEED;
  const seconds = bytes / bytesPerSecond;
  const isTooLittle = free !== undefined && free < diskBytes;
  output.record({
    event: 'dry_run',
    kinds,
    files,
    bytes,
    already,
    secondNames,
    diskBytes,
    place,
    seconds: Math.round(seconds),
    bytesPerSecond: Math.round(bytesPerSecond),
    measuredFiles: speed?.files ?? 0,
    freeBytes: free ?? null,
    missing,
    leftOut,
  });
  const isNew = files + secondNames.files > 0;
  if (isNew) output.line('Nothing was downloaded. This is what would be:');
  else if (already.files > 0) output.line('Nothing was downloaded, and nothing is new.');
  else output.line('Nothing was downloaded, and no file was found that meets what was asked for.');
  for (const [kind, each] of Object.entries(kinds))
    output.line(`  ${kind}: ${count(each.files, 'file')}, ${formatBytes(each.bytes)}`);
  if (files > 0) output.line(`Download ${sizeWords({ files, bytes })} into ${place}.`);
  if (already.files > 0) {
    const are = already.files === 1 ? 'is' : 'are';
    const there = repeats ? `${are} there by then` : `${are} there already`;
    output.line(`${isNew ? 'Skip' : 'A download skips'} ${sizeWords(already)} that ${there}.`);
  }
  if (secondNames.files > 0)
    output.line(
      `${dedupe === 'link' ? 'Link' : 'Copy'} ${sizeWords(secondNames)} that another message has, too.`,
    );
  if (files > 0) output.line(`That takes about ${formatDuration(seconds)}, ${speedWords(speed)}.`);
  tellMissing(output, missing);
  tellLeftOut(output, leftOut);
  if (isTooLittle)
    output.line(`Only ${formatBytes(free)} are free there: free some space, or choose another --output.`);
}

function sizeWords({ files, bytes }: Counts): string {
  return `${count(files, 'file')} with ${formatBytes(bytes)}`;
}

function speedWords(speed: DownloadSpeed | undefined): string {
  if (!speed)
    return `at an assumed ${formatRate(ASSUMED_SPEED)}, since this machine has not downloaded a file of ${formatBytes(MEASURABLE_BYTES)} or more yet`;
  const last = speed.files === 1 ? 'last large file' : `last ${speed.files} large files`;
  return `at ${formatRate(speed.bytesPerSecond)}, the speed of this machine's ${last}`;
}
