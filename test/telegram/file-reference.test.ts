import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { after, test } from 'node:test';
import type { Api } from 'telegram';
import { MIB, PART_SIZE } from '../../lib/base/bytes.js';
import { fileOf } from '../../lib/messages/tl/files.js';
import { ByteBudget } from '../../lib/pace/byte-budget.js';
import { refusal, type TelegramError } from '../../lib/refusals/telegram-error.js';
import { startSandbox } from '../../lib/sandbox/sandbox.js';
import { resolveChat } from '../../lib/telegram/chats.js';
import { FileReference } from '../../lib/telegram/file-reference.js';
import { fetchMessage } from '../../lib/telegram/history.js';
import { partSource } from '../../lib/telegram/media.js';
import { clientOf } from '../support/client-of.js';

const { signal } = new AbortController();
const expired = refusal('upload.getFile', 'FILE_REFERENCE_EXPIRED', 400) as TelegramError;
const placeOf = (nth: number): Api.TypeInputFileLocation => ({ nth }) as never;

test('a file is read while its hashes are requested, on references that last for one request', async () => {
  const sandbox = await startSandbox({ seed: 'file-reference' });
  after(() => sandbox.close());
  const { world, files, weather } = sandbox;
  const ann = world.createUser({ phone: '99966210002', code: '12345', firstName: 'Ann' });
  const group = world.createChannel({ title: 'Files', creator: ann.id, megagroup: true });
  const size = 12 * MIB + 1;
  const looks = { mimeType: 'application/octet-stream', attributes: [], dcId: 1 };
  const stored = files.add({ kind: 'document', size, ...looks });
  const media = { kind: 'document', fileId: stored.id, spoiler: false } as const;
  const { id } = world.post({ chat: group.id, from: ann.id, media });
  const client = await clientOf(sandbox, ann);
  after(() => client.close());
  const chat = await resolveChat(client, { kind: 'id', id: group.id }, signal);
  const message = await fetchMessage(client, chat, id, signal);
  assert.ok(message);
  const source = partSource(client, chat, { message, pick: fileOf });
  weather.change({ referencesExpireAfterReads: 1 });

  const readAll = async (): Promise<Buffer> => {
    const lease = new ByteBudget(64 * MIB).lease();
    const parts: Buffer[] = [];
    for await (const { bytes: part } of source.open({ offset: 0, limit: size }, lease, signal)) {
      parts.push(Buffer.from(part));
      lease.release(part.length);
    }
    lease.close();
    return Buffer.concat(parts);
  };
  const offsets = Array.from({ length: 12 }, (_, index) => index * 2 * PART_SIZE);
  const [bytes, ...answers] = await Promise.all([
    readAll(),
    ...offsets.map((offset) => source.hashes(offset, signal)),
  ]);
  assert.ok(bytes.equals(files.read(stored, 0, size) as Buffer));
  for (const { offset, length, sha256 } of answers.flat()) {
    const range = bytes.subarray(offset, offset + length);
    assert.ok(createHash('sha256').update(range).digest().equals(sha256), `hash at ${offset}`);
  }
});

test('requests that are refused together fetch one reference together', async () => {
  let fetched = 0;
  const reference = new FileReference(placeOf(0), async () => {
    fetched += 1;
    return placeOf(fetched);
  });
  await Promise.all([1, 2, 3].map(() => reference.renewed(0, expired, signal)));
  await reference.renewed(0, expired, signal);
  assert.deepEqual([reference.location, reference.generation, fetched], [placeOf(1), 1, 1]);
});

test('when the request that fetches it is aborted, the next one does', async () => {
  const stop = new AbortController();
  let fetched = 0;
  const reference = new FileReference(placeOf(0), async (given) => {
    fetched += 1;
    if (fetched > 1) return placeOf(fetched);
    return new Promise((_, reject) => given.addEventListener('abort', () => reject(given.reason)));
  });
  const [first, second] = [reference.renewed(0, expired, stop.signal), reference.renewed(0, expired, signal)];
  stop.abort(new Error('its reader has left'));
  await assert.rejects(first, /its reader has left/);
  await second;
  assert.deepEqual(reference.location, placeOf(2));
});

test('a reference is refused for good when nothing was read with five in a row, or there is no way to fetch it', async () => {
  const reference = new FileReference(placeOf(0), async () => placeOf(1));
  const renew = (): Promise<void> => reference.renewed(reference.generation, expired, signal);
  for (let round = 0; round < 2; round += 1) {
    for (let nth = 0; nth < 5; nth += 1) await renew();
    reference.worked();
  }
  for (let nth = 0; nth < 5; nth += 1) await renew();
  await assert.rejects(renew(), expired);
  await assert.rejects(new FileReference(placeOf(0)).renewed(0, expired, signal), expired);
});
