import type { Completion } from './multipart.js';
import type { S3Requests } from './requests.js';

export interface ObjectToPut {
  /** Below the prefix. */
  readonly name: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
  /** Whether the object that has the name is this one: an answer may be lost, and the request is repeated. */
  isOwn(): Promise<boolean>;
}

/** Writes an object by one request, and never over another one: as far as the server knows conditions. */
export async function putNew(
  requests: S3Requests,
  { name, headers, body, isOwn }: ObjectToPut,
  signal: AbortSignal,
): Promise<Completion> {
  const conditions = { ...headers, 'If-None-Match': '*' };
  const request = { method: 'PUT', name, body } as const;
  const answer = await requests.text({ ...request, headers: conditions, expected: [409, 412, 501] }, signal);
  if (answer.status < 300) return 'done';
  if (answer.status === 501) {
    if (await requests.find(name, signal)) return 'taken';
    await requests.text({ ...request, headers }, signal);
    return 'done';
  }
  if (await isOwn()) return 'done';
  return answer.status === 412 ? 'taken' : 'gone';
}
