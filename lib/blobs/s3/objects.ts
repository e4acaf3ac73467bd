import type { Completion } from './multipart.js';
import type { S3Object, S3Requests } from './requests.js';
import { elementIn, elementsIn } from './xml.js';

/** Every object whose name begins with `prefix`, by pages of a thousand, with its size in bytes. */
export async function* listObjects(
  requests: S3Requests,
  prefix: string,
  signal: AbortSignal,
): AsyncGenerator<{ readonly name: string; readonly size: number }> {
  for (let after = ''; ; ) {
    const query = {
      'list-type': '2',
      ...(prefix !== '' && { prefix }),
      ...(after !== '' && { 'continuation-token': after }),
    };
    const { text } = await requests.text({ method: 'GET', name: '', query }, signal);
    for (const each of elementsIn(text, 'Contents'))
      yield { name: elementIn(each, 'Key'), size: Number(elementIn(each, 'Size')) };
    after = elementIn(text, 'NextContinuationToken');
    if (elementIn(text, 'IsTruncated') !== 'true' || after === '') return;
  }
}

export interface ObjectToCopy {
  /** Both below the prefix. */
  readonly from: string;
  readonly name: string;
  /** The new object's type and metadata. */
  readonly headers: Readonly<Record<string, string>>;
  /** Whether the object that has the name is this copy: an answer may be lost, and the request is repeated. */
  isOwn(found: S3Object): boolean;
}

/**
 * Has the server copy an object, and never over another one: as far as the server knows conditions. `gone`: nothing is at
 * `from`.
 */
export async function copyNew(
  requests: S3Requests,
  { from, name, headers, isOwn }: ObjectToCopy,
  signal: AbortSignal,
): Promise<Completion> {
  const copy = (more: Readonly<Record<string, string>>, expected: readonly number[]) =>
    requests.text(
      {
        method: 'PUT',
        name,
        headers: {
          ...headers,
          ...more,
          'x-amz-copy-source': requests.source(from),
          'x-amz-metadata-directive': 'REPLACE',
        },
        isSlow: true,
        expected,
      },
      signal,
    );
  let answer = await copy({ 'If-None-Match': '*' }, [404, 409, 412, 501]);
  if (answer.status === 501) {
    if (await requests.find(name, signal)) return 'taken';
    answer = await copy({}, [404]);
  }
  if (answer.status === 404) return 'gone';
  // Not every server heeds the condition: two may have copied, and the name is the last one's.
  const found = await requests.find(name, signal);
  return found && isOwn(found) ? 'done' : 'taken';
}
