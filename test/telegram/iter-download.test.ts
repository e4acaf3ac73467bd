import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { Api } from 'telegram';
import { LARGEST_REQUEST, MIB, PART_SIZE } from '../../lib/base/bytes.js';
import { NotSignedInError, UsageError } from '../../lib/base/errors.js';
import { fileOf } from '../../lib/messages/tl/files.js';
import { ByteBudget } from '../../lib/pace/byte-budget.js';
import type { StoredFile } from '../../lib/sandbox/files/stored-file.js';
import { type Fate, RpcError } from '../../lib/sandbox/rpc.js';
import { startSandbox } from '../../lib/sandbox/sandbox.js';
import { resolveChat } from '../../lib/telegram/chats.js';
import { FileReference } from '../../lib/telegram/file-reference.js';
import { fetchMessage } from '../../lib/telegram/history.js';
import { downloadParts } from '../../lib/telegram/iter-download.js';
import { clientOf } from '../support/client-of.js';

const sandbox = await startSandbox({ seed: 'iter-download' });
const { world, files, weather } = sandbox;
const ann = world.createUser({ phone: '99966210001', code: '12345', firstName: 'Ann' });
const group = world.createChannel({ title: 'Files', creator: ann.id, megagroup: true });
const client = await clientOf(sandbox, ann);
const { signal } = new AbortController();
const chat = await resolveChat(client, { kind: 'id', id: group.id }, signal);
after(async () => {
  await client.close();
  await sandbox.close();
});

interface Posted {
  readonly stored: StoredFile;
  readonly location: Api.TypeInputFileLocation;
  readonly dcId: number;
  readonly refresh: (signal: AbortSignal) => Promise<Api.TypeInputFileLocation>;
}

/** A document of `size` bytes on `dcId`, posted, and what a reader of its message knows about it. */
async function post(size: number, dcId: number): Promise<Posted> {
  const stored = files.add({
    kind: 'document',
    size,
    mimeType: 'application/octet-stream',
    attributes: [],
    dcId,
  });
  const { id } = world.post({
    chat: group.id,
    from: ann.id,
    media: { kind: 'document', fileId: stored.id, spoiler: false },
  });
  const locate = async (): Promise<NonNullable<ReturnType<typeof fileOf>>> => {
    const message = await fetchMessage(client, chat, id, signal);
    const file = message && fileOf(message);
    assert.ok(file);
    return file;
  };
  const { location } = await locate();
  return { stored, location, dcId, refresh: async () => (await locate()).location };
}

const contentOf = (file: StoredFile, offset = 0, length = file.size): Buffer => {
  const bytes = files.read(file, offset, length);
  assert.ok(bytes);
  return bytes;
};

async function readAll(parts: AsyncIterable<Buffer>): Promise<{ bytes: Buffer; lengths: number[] }> {
  const seen: Buffer[] = [];
  for await (const part of parts) seen.push(part);
  return { bytes: Buffer.concat(seen), lengths: seen.map(({ length }) => length) };
}

const requests = (): number => weather.report().requests['upload.GetFile'] ?? 0;

test('downloads are exact at every size, on both DCs, with and without a known size', async () => {
  for (const size of [0, 1, PART_SIZE - 1, PART_SIZE, PART_SIZE + 1, 3 * PART_SIZE]) {
    for (const dcId of [1, 2]) {
      const { stored, location } = await post(size, dcId);
      const before = requests();
      const known = await readAll(client.iterDownload(location, { dcId, size, signal }));
      assert.ok(known.bytes.equals(contentOf(stored)), `${size} bytes on DC ${dcId}`);
      assert.ok(known.lengths.slice(0, -1).every((length) => length === PART_SIZE));
      assert.equal(requests() - before, Math.ceil(size / PART_SIZE), 'no empty request');
      const unknown = await readAll(client.iterDownload(location, { dcId, signal }));
      assert.ok(unknown.bytes.equals(known.bytes));
    }
  }
});

test('any range can be read: an offset inside a part, a limit inside a part', async () => {
  const size = 3 * PART_SIZE + 777;
  const { stored, location } = await post(size, 2);
  for (const [offset, limit] of [
    [PART_SIZE, PART_SIZE],
    [1024, 10],
    [512 * 1024 - 1024, 2 * PART_SIZE],
    [3 * PART_SIZE, 777],
    [2 * PART_SIZE, 100 * PART_SIZE],
  ] as const) {
    const { bytes } = await readAll(client.iterDownload(location, { offset, limit, size, dcId: 2, signal }));
    const length = Math.min(limit, size - offset);
    assert.ok(bytes.equals(contentOf(stored, offset, length)), `${limit} bytes from ${offset}`);
  }
  for (const bad of [{ offset: 5 }, { requestSize: 1000 }, { requestSize: 3 * 1024 }, { offset: -1024 }]) {
    assert.throws(() => client.iterDownload(location, bad), UsageError);
  }
});

test('requests of 1 MiB give parts of 512 KiB, from any part on', async () => {
  for (const size of [1, PART_SIZE, PART_SIZE + 1, 5 * PART_SIZE, 6 * PART_SIZE + 7]) {
    const { stored, location } = await post(size, 2);
    for (let offset = 0; offset < size; offset += PART_SIZE) {
      const range = { offset, limit: size - offset, requestSize: LARGEST_REQUEST };
      const lease = new ByteBudget(8 * MIB).lease();
      const before = requests();
      const parts: Buffer[] = [];
      for await (const { bytes, release } of downloadParts(client, location, {
        ...range,
        dcId: 2,
        size,
        lease,
      })) {
        parts.push(Buffer.from(bytes));
        lease.release(bytes.length);
        release();
      }
      assert.ok(parts.slice(0, -1).every(({ length }) => length === PART_SIZE));
      assert.ok(
        Buffer.concat(parts).equals(contentOf(stored, offset, size - offset)),
        `${size} from ${offset}`,
      );
      assert.equal(requests() - before, Math.ceil(size / MIB) - Math.floor(offset / MIB));
      assert.equal(lease.heldBytes, 0);
    }
  }
});

test('several requests are in flight, over more connections if each has a limit; the authorization is exported once', async () => {
  const size = 32 * PART_SIZE;
  const { stored, location } = await post(size, 2);
  const { accepted } = sandbox.report().connections;
  weather.change({ bytesPerSecond: 4 * MIB });
  try {
    const { bytes } = await readAll(client.iterDownload(location, { dcId: 2, size, window: 12, signal }));
    assert.ok(bytes.equals(contentOf(stored)));
  } finally {
    weather.change({ bytesPerSecond: 0 });
  }
  assert.ok(sandbox.report().downloadsInFlightPeak > 1);
  assert.ok(sandbox.report().connections.accepted > accepted);
  assert.equal(weather.report().requests['auth.ExportAuthorization'], 1);
});

test("drops, resets, 500s and a premium flood in the middle of a file don't change its bytes", async () => {
  const size = 9 * PART_SIZE + 5;
  const fates: Fate[] = [
    { kind: 'drop-before' },
    { kind: 'drop-after' },
    { kind: 'reset' },
    { kind: 'refuse', error: new RpcError(500, 'INTERNAL') },
    { kind: 'refuse', error: new RpcError(-503, 'Timeout') },
    { kind: 'refuse', error: new RpcError(420, 'FLOOD_PREMIUM_WAIT_1') },
  ];
  for (const dcId of [1, 2]) {
    const { stored, location } = await post(size, dcId);
    const scripts = fates.map((fate, index) =>
      weather.script({ method: 'upload.GetFile', nth: index + 2, fate }),
    );
    const { bytes } = await readAll(client.iterDownload(location, { dcId, size, signal }));
    assert.ok(bytes.equals(contentOf(stored)));
    assert.ok(scripts.every(({ done }) => done));
  }
});

test('a wrong DC, and a file that moves while it is read, are followed', async () => {
  const size = 6 * PART_SIZE;
  const { stored, location } = await post(size, 2);
  const { bytes } = await readAll(client.iterDownload(location, { dcId: 1, size, signal }));
  assert.ok(bytes.equals(contentOf(stored)));
  const elsewhere = await post(size, 1);
  weather.script({
    method: 'upload.GetFile',
    nth: 3,
    times: 2,
    fate: { kind: 'refuse', error: new RpcError(303, 'FILE_MIGRATE_2') },
  });
  const moved = await readAll(client.iterDownload(elsewhere.location, { dcId: 1, size, signal }));
  assert.ok(moved.bytes.equals(contentOf(elsewhere.stored)), 'sent to DC 2, which sends it back to DC 1');
});

test('if a DC has forgotten the account, the authorization is carried over again; at home the session is over', async () => {
  const size = 6 * PART_SIZE;
  const { stored, location } = await post(size, 2);
  const exports = (): number => weather.report().requests['auth.ExportAuthorization'] ?? 0;
  const before = exports();
  const fate: Fate = { kind: 'refuse', error: new RpcError(401, 'AUTH_KEY_UNREGISTERED') };
  const forgotten = weather.script({ method: 'upload.GetFile', nth: 3, fate });
  const { bytes } = await readAll(client.iterDownload(location, { dcId: 2, size, signal }));
  assert.ok(forgotten.done && bytes.equals(contentOf(stored)));
  assert.equal(exports(), before + 1);
  const home = await post(size, 1);
  weather.script({ method: 'upload.GetFile', nth: 3, fate });
  await assert.rejects(
    readAll(client.iterDownload(home.location, { dcId: 1, size, signal })),
    NotSignedInError,
  );
});

test('expired references are fetched again, and reading continues at the same part', async () => {
  const size = 12 * PART_SIZE + 1;
  const { stored, location, refresh } = await post(size, 2);
  weather.change({ referencesExpireAfterReads: 3 });
  try {
    let refreshed = 0;
    const counted = (stop: AbortSignal): ReturnType<typeof refresh> => {
      refreshed += 1;
      return refresh(stop);
    };
    const { bytes } = await readAll(
      client.iterDownload(location, {
        dcId: 2,
        size,
        reference: new FileReference(location, counted),
        signal,
      }),
    );
    assert.ok(bytes.equals(contentOf(stored)));
    assert.ok(refreshed >= 4 && refreshed <= 13, `fetched ${refreshed} times`);
    files.expireReferences(stored);
    await assert.rejects(readAll(client.iterDownload(location, { dcId: 2, size, signal })), {
      errorMessage: /^FILE_REFERENCE_/,
    });
    const reference = new FileReference(location, async () => location);
    const stale = client.iterDownload(location, { dcId: 2, size, reference, signal });
    await assert.rejects(readAll(stale), { errorMessage: /^FILE_REFERENCE_/ }, 'not for ever');
  } finally {
    weather.change({ referencesExpireAfterReads: 0 });
  }
});

test('a server that sends more or less than it announced fails the download', async () => {
  const { location } = await post(2 * PART_SIZE + 100, 1);
  for (const size of [2 * PART_SIZE + 99, 2 * PART_SIZE + 101, 3 * PART_SIZE + 1]) {
    await assert.rejects(readAll(client.iterDownload(location, { dcId: 1, size, signal })), {
      code: 'SIZE_MISMATCH',
    });
  }
});

test('parts are counted before they are requested, and a budget of two parts is enough', async () => {
  const size = 10 * PART_SIZE + 9;
  const { stored, location } = await post(size, 2);
  const budget = new ByteBudget(2 * PART_SIZE);
  const lease = budget.lease();
  const seen: Buffer[] = [];
  for await (const part of client.iterDownload(location, { dcId: 2, size, lease, signal })) {
    assert.ok(budget.heldBytes >= part.length);
    seen.push(part);
    lease.release(part.length);
  }
  assert.ok(Buffer.concat(seen).equals(contentOf(stored)));
  assert.equal(budget.heldBytes, 0);
  assert.ok(budget.peakBytes <= 2 * PART_SIZE);
  for await (const part of client.iterDownload(location, { dcId: 2, lease, signal }))
    lease.release(part.length);
  assert.equal(budget.heldBytes, 0, 'size unknown');
});

test('a consumer that releases nothing holds back its own bytes, the window, and as much again, whatever is free', async () => {
  const count = 120;
  const { location } = await post(count * PART_SIZE, 2);
  const budget = new ByteBudget(count * PART_SIZE);
  const lease = budget.lease();
  const sinkBytes = 2 * PART_SIZE;
  const options = { dcId: 2, size: count * PART_SIZE, lease, sinkBytes, signal };
  let received = 0;
  const reading = (async () => {
    for await (const part of client.iterDownload(location, options)) received += part.length;
  })();
  for (let [calm, last] = [0, -1]; calm < 5; last = received) {
    await client.call(new Api.help.GetNearestDc(), { signal });
    calm = client.parts.outstanding === 0 && received === last ? calm + 1 : 0;
  }
  const parts = budget.heldBytes / PART_SIZE;
  assert.equal(received, budget.heldBytes);
  // The window begins with 8 requests, and has no time for more than a trial or two.
  assert.ok(parts >= 2 + 8 && parts <= 2 + 2 * 27, `${parts} parts are held`);
  while (received < count * PART_SIZE) {
    lease.release(lease.heldBytes);
    await client.call(new Api.help.GetNearestDc(), { signal });
  }
  await reading;
});

test('an abort inside a request, and a consumer that leaves, end at once and leave nothing', async () => {
  const size = 20 * PART_SIZE;
  const { location } = await post(size, 2);
  weather.change({ latencyMs: 150 });
  try {
    for (const by of ['abort', 'return'] as const) {
      const budget = new ByteBudget(64 * PART_SIZE);
      const lease = budget.lease();
      const stop = new AbortController();
      const parts = client.iterDownload(location, { dcId: 2, size, lease, signal: stop.signal });
      const first = await parts.next();
      assert.equal(first.value?.length, PART_SIZE);
      const pending = parts.next().then(
        ({ done }) => `done ${done}`,
        (error: Error) => error.message,
      );
      if (by === 'abort') stop.abort(new Error('enough'));
      else await parts.return();
      assert.equal(await pending, by === 'abort' ? 'enough' : 'done true');
      assert.equal((await parts.next()).done, true);
      assert.equal(budget.heldBytes, PART_SIZE, "what was handed out is the consumer's");
      assert.equal(client.parts.outstanding, 0);
    }
    const early = new AbortController();
    early.abort(new Error('before'));
    await assert.rejects(
      client.iterDownload(location, { dcId: 2, size, signal: early.signal }).next(),
      /before/,
    );
  } finally {
    weather.change({ latencyMs: 0 });
  }
});
