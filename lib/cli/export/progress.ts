import { formatBytes } from '../../base/bytes.js';
import type { ExportProgress } from '../../exchange/export.js';
import type { CommandContext } from '../command.js';
import { terminalOf } from '../progress/choose.js';
import { drawnReporter } from '../progress/drawn-reporter.js';
import type { Reporter } from '../progress/reporter.js';
import { count } from '../progress/words.js';
import { fit } from '../width.js';

/** How far an export is: a line that is drawn again on a terminal, records with --json, and nothing elsewhere. */
export function exportReporter({
  output,
  clock,
  sources,
}: Pick<CommandContext, 'output' | 'clock' | 'sources'>): Reporter<ExportProgress> {
  const terminal = output.json ? undefined : terminalOf(output, sources.environment['TERM']);
  if (terminal) {
    let latest: ExportProgress = { messages: 0, files: 0, bytes: 0 };
    return drawnReporter<ExportProgress>(output, terminal, clock, {
      lineOf: () => undefined,
      take(progress) {
        latest = progress;
      },
      frame: ({ columns }) => [fit(progressWords(latest), columns)],
    });
  }
  let said = clock.now();
  return {
    show(progress) {
      if (clock.now() - said < RECORD_EVERY_MS) return;
      said = clock.now();
      output.record({ event: 'progress', ...progress });
    },
    async close() {},
  };
}

const RECORD_EVERY_MS = 1000;

export function progressWords({ messages, files, bytes }: ExportProgress): string {
  return `${count(messages, 'message')}, ${count(files, 'file')} (${formatBytes(bytes)})`;
}
