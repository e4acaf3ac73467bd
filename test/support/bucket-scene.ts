import assert from 'node:assert/strict';
import { createHash, randomUUID } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import type { TestContext } from 'node:test';
import { silentLog } from '../../lib/base/log.js';
import { S3Requests } from '../../lib/blobs/s3/requests.js';
import { bucketRoot } from '../../lib/download/bucket-path.js';
import { bucketPlace } from '../../lib/download/bucket-place.js';
import type { FilePlace, PlaceFile } from '../../lib/download/place.js';
import { FakeClock } from './fake-clock.js';
import { S3_KEY } from './s3-program.js';
import type { S3Server } from './s3-server.js';
import { temporaryFolder } from './temporary-folder.js';
import type { TransferScene } from './transfer-scene.js';

/** When the messages of the files were sent, in unix seconds. */
export const MODIFIED = Date.UTC(2024, 2, 5, 18, 30, 9) / 1000;

/** A new bucket, and files of Telegram's sandbox to put into it. */
export interface BucketScene {
  readonly server: S3Server;
  readonly clock: FakeClock;
  readonly bucket: string;
  /** What the paths of files begin with. */
  readonly root: string;
  /** Of the whole bucket. */
  readonly requests: S3Requests;
  /** As another process opens it, with the prefix `my files`. */
  open(): FilePlace;
  /** Names of objects, `|`, and names of uploads under way. */
  left(): Promise<string>;
  /** How many uploads are noted. */
  notes(): Promise<number>;
  /** The file of this number. */
  fileOf(nth: number, path: string, changes?: Partial<PlaceFile>): Promise<PlaceFile>;
  assertWhole(path: string | undefined, nth: number, modified?: number): Promise<void>;
}

export async function openBucket(
  t: TestContext,
  server: S3Server,
  telegram: TransferScene,
): Promise<BucketScene> {
  const bucket = `b-${randomUUID().slice(0, 8)}`;
  const { endpoint } = server;
  const place = {
    endpoint,
    isBucketInHost: false,
    bucket,
    prefix: 'my files',
    region: 'us-east-1',
    ...S3_KEY,
  };
  const clock = new FakeClock({ impatient: true, epochMs: Date.now() });
  const requests = new S3Requests({ ...place, prefix: '' }, { clock });
  const notes = join(temporaryFolder(t), 'uploads');
  const opened: FilePlace[] = [];
  t.after(async () => {
    server.fault = () => undefined;
    for (const each of opened) await each.close();
    requests.close();
  });
  await requests.text({ method: 'PUT', name: '' }, telegram.never);
  const list = async (query: Record<string, string>): Promise<string> => {
    const request = { method: 'GET', name: '', query, expected: [404] } as const;
    const { text } = await requests.text(request, telegram.never);
    return [...text.matchAll(/<Key>([^<]+)<\/Key>/g)].map(([, key]) => key).join(' ');
  };
  const open = (): FilePlace => {
    const one = bucketPlace({ place, notes, clock, log: silentLog });
    opened.push(one);
    return one;
  };
  return {
    server,
    clock,
    bucket,
    root: `${bucketRoot(place)}my files/`,
    requests,
    open,
    left: async () => `${await list({ 'list-type': '2' })}|${await list({ uploads: '' })}`,
    notes: async () => (await readdir(notes).catch(() => [])).length,
    fileOf: (nth, path, changes = {}) => fileOf(telegram, { nth, path }, changes),
    assertWhole: (path, nth, modified = MODIFIED) => assertWhole(telegram, open(), { path, nth, modified }),
  };
}

async function fileOf(
  telegram: TransferScene,
  { nth, path }: { readonly nth: number; readonly path: string },
  changes: Partial<PlaceFile>,
): Promise<PlaceFile> {
  const { name, size, source, budget, signal, clock } = await telegram.optionsFor(
    telegram.files[nth] ?? assert.fail(),
  );
  return { name, size, source, budget, signal, clock, path, key: `k${nth}`, modified: MODIFIED, ...changes };
}

async function assertWhole(
  telegram: TransferScene,
  place: FilePlace,
  {
    path,
    nth,
    modified,
  }: { readonly path: string | undefined; readonly nth: number; readonly modified: number },
): Promise<void> {
  const { stored } = telegram.files[nth] ?? assert.fail();
  const read = place.read(path ?? '', { offset: 0, length: stored.size }, telegram.never);
  const hash = createHash('sha256')
    .update(await buffer(read))
    .digest('hex');
  assert.equal(hash, await telegram.sandbox.files.sha256(stored));
  assert.deepEqual(await place.stat(path ?? '', telegram.never), { size: stored.size, modified });
}
