import { basename } from 'node:path';
import { formatBytes } from '../../base/bytes.js';
import { isShared } from '../../download/bucket-path.js';
import type { PlannedFile } from '../../download/events.js';
import { count, endFields, formatDuration, formatRate } from '../progress/words.js';
import type { DownloadState, DownloadTally, ShownEvent } from './tally.js';

/** A download as a whole, in fields, the most important first. */
export function stateFields(state: DownloadState, now: number): readonly string[] {
  const { files, bytes, complete, doneFiles, doneBytes, failed, skipped, messages, endsAt } = state;
  return [
    `${doneFiles} of ${count(files, 'file')}${complete ? '' : ' so far'}`,
    ...(endsAt === undefined ? [] : endFields(endsAt, now)),
    `${formatBytes(doneBytes)} of ${formatBytes(bytes)}`,
    ...(failed > 0 ? [`${failed} failed`] : []),
    ...(skipped > 0 ? [`${skipped} skipped`] : []),
    formatRate(state.bytesPerSecond),
    ...(complete ? [] : [`${count(messages, 'message')} read`]),
  ];
}

/** Where a download is made, and where it puts its files. */
export interface Whereabouts {
  /** This machine, as rows name it. */
  readonly host: string;
  /** See FilePlace.pathOf. */
  pathOf(relative: string): string;
}

/** What happened to a chat or a file, if it is worth a line of its own. `tally` must not have taken the event yet. */
export function downloadWords(
  event: ShownEvent,
  tally: DownloadTally,
  { host, pathOf }: Whereabouts,
): string | undefined {
  switch (event.kind) {
    case 'chat':
      return `Reading "${event.title}" (${event.chatId}).`;
    case 'done': {
      const name = tally.planned(event.file)?.name ?? basename(event.path);
      return `${numberOf(event.file)} 100 %, ${name}: ${HOW[event.how]} ${event.path} (${formatBytes(event.bytes)})`;
    }
    case 'skipped': {
      // Of a chat that is downloaded again, nearly all files lie where they belong.
      if (event.path === pathOf(event.planned.path)) return undefined;
      const where = event.host === host || isShared(event.path) ? '' : ` on ${event.host}`;
      return `${fileWords(event.planned)} skipped: already at ${event.path}${where}`;
    }
    case 'busy':
      return `${fileWords(event.planned)} is being downloaded by another process: it is looked at again at the end`;
    case 'waiting':
      return `Waiting for ${count(event.files, 'file')} that ${event.hosts.join(' and ')} ${event.hosts.length === 1 ? 'downloads' : 'download'}.`;
    case 'failed':
      return `${fileWords(event.planned)} failed: ${event.error}`;
    case 'missing':
      return `message ${event.messageId} of ${event.chatId} is not there`;
    case 'retry': {
      const name = tally.planned(event.file)?.name;
      const next = event.waitMs > 0 ? `in ${formatDuration(event.waitMs / 1000)}` : 'at once';
      return `${numberOf(event.file)} attempt ${event.attempt} of ${event.of} failed (${event.error}), the next one begins ${next}${name === undefined ? '' : `: ${name}`}`;
    }
    default:
      return undefined;
  }
}

export function numberOf(file: number): string {
  return `[${file}]`;
}

const HOW = { downloaded: 'saved as', linked: 'linked as', copied: 'copied to' } as const;

function fileWords({ name, messageId }: PlannedFile): string {
  return `${name} (message ${messageId})`;
}
