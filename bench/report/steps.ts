import type { Sample } from '../scenarios/row.js';
import { spreadWords } from './columns.js';
import { spreadOf } from './statistics.js';
import { groups, type Table } from './table.js';

/** A start-up ends with the first part that goes up. */
const LAST_STEP = 'upload.SaveBigFilePart';

/**
 * The steps from a command's start to its first part, a table for each distance: when the server saw the first request
 * of each method, in milliseconds. A request is on its way for half a round trip before the server sees it.
 */
export function stepTables(samples: readonly Sample[]): Table[] {
  const shown = samples.filter(({ firstRequests }) => firstRequests !== undefined);
  return [...groups(shown, ({ variant }) => variant)].map(([variant, row]) => {
    const clients = [...groups(row, ({ client }) => client)];
    const head = ['ms until the first', ...clients.map(([client]) => client)];
    const lines = stepsOf(row).map((method) => [
      method,
      ...clients.map(([, runs]) => spreadWords(spreadOf(runs.flatMap((run) => msUntil(run, method))), 0)),
    ]);
    return { title: `Start-up to the first part, ${variant}`, cells: [head, ...lines], notes: [] };
  });
}

/** Every method that comes before the last step in some run, in the order of their medians. */
function stepsOf(samples: readonly Sample[]): string[] {
  const methods = new Set(
    samples.flatMap((sample) => {
      const [end = 0] = msUntil(sample, LAST_STEP);
      return Object.keys(sample.firstRequests ?? {}).filter(
        (method) => (msUntil(sample, method)[0] ?? end) <= end,
      );
    }),
  );
  const median = (method: string): number =>
    spreadOf(samples.flatMap((sample) => msUntil(sample, method)))?.median ?? 0;
  return [...methods].sort((one, other) => median(one) - median(other));
}

function msUntil({ firstRequests }: Sample, method: string): number[] {
  const seconds = firstRequests?.[method];
  return seconds === undefined ? [] : [seconds * 1000];
}
