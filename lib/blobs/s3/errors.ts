import { FailedError, messageOf } from '../../base/errors.js';
import { CONNECTION_WORDS, codeOf } from '../../base/system-errors.js';

/** @param answer the server's refusal, or why none came */
export async function s3Failed(
  place: string,
  { method }: { readonly method: string },
  answer: unknown,
): Promise<FailedError> {
  const isRead = method === 'GET' || method === 'HEAD';
  const { reason, status, how } = answer instanceof Response ? await refusal(answer) : unreachable(answer);
  return new FailedError(
    isRead ? 'BLOB_NOT_READ' : 'BLOB_NOT_WRITTEN',
    `${place} can't be ${isRead ? 'read' : 'written'}: ${reason}; ${how}`,
    { ...(!(answer instanceof Response) && { cause: answer }), fields: { place, reason, status } },
  );
}

interface Words {
  readonly reason: string;
  readonly status?: number;
  readonly how: string;
}

async function refusal(answer: Response): Promise<Words> {
  const { status } = answer;
  const code = /<Code>([A-Za-z]+)<\/Code>/.exec(await answer.text())?.[1];
  const reason = `the server answered ${status}${code === undefined ? '' : ` (${code})`}`;
  if (code === 'NoSuchBucket') return { reason, status, how: 'make the bucket, or correct its name.' };
  if (code === 'RequestTimeTooSkewed') return { reason, status, how: "set this machine's clock." };
  if (status === 401 || status === 403)
    return {
      reason,
      status,
      how: 'check the access key, its secret, the region, and what the key may do in the bucket.',
    };
  return { reason, status, how: 'check the endpoint and the bucket, then run again.' };
}

function unreachable(error: unknown): Words {
  const cause = error instanceof Error ? (error.cause ?? error) : error;
  const reason = CONNECTION_WORDS[codeOf(cause) ?? ''] ?? messageOf(cause);
  return { reason, how: 'check the endpoint and the network, then run again.' };
}
