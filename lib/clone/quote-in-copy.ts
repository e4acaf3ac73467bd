import type { HistoryMessage } from '../messages/tl/message.js';
import { type Quote, quoteOf } from '../messages/tl/replies.js';
import { fetchMessage } from '../telegram/history.js';
import { textOf } from './continuations.js';
import type { Run } from './run.js';

/**
 * The words that a message quotes, or `lost` when the copy of the answered message does not contain them: Telegram
 * refuses such a quote (QUOTE_TEXT_INVALID). Where the text of the copy isn't known, Telegram decides. Ids of `answered`
 * and `copy` are those of the source and of the target.
 */
export async function quoteInCopy(
  { client, source, job, rehearsal, signal }: Pick<Run, 'client' | 'source' | 'job' | 'rehearsal' | 'signal'>,
  message: HistoryMessage,
  { answered, copy }: { readonly answered: number; readonly copy: number },
): Promise<Quote | 'lost' | undefined> {
  const quote = await quoteOf(message);
  if (!quote) return undefined;
  const { quoteText = '' } = quote;
  const sentText = (await job.find([answered])).get(answered)?.sentText;
  let text = sentText ? textOf(sentText).text : '';
  // A rehearsed copy has the original's text, and the original may have been edited since it was quoted.
  if (!sentText && rehearsal?.isRehearsed(copy)) {
    text = (await fetchMessage(client, source, answered, signal))?.message ?? '';
  }
  return text === '' || text.includes(quoteText.trim()) ? quote : 'lost';
}
