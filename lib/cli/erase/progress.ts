import type { EraseCounts, EraseStep } from '../../erase/events.js';
import type { CommandContext } from '../command.js';
import { terminalOf } from '../progress/choose.js';
import { drawnReporter } from '../progress/drawn-reporter.js';
import type { Reporter } from '../progress/reporter.js';
import { count } from '../progress/words.js';
import { fit } from '../width.js';

interface Progress {
  readonly step: EraseStep;
  readonly counts: EraseCounts;
}

/** How far a run is: a line that is drawn again on a terminal once it deletes, a record for each batch with --json, and nothing elsewhere. */
export function eraseReporter({
  output,
  clock,
  sources,
}: Pick<CommandContext, 'output' | 'clock' | 'sources'>): Reporter<Progress> {
  const terminal = output.json ? undefined : terminalOf(output, sources.environment['TERM']);
  let drawn: Reporter<Progress> | undefined;
  let latest: EraseCounts | undefined;
  return {
    show({ step, counts }) {
      latest = counts;
      if (step === 'ended') output.record({ event: 'progress', ...counts });
      // Before, a person is asked.
      if (!terminal || (!drawn && step !== 'read')) return;
      drawn ??= drawnReporter<Progress>(output, terminal, clock, {
        lineOf: () => undefined,
        take: () => undefined,
        frame: ({ columns }) => (latest ? [fit(progressWords(latest), columns)] : []),
      });
    },
    async close() {
      await drawn?.close();
    },
  };
}

function progressWords({ planned, deleted, earlier, gone }: EraseCounts): string {
  return `${deleted + earlier + gone} of ${count(planned, 'message')} gone`;
}
