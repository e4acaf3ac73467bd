import { FailedError, messageOf } from '../../base/errors.js';
import { CONNECTION_WORDS, codeOf } from '../../base/system-errors.js';

interface Asked {
  readonly method: string;
}

export interface Refusal {
  readonly status: number;
  /** S3's own. */
  readonly code: string | undefined;
  /** Whether it may be over in a moment. */
  readonly isPassing: boolean;
}

/** The server refused: BLOB_NOT_READ or BLOB_NOT_WRITTEN, and S3_FAILED when that may be over in a moment. */
export function refusedBy(place: string, asked: Asked, { status, code, isPassing }: Refusal): FailedError {
  const reason = `the server answered ${status}${code === undefined ? '' : ` (${code})`}`;
  return failed(place, asked, { isPassing, reason, status, how: howToFix(status, code) });
}

/** No answer came, or not all of it: S3_FAILED. */
export function unreachable(place: string, asked: Asked, error: unknown): FailedError {
  const reason = CONNECTION_WORDS[codeOf(error) ?? ''] ?? messageOf(error);
  const how = 'check the endpoint and the network, then run again.';
  return failed(place, asked, { isPassing: true, reason, how }, error);
}

/** The server said that it has written what it doesn't have. */
export function notKept(place: string): FailedError {
  return new FailedError(
    'BLOB_NOT_WRITTEN',
    `${place} didn't keep what was written: run again; if it stays so, check the server.`,
    { fields: { place } },
  );
}

interface Words {
  readonly isPassing: boolean;
  readonly reason: string;
  readonly status?: number;
  readonly how: string;
}

function failed(
  place: string,
  { method }: Asked,
  { isPassing, reason, status, how }: Words,
  cause?: unknown,
): FailedError {
  const isRead = method === 'GET' || method === 'HEAD';
  const ofRefusal = isRead ? 'BLOB_NOT_READ' : 'BLOB_NOT_WRITTEN';
  return new FailedError(
    isPassing ? 'S3_FAILED' : ofRefusal,
    `${place} can't be ${isRead ? 'read' : 'written'}: ${reason}; ${how}`,
    { ...(cause !== undefined && { cause }), fields: { place, reason, status } },
  );
}

function howToFix(status: number, code: string | undefined): string {
  if (code === 'NoSuchBucket') return 'make the bucket, or correct its name.';
  if (code === 'RequestTimeTooSkewed') return "set this machine's clock.";
  if (code === 'AuthorizationHeaderMalformed' || code === 'PermanentRedirect' || status === 301)
    return "set AWS_REGION to the bucket's region.";
  if (code === 'QuotaExceeded' || status === 507)
    return 'free some space, or raise the quota, then run again.';
  if (status === 401 || status === 403)
    return 'check the access key, its secret, the region, and what the key may do in the bucket.';
  return 'check the endpoint and the bucket, then run again.';
}
