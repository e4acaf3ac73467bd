import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Api } from 'telegram';
import { KIB } from '../../lib/base/bytes.js';
import { seededRandom } from '../../lib/base/random.js';
import { type Fate, RpcError } from '../../lib/sandbox/rpc.js';
import { toLong } from '../../lib/sandbox/tl.js';
import { refused, type SignedIn, signedInClient } from '../support/signed-in-client.js';

const random = seededRandom('weather-wire');

function part(filePart: number): Api.upload.SaveFilePart {
  return new Api.upload.SaveFilePart({ fileId: toLong(1), filePart, bytes: Buffer.alloc(KIB, filePart) });
}

function message(): Api.messages.SendMessage {
  const randomId = toLong(random.bytes(8).readBigInt64LE());
  return new Api.messages.SendMessage({ peer: new Api.InputPeerSelf(), message: 'hello', randomId });
}

async function inWeather(
  options: Parameters<typeof signedInClient>[0],
  run: (own: SignedIn) => Promise<void>,
): Promise<void> {
  const own = await signedInClient(options);
  try {
    await run(own);
  } finally {
    await own.close();
  }
}

/** How often parts 0, 1 and 2 arrive when part 1 meets `fate` and the library sends it again. */
async function arrivalsAfter(own: SignedIn, fate: Fate): Promise<readonly number[] | undefined> {
  own.sandbox.files.uploads.expireParts();
  const before = own.sandbox.files.uploads.report()[0]?.arrivals ?? [0, 0, 0];
  const handle = own.sandbox.weather.script({ method: 'upload.SaveFilePart', nth: 2, fate });
  for (const index of [0, 1, 2]) assert.equal(await own.client.invoke(part(index)), true);
  assert.ok(handle.done);
  const now = own.sandbox.files.uploads.report()[0]?.arrivals;
  return now?.map((count, index) => count - (before[index] ?? 0));
}

test('a request that is dropped or reset before is not seen; one that is dropped after was done', async () => {
  await inWeather({ seed: 'drops' }, async (own) => {
    assert.deepEqual(await arrivalsAfter(own, { kind: 'drop-before' }), [1, 1, 1]);
    assert.deepEqual(await arrivalsAfter(own, { kind: 'reset' }), [1, 1, 1]);
    assert.deepEqual(await arrivalsAfter(own, { kind: 'drop-after' }), [1, 2, 1]);
    assert.deepEqual(own.sandbox.weather.report().faults, { 'drop-before': 1, reset: 1, 'drop-after': 1 });
  });
});

test('a scripted refusal reaches the client in its own words, once', async () => {
  await inWeather({ seed: 'words' }, async ({ sandbox, client }) => {
    for (const error of [
      new RpcError(400, 'FILE_PART_3_MISSING'),
      new RpcError(406, 'FILEREF_UPGRADE_NEEDED'),
    ]) {
      sandbox.weather.script({ method: 'messages.SendMessage', fate: { kind: 'refuse', error } });
      await refused(client.invoke(message()), error.message);
    }
    await client.invoke(message());
  });
});

test('what breaks inside the server is asked again by the library, and done once', async () => {
  await inWeather({ seed: 'broken' }, async ({ sandbox, client }) => {
    for (const error of [new RpcError(500, 'INTERNAL'), new RpcError(-503, 'Timeout')]) {
      const handle = sandbox.weather.script({
        method: 'upload.SaveFilePart',
        fate: { kind: 'refuse', error },
      });
      await client.invoke(part(0)).catch(() => client.invoke(part(0)));
      assert.ok(handle.done);
    }
    assert.deepEqual(sandbox.files.uploads.report()[0]?.arrivals, [2]);
    assert.deepEqual(sandbox.weather.report().faults, { INTERNAL: 1, Timeout: 1 });
  });
});

test('FLOOD_WAIT_X, FLOOD_PREMIUM_WAIT_X and SLOWMODE_WAIT_X as they are spelt', async () => {
  const weather = {
    messageBudget: 2,
    messageWindowSeconds: 600,
    byteBudget: 2 * KIB,
    byteWindowSeconds: 600,
  };
  await inWeather({ seed: 'floods', weather }, async ({ sandbox, client, me }) => {
    for (const index of [0, 1]) {
      await client.invoke(message());
      await client.invoke(part(index));
    }
    await assert.rejects(client.invoke(message()), { code: 420, errorMessage: /^FLOOD_WAIT_(600|59\d)$/ });
    await assert.rejects(client.invoke(part(2)), { errorMessage: /^FLOOD_PREMIUM_WAIT_(600|59\d)$/ });
    sandbox.weather.change({ messageBudget: 0, slowmodeSeconds: 600 });
    const group = sandbox.world.createChannel({ title: 'Team', creator: me.id, megagroup: true });
    await client.getDialogs({});
    const send = () => client.sendMessage(group.id, { message: 'hello' });
    await send();
    await assert.rejects(send(), { errorMessage: /^SLOWMODE_WAIT_(600|59\d)$/ });
  });
});

test('references expire after n reads, and the message that is fetched again has a fresh one', async () => {
  await inWeather({ seed: 'reads', weather: { referencesExpireAfterReads: 2 } }, async (own) => {
    const { sandbox, client, me } = own;
    const file = sandbox.files.add({
      kind: 'document',
      size: 64 * KIB,
      dcId: 1,
      mimeType: 'application/zip',
      attributes: [],
    });
    const media = { kind: 'document', fileId: file.id, spoiler: false } as const;
    const group = sandbox.world.createChannel({ title: 'Team', creator: me.id, megagroup: true });
    sandbox.world.post({ chat: group.id, from: me.id, text: '', media });
    await client.getDialogs({});
    const read = async (): Promise<() => Promise<unknown>> => {
      const [found] = await client.getMessages(group.id, { limit: 1 });
      assert.ok(found?.media instanceof Api.MessageMediaDocument);
      assert.ok(found.media.document instanceof Api.Document);
      const { id, accessHash, fileReference } = found.media.document;
      const location = new Api.InputDocumentFileLocation({ id, accessHash, fileReference, thumbSize: '' });
      return () => client.invoke(new Api.upload.GetFile({ location, offset: toLong(0), limit: 64 * KIB }));
    };
    const first = await read();
    await first();
    await first();
    await refused(first(), 'FILE_REFERENCE_EXPIRED');
    const second = await read();
    await second();
    await refused(first(), 'FILE_REFERENCE_EXPIRED');
    await second();
  });
});
