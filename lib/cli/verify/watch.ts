import type { Settings } from '../../settings/settings.js';
import type { VerifyEvent } from '../../verify/options.js';
import type { CommandContext } from '../command.js';
import { chooseReporter } from '../progress/choose.js';
import type { ReportedWait } from '../progress/reporter.js';
import { findingWords } from './words.js';

/** Shows a verification in progress. */
export interface Watch {
  show(wait: ReportedWait & { readonly kind: 'wait' }): void;
  event(event: VerifyEvent): void;
  /** May be called more than once. */
  close(): Promise<void>;
}

/** Undefined with --json, where the report is the only document on standard output. */
export async function watchVerify(
  context: CommandContext,
  { bufferBytes }: Settings,
): Promise<Watch | undefined> {
  const { output, clock, sources } = context;
  if (output.json) return undefined;
  const terminalName = sources.environment['TERM'];
  // Nothing is sent, so no interval holds anything back.
  const reporter = await chooseReporter(output, { clock, bufferBytes, intervalMs: () => 0, terminalName });
  let closed: Promise<void> | undefined;
  return {
    show: (wait) => reporter.show(wait),
    event(event) {
      switch (event.kind) {
        case 'plan':
          if (event.continues) output.line('Continues where the verification before was interrupted.');
          reporter.show({ kind: 'verify', total: event.total });
          return;
        case 'checked':
          reporter.show({ kind: 'checked', messages: event.messages, bytes: 0 });
          return;
        case 'read':
          reporter.show({ kind: 'checked', messages: 0, bytes: event.bytes });
          return;
        case 'difference':
          output.line(findingWords(event.finding));
          return;
      }
    },
    close() {
      closed ??= reporter.close();
      return closed;
    },
  };
}
