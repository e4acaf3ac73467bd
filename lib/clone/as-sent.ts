import { FailedError } from '../base/errors.js';
import { shownId } from '../base/source-ids.js';
import type { MessageRow } from '../ledger/job.js';
import type { Copyable } from '../messages/tl/content.js';
import { formattedText } from '../messages/tl/document/text.js';
import { noteOf } from './compose/note.js';
import { type Noted, notedText } from './compose/noted-text.js';
import { DEFAULT_TEXT } from './compose/text-options.js';
import type { Run } from './run.js';

/** How a copy gets again what was sent, whatever today's settings would make of its original. */
export interface AsSent {
  readonly run: Run;
  /** What the ledger has noted of its text, or would have. */
  readonly sentText?: string;
  /** The text that goes out is the source's own. */
  readonly isOwn: boolean;
}

/**
 * With which settings and text the copy of a message is made again. A text that was the source's own stays so: nothing is
 * replaced in it or added to it. Nobody knows how copies of older versions were sent: they get today's settings.
 */
export function asSent(run: Run, { sentText }: Pick<MessageRow, 'sentText'>, content: Copyable): AsSent {
  if (sentText === undefined) return { run, isOwn: false };
  if (sentText !== '') return { run, sentText, isOwn: false };
  const { long } = run.text;
  const plain = { ...run, text: { ...DEFAULT_TEXT, long } };
  const isOwn =
    content.kind !== 'written' &&
    content.kind !== 'rich' &&
    content.caption === undefined &&
    noteOf(content) === undefined;
  if (!isOwn) return { run: plain, isOwn };
  const { message, losses } = content;
  const text = formattedText(message.message ?? '', message.entities);
  return { run: plain, sentText: notedText(text, { losses }), isOwn };
}

/**
 * Refuses to edit a rich message whose words today's settings make different from the ones that were sent: these can't be
 * made again. `now`: what the ledger would note.
 * @throws FailedError OTHER_WORDS
 */
export function refuseOtherWords(
  { sourceId, sentText }: Pick<MessageRow, 'sourceId' | 'sentText'>,
  now: string | undefined,
): void {
  const before = wordsIn(sentText);
  if (before === undefined || before === wordsIn(now)) return;
  throw new FailedError(
    'OTHER_WORDS',
    `The copy of message ${shownId(sourceId)} was sent with other words than these settings make of it: run with the settings of that time to repair it.`,
  );
}

/** The words of a rich message, without the ids of its photos and files. */
function wordsIn(noted: string | undefined): string | undefined {
  if (!noted) return undefined;
  const { rich } = JSON.parse(noted) as Noted;
  const withoutIds = (name: string, value: unknown): unknown =>
    typeof value === 'string' && (name === 'photo' || name === 'file') ? '' : value;
  return rich && JSON.stringify(rich, withoutIds);
}
