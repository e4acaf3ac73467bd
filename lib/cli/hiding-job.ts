import type { Job } from '../ledger/job.js';
import type { Redactor } from './redactor.js';

/** A job whose records of failures hold no secret: what a server says may repeat one. */
export function hidingJob(job: Job, redactor: Redactor): Job {
  const failed: Job['failed'] = (messages) =>
    job.failed(
      messages.map((message) => ({
        ...message,
        reason: redactor.text(message.reason),
        message: redactor.text(message.message),
      })),
    );
  return new Proxy(job, {
    get(target, key) {
      if (key === 'failed') return failed;
      const value: unknown = Reflect.get(target, key, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}
