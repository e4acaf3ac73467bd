import type { S3Requests } from './requests.js';
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

/** Has the server copy an object. The headers are the new one's type and metadata. */
export async function copyObject(
  requests: S3Requests,
  {
    from,
    name,
    headers,
  }: { readonly from: string; readonly name: string; readonly headers: Readonly<Record<string, string>> },
  signal: AbortSignal,
): Promise<void> {
  await requests.text(
    {
      method: 'PUT',
      name,
      headers: {
        ...headers,
        'x-amz-copy-source': requests.source(from),
        'x-amz-metadata-directive': 'REPLACE',
      },
      isSlow: true,
    },
    signal,
  );
}
