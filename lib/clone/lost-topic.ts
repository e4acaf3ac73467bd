import { FailedError } from '../base/errors.js';

/** A topic of the target is gone, nothing may create it again, and its messages are to fail while the others are sent. */
export class LostTopic extends FailedError {
  constructor(topicId: number) {
    super(
      'TOPIC_GONE',
      `Topic ${topicId} is gone from the target, and this account may not create topics there: get that right, and run with --retry-failed.`,
      { fields: { sourceTopic: topicId } },
    );
  }
}
