import { figuresCsv } from '../../analyze/csv-table.js';
import type { Figures } from '../../analyze/figures.js';
import { reportPage } from '../../analyze/html/page.js';
import { writeFileAtomic } from '../../base/atomic-file.js';
import { formatBytes } from '../../base/bytes.js';
import { FailedError, reasonOfSystem } from '../../base/errors.js';
import type { CommandContext } from '../command.js';
import { escapeUnsafe } from '../plain.js';
import type { AnalyzeRequest } from './request.js';
import { figureLines } from './text.js';

/** Of a terminal, and where there is none. */
const LEAST_COLUMNS = 40;
const COLUMNS = 120;

/**
 * Shows figures in the form that was asked for, or writes them into a file: as a whole or not at all.
 * @throws FailedError OUTPUT_UNWRITABLE
 */
export async function showFigures(
  { output, redactor, clock }: CommandContext,
  figures: Figures,
  { format, output: path }: AnalyzeRequest,
  scope: string | undefined,
): Promise<void> {
  const columns = Math.max(LEAST_COLUMNS, output.streams.stdout.columns ?? COLUMNS);
  if (path === undefined && format === 'text') {
    for (const line of figureLines(figures, columns)) output.line(line);
    return;
  }
  const texts = {
    text: () => `${figureLines(figures, COLUMNS).join('\n')}\n`,
    json: () => `${escapeUnsafe(JSON.stringify({ event: 'figures', ...figures }))}\n`,
    csv: () => figuresCsv(figures),
    html: () => reportPage(figures, { at: new Date(clock.now()).toISOString(), scope }),
  };
  const text = redactor.text(texts[format]());
  if (path === undefined) {
    output.print(text.replace(/\r?\n$/, ''));
    return;
  }
  try {
    await writeFileAtomic(path, text);
  } catch (error) {
    throw new FailedError(
      'OUTPUT_UNWRITABLE',
      `${path} can't be written: ${reasonOfSystem(error)}. Name another file with --output, and run again.`,
      { cause: error, fields: { path } },
    );
  }
  const bytes = Buffer.byteLength(text);
  output.record({ event: 'written', path, format, bytes });
  output.line(`${path} is written (${formatBytes(bytes)}).`);
}
