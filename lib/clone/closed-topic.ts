import { FailedError } from '../base/errors.js';
import { TelegramError } from '../refusals/telegram-error.js';
import type { CloneOptions } from './options.js';

/** A topic of the target is closed for this account, and its messages are to fail while the others are sent. */
export class TopicClosed extends FailedError {
  constructor(cause?: unknown) {
    super(
      'TOPIC_CLOSED',
      'The topic in the target is closed for this account: open it, or get the right to manage topics, and run with ' +
        '--retry-failed.',
      { cause },
    );
  }
}

/**
 * Telegram's refusal of a send into a closed topic, as an error of that topic's messages alone where the settings say
 * so; every other error as it is. The topic that takes everything closes the way for all messages.
 */
export function ofClosedTopic(
  { failInClosedTopics, targetTopic }: Pick<CloneOptions, 'failInClosedTopics' | 'targetTopic'>,
  error: unknown,
): unknown {
  if (!failInClosedTopics || targetTopic !== undefined) return error;
  const isClosed = error instanceof TelegramError && error.errorMessage === 'TOPIC_CLOSED';
  return isClosed ? new TopicClosed(error) : error;
}
