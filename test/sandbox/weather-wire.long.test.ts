import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Api } from 'telegram';
import { KIB } from '../../lib/base/bytes.js';
import { seededRandom } from '../../lib/base/random.js';
import { type Fate, RpcError } from '../../lib/sandbox/rpc.js';
import { toLong } from '../../lib/sandbox/tl.js';
import { inputPeer } from '../support/input-peer.js';
import { ShiftedClock } from '../support/shifted-clock.js';
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

test('a request dropped or reset before is not seen, and one dropped after is carried out', async () => {
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

test('a request that fails inside the server is repeated by the library, and carried out once', async () => {
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

test('FLOOD_WAIT_X, FLOOD_PREMIUM_WAIT_X and SLOWMODE_WAIT_X are spelt correctly', async () => {
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

/** A sleep of LATE_MS ends when the test says so; any other ends normally. */
class HeldClock extends ShiftedClock {
  #release: (() => void) | undefined;

  override async sleep(ms: number, signal?: AbortSignal): Promise<void> {
    if (ms !== LATE_MS) return super.sleep(ms, signal);
    await new Promise<void>((resolve, reject) => {
      this.#release = () => {
        this.forward(LATE_MS);
        resolve();
      };
      signal?.addEventListener('abort', () => reject(signal.reason), { once: true });
    });
  }

  release(): void {
    assert.ok(this.#release, 'nothing sleeps');
    this.#release();
  }
}

const LATE_MS = 77_777;

test('with a late answer the request is carried out at once, a repeat is a duplicate until then, and gets the first answer afterwards', async () => {
  const clock = new HeldClock();
  await inWeather({ seed: 'late', clock }, async ({ sandbox, client, me }) => {
    const posted = new Promise<number>((resolve) => {
      sandbox.world.onPosted(({ message }) => resolve(message.id));
    });
    const fate = { kind: 'late', ms: LATE_MS } as const;
    sandbox.weather.script({ method: 'messages.SendMessage', fate });
    const request = message();
    // Directly to the sender, because the library's invoke repeats a call that was refused with a 500.
    const send = async () => client._sender?.send(request) as Promise<Api.UpdateShortSentMessage>;
    const first = send();
    const id = await posted;
    await refused(send(), 'RANDOM_ID_DUPLICATE');
    sandbox.setReachable(false);
    sandbox.setReachable(true);
    await assert.rejects(first, 'the library gives up with the connection');
    clock.release();
    await client.connect();
    assert.equal((await send()).id, id);
    assert.equal(me.box.messages.length, 1);
    sandbox.weather.script({ method: 'users.GetUsers', fate });
    const never = client.invoke(new Api.users.GetUsers({ id: [new Api.InputUserSelf()] })).catch(() => {});
    await new Promise((resolve) => setImmediate(resolve));
    void never; // The sandbox closes without waiting for it.
  });
});

test('a refusal may come late too', async () => {
  const clock = new HeldClock();
  await inWeather({ seed: 'late-refusal', clock }, async ({ sandbox, client }) => {
    const fate = { kind: 'late', ms: LATE_MS } as const;
    const handle = sandbox.weather.script({ method: 'messages.SendMessage', fate });
    const empty = new Api.messages.SendMessage({ ...message(), message: '' });
    const answer = client.invoke(empty);
    while (!handle.done) await new Promise((resolve) => setImmediate(resolve));
    clock.release();
    await refused(answer, 'MESSAGE_EMPTY');
  });
});

test('a forgotten random_id sends a second time, alone and in an album, and is then known again', async () => {
  const clock = new ShiftedClock();
  await inWeather({ seed: 'forgets', clock, weather: { randomIdSeconds: 60 } }, async (own) => {
    const { sandbox, client, me } = own;
    const group = sandbox.world.createChannel({ title: 'Team', creator: me.id, megagroup: true });
    const peer = inputPeer(sandbox.world, me.id, group.id);
    const file = sandbox.files.add({ kind: 'photo', width: 40, height: 30, dcId: 1 });
    sandbox.world.post({
      chat: group.id,
      from: me.id,
      media: { kind: 'photo', fileId: file.id, spoiler: false },
    });
    await client.getDialogs({});
    const [seen] = await client.getMessages(group.id, { limit: 1 });
    assert.ok(seen?.media instanceof Api.MessageMediaPhoto && seen.media.photo instanceof Api.Photo);
    const { id, accessHash, fileReference } = seen.media.photo;
    const media = new Api.InputMediaPhoto({ id: new Api.InputPhoto({ id, accessHash, fileReference }) });
    const item = (n: number) => new Api.InputSingleMedia({ media, randomId: toLong(n), message: `${n}` });
    const text = new Api.messages.SendMessage({ peer, message: 'hello', randomId: toLong(1) });
    const album = new Api.messages.SendMultiMedia({ peer, multiMedia: [item(2), item(3)] });
    const topicless = () => (group.box?.messages ?? []).filter(({ text: each }) => each !== '').length;
    for (const copies of [3, 3]) {
      await client.invoke(text);
      await client.invoke(album);
      assert.equal(topicless(), copies);
    }
    clock.forward(61_000);
    for (const copies of [6, 6]) {
      await client.invoke(text);
      await client.invoke(album);
      assert.equal(topicless(), copies);
    }
    assert.deepEqual(sandbox.weather.report().faults, { 'random-id-forgotten': 3 });
  });
});

test('references expire after n reads, and fetching the message returns a fresh one', async () => {
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
