import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import { FailedError, reasonOfSystem } from '../../base/errors.js';
import type { ImportClock } from '../../erase/as-import/import-clock.js';
import { IMPORT_LOSSES, LossCounts } from '../../erase/as-import/import-losses.js';
import { type ImportPart, type PartLimits, partsOf } from '../../erase/as-import/parts.js';
import { canonicalSelection } from '../../messages/selection/canonical.js';
import type { ImportedIds } from '../../store/tables/import-ranges.js';
import type { CommandContext } from '../command.js';
import { count, formatMegabytes } from '../progress/words.js';
import { importPages, type PagesRequest, pagesOf } from './import-pages.js';
import type { Restoring } from './restoring.js';

/** What an import is going to make, before anything is made. */
export interface ImportOutlook {
  readonly parts: number;
  readonly messages: number;
  readonly imported: number;
  readonly files: number;
  readonly bytes: number;
  /** Left out: what is still in its chat, what may be in a part of it that Telegram hides, what imports have brought into the target, and what a restore has posted there. */
  readonly present: number;
  readonly hidden: number;
  readonly before: number;
  readonly posted: number;
  /** What was never kept, and is gone. */
  readonly notArchived: number;
  readonly losses: LossCounts;
}

/** The hash of a plan; without one, of which messages of which chat are meant. */
export function planHashOf({ request, sides }: Restoring): string {
  if (request.plan) return request.plan.hash;
  const meant = `${sides.chat.id} ${canonicalSelection(request.criteria)}`;
  return createHash('sha256').update(meant).digest('hex');
}

export interface PartsRequest extends Pick<PagesRequest, 'posted' | 'files'> {
  readonly wallClock: ImportClock;
  /** What imports have already. */
  readonly taken: ImportedIds;
  /** The number of the first part. */
  readonly number?: number;
  readonly losses?: LossCounts;
  readonly onLeft?: PagesRequest['onLeft'];
}

/** The history in parts, from its beginning. */
export function importParts(
  restoring: Restoring,
  { wallClock, number, losses = new LossCounts(), onLeft = () => undefined, ...pages }: PartsRequest,
): AsyncGenerator<ImportPart> {
  return partsOf({
    ...options(restoring, wallClock, losses),
    pages: importPages(restoring, { ...pages, onLeft }),
    ...(number !== undefined && { number }),
  });
}

/** A part that an earlier run has started, of the messages that it had; undefined when the archive has none of them. */
export async function startedPart(
  restoring: Restoring,
  wallClock: ImportClock,
  messages: ImportedIds,
  number: number,
): Promise<ImportPart | undefined> {
  const parts = partsOf({
    ...options(restoring, wallClock, new LossCounts()),
    pages: pagesOf(restoring, messages),
    number,
    limits: WHOLE,
  });
  for await (const part of parts) return part;
  return undefined;
}

const WHOLE: PartLimits = { first: Infinity, messages: Infinity, files: Infinity, bytes: Infinity };

function options(restoring: Restoring, wallClock: ImportClock, losses: LossCounts) {
  const { target, chat } = restoring.sides;
  return {
    group: target.kind === 'user' ? undefined : chat.title,
    wallClock,
    mark: `telepi-${planHashOf(restoring).slice(0, 8)}`,
    losses,
  };
}

/** Goes through the history once without importing it; into `file`, if one is named, goes the text. */
export async function outlookOf(
  restoring: Restoring,
  request: PartsRequest,
  file: string | undefined,
): Promise<ImportOutlook> {
  const losses = new LossCounts();
  const left = { present: 0, hidden: 0, before: 0, posted: 0, notArchived: 0 };
  const sum = { parts: 0, messages: 0, imported: 0, files: 0, bytes: 0 };
  const onLeft: PagesRequest['onLeft'] = (why, messages) => {
    left[why] += messages;
  };
  const written = file === undefined ? undefined : await created(file);
  try {
    for await (const part of importParts(restoring, { ...request, losses, onLeft })) {
      sum.parts += 1;
      sum.messages += part.messages;
      sum.imported += part.lines.length;
      sum.files += part.files.length;
      for (const { reference } of part.files) sum.bytes += reference.size;
      await written?.writeFile(part.text);
    }
  } finally {
    await written?.close();
  }
  return { ...sum, ...left, losses };
}

async function created(path: string) {
  try {
    return await open(path, 'wx', 0o600);
  } catch (error) {
    throw new FailedError(
      'IMPORT_FILE_UNWRITABLE',
      `The history could not be written to ${path}: ${reasonOfSystem(error)}. Name another file with --import-file.`,
      { cause: error },
    );
  }
}

/** Shows what an import makes, and what it can't hold. */
export function showOutlook({ output }: CommandContext, outlook: ImportOutlook, isDryRun: boolean): void {
  const { parts, messages, imported, files, bytes, present, hidden, before, posted, notArchived, losses } =
    outlook;
  const lost = losses.entries();
  output.record({
    event: 'import_outlook',
    ...{ parts, messages, imported, files, bytes, present, hidden, before, posted, notArchived },
    losses: Object.fromEntries(lost),
    dryRun: isDryRun,
  });
  output.line(
    `${count(messages, 'kept message')} would become ${count(imported, 'imported message')} with ${count(files, 'file')} (${formatMegabytes(bytes)}), in ${count(parts, 'import')}.`,
  );
  if (present > 0) output.line(`${count(present, 'message')} of it: still in the chat, and left out.`);
  if (hidden > 0) {
    const words = `${count(hidden, 'message')} of it: left out, for Telegram hides that part of the chat from this account, and nobody has noted that it was deleted.`;
    output.line(words);
  }
  if (before > 0) output.line(`${count(before, 'message')} of it: imported before, and left out.`);
  if (posted > 0) output.line(`${count(posted, 'message')} of it: posted by a restore before, and left out.`);
  if (notArchived > 0)
    output.line(`${count(notArchived, 'message')} of the plan: never kept, and can't be restored.`);
  for (const [loss, number] of lost) output.line(`${count(number, 'message')} ${IMPORT_LOSSES[loss]}.`);
}
