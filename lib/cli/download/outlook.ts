import { formatBytes } from '../../base/bytes.js';
import type { PlannedFile } from '../../download/events.js';
import type { Dedupe } from '../../download/options.js';
import type { DownloadSpeed } from '../../store/tables/download-speed.js';
import type { Output } from '../output.js';
import { count, formatDuration, formatRate } from '../progress/words.js';

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
  /** Files that lie somewhere already, and are not fetched again. */
  readonly already: Counts;
}

/** Counts files as they are found; `onFile` sees each. */
export async function outlookOf(
  files: AsyncIterable<PlannedFile>,
  dedupe: Dedupe,
  onFile: (file: PlannedFile) => void = () => undefined,
): Promise<Outlook> {
  const kinds: Record<string, Counts> = {};
  let already: Counts = { files: 0, bytes: 0 };
  let all: Counts = already;
  for await (const file of files) {
    onFile(file);
    if (isThere(file, dedupe)) {
      already = plus(already, file.size);
      continue;
    }
    kinds[file.kind] = plus(kinds[file.kind], file.size);
    all = plus(all, file.size);
  }
  return { kinds, ...all, already };
}

/** What is on another host can be skipped, but neither linked nor copied. */
function isThere({ already }: PlannedFile, dedupe: Dedupe): boolean {
  return already !== undefined && (dedupe === 'skip' || already.reachable);
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
}

/** Assumed for a host that has downloaded nothing yet, in bytes per second. */
const ASSUMED_SPEED = 10_000_000;

/** The result of `--dry-run`, as lines or a record. */
export function tellOutlook(output: Output, outlook: Outlook, details: OutlookDetails): void {
  const { kinds, files, bytes, already } = outlook;
  const { place, dedupe, speed, free } = details;
  const bytesPerSecond = speed?.bytesPerSecond ?? ASSUMED_SPEED;
  const seconds = bytes / bytesPerSecond;
  const isTooLittle = free !== undefined && free < bytes;
  output.record({
    event: 'dry_run',
    kinds,
    files,
    bytes,
    already,
    place,
    seconds: Math.round(seconds),
    bytesPerSecond: Math.round(bytesPerSecond),
    measuredFiles: speed?.files ?? 0,
    freeBytes: free ?? null,
  });
  output.line('Nothing was downloaded. This is what would be:');
  for (const [kind, each] of Object.entries(kinds))
    output.line(`  ${kind}: ${count(each.files, 'file')}, ${formatBytes(each.bytes)}`);
  output.line(`Download ${count(files, 'file')} with ${formatBytes(bytes)} into ${place}.`);
  if (already.files > 0) {
    const lie = already.files === 1 ? 'lies' : 'lie';
    output.line(
      `${DEDUPED[dedupe]} ${count(already.files, 'file')} with ${formatBytes(already.bytes)} that ${lie} there already.`,
    );
  }
  if (files > 0) output.line(`That takes about ${formatDuration(seconds)}, ${speedWords(speed)}.`);
  if (isTooLittle)
    output.line(`Only ${formatBytes(free)} are free there: free some space, or choose another --output.`);
}

const DEDUPED: Readonly<Record<Dedupe, string>> = { skip: 'Skip', link: 'Link', copy: 'Copy' };

function speedWords(speed: DownloadSpeed | undefined): string {
  if (!speed)
    return `at an assumed ${formatRate(ASSUMED_SPEED)}, since this machine has not downloaded anything yet`;
  const newest = speed.files === 1 ? 'file' : `${speed.files} files`;
  return `at the ${formatRate(speed.bytesPerSecond)} of the newest ${newest} of this machine`;
}
