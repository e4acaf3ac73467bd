// The transfer through the real client, against the sandbox over TCP: what the scripted far side proves of the
// pipeline, this proves of the pipeline with its true neighbours.
import assert from 'node:assert/strict';
import { getEventListeners } from 'node:events';
import { after, before, beforeEach, test } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import fc from 'fast-check';
import { Api } from 'telegram';
import { linkAbort } from '../../lib/base/abort.js';
import { BIG_FILE_SIZE, MIB, PART_SIZE, partCount } from '../../lib/base/bytes.js';
import { systemClock } from '../../lib/base/clock.js';
import { silentLog } from '../../lib/base/log.js';
import { type Random, systemRandom } from '../../lib/base/random.js';
import { ByteBudget } from '../../lib/pace/byte-budget.js';
import type { Wait } from '../../lib/pace/patience.js';
import type { StoredFile } from '../../lib/sandbox/files/stored-file.js';
import { RpcError } from '../../lib/sandbox/rpc.js';
import { type Sandbox, startSandbox } from '../../lib/sandbox/sandbox.js';
import { FAIR_WEATHER, type WeatherOptions } from '../../lib/sandbox/weather/options.js';
import { parseChatRef } from '../../lib/telegram/chat-ref.js';
import { type Chat, resolveChat } from '../../lib/telegram/chats.js';
import type { TelepiClient } from '../../lib/telegram/client.js';
import { connectTelegram } from '../../lib/telegram/connect.js';
import { fetchMessage } from '../../lib/telegram/history.js';
import { fileOf, partSource } from '../../lib/telegram/media.js';
import { sendMedia } from '../../lib/telegram/send.js';
import { signIn } from '../../lib/telegram/sign-in.js';
import { inputFile, partUploader } from '../../lib/telegram/upload.js';
import {
  repairPart,
  type TransferOptions,
  transferFile,
  type UploadedFile,
} from '../../lib/transfer/transfer.js';

const SIZES = [
  1,
  PART_SIZE - 1,
  PART_SIZE,
  PART_SIZE + 1,
  3 * PART_SIZE,
  BIG_FILE_SIZE - 1,
  BIG_FILE_SIZE,
  BIG_FILE_SIZE + 1,
];

interface SourceFile {
  readonly stored: StoredFile;
  readonly messageId: number;
}

let sandbox: Sandbox;
let client: TelepiClient;
let source: Chat;
let target: Chat;
const files: SourceFile[] = [];
const waits: Wait[] = [];
let nextId = 1n;
const never = linkAbort().signal;

/** Jitter of a wait is no matter of these tests, and time is. */
const hasty: Random = { ...systemRandom, float: () => 0 };

before(async () => {
  sandbox = await startSandbox({ seed: 'transfer' });
  const phone = '+999 66 00003';
  const me = sandbox.world.createUser({ phone, code: '12345', firstName: 'Cy' });
  const channel = (title: string) =>
    sandbox.world.createChannel({ title, creator: me.id, megagroup: true }).id;
  const [from, to] = [channel('Source'), channel('Target')];
  for (const [nth, size] of SIZES.entries()) {
    const dcId = 1 + (nth % 2);
    const mimeType = 'application/octet-stream';
    const stored = sandbox.files.add({ kind: 'document', mimeType, attributes: [], size, dcId });
    const media = { kind: 'document', fileId: stored.id, spoiler: false } as const;
    files.push({ stored, messageId: sandbox.world.post({ chat: from, from: me.id, text: '', media }).id });
  }
  client = await connectTelegram({
    apiId: 4321,
    apiHash: '0123456789abcdef0123456789abcdef',
    session: { name: 'memory', load: async () => undefined, save: async () => {}, remove: async () => {} },
    server: sandbox.server,
    testDc: false,
    log: silentLog,
    clock: systemClock,
    random: hasty,
    onWait: (wait) => waits.push(wait),
    signal: never,
  });
  const prompts = { phone: async () => phone, code: async () => '12345', password: async () => '' };
  const app = { apiId: 4321, apiHash: '0123456789abcdef0123456789abcdef' };
  await signIn(client, prompts, { ...app, method: 'code', signal: never });
  source = await resolveChat(client, parseChatRef(String(from)), never);
  target = await resolveChat(client, parseChatRef(String(to)), never);
});

after(async () => {
  await client?.close();
  await sandbox?.close();
});

beforeEach(() => {
  sandbox.weather.change(FAIR_WEATHER);
  waits.length = 0;
});

type Changes = Partial<Pick<TransferOptions, 'budget' | 'slots' | 'signal' | 'onProgress'>>;

async function optionsFor(
  { stored, messageId }: SourceFile,
  changes: Changes = {},
): Promise<TransferOptions> {
  const message = (await fetchMessage(client, source, messageId, never)) ?? assert.fail('no message');
  const file = fileOf(message) ?? assert.fail('no file');
  assert.equal(file.size, stored.size);
  nextId += 1n;
  return {
    name: 'film.mkv',
    size: file.size,
    fileId: nextId,
    source: partSource(client, source, message),
    uploader: partUploader(client, { connections: 3 }),
    budget: new ByteBudget(64 * MIB),
    signal: never,
    clock: systemClock,
    ...changes,
  };
}

/** Sends the upload, and answers what the sandbox made of it. */
async function send(uploaded: UploadedFile): Promise<StoredFile> {
  const media = new Api.InputMediaUploadedDocument({
    file: inputFile(uploaded),
    mimeType: 'application/octet-stream',
    attributes: [],
    forceFile: true,
  });
  nextId += 1n;
  const message = { media, caption: '', entities: [], randomId: nextId };
  const id = await sendMedia(client, { chat: target, silent: false }, message, never);
  const sent = sandbox.report().sent;
  const [posted] = [...sent.values()]
    .flat()
    .filter((one) => one.id === id && one.fileId !== undefined)
    .slice(-1);
  return sandbox.files.get(posted?.fileId ?? 0n) ?? assert.fail('the sandbox has no such file');
}

function uploadReport(fileId: bigint) {
  return sandbox.report().uploads.find((upload) => upload.fileId === fileId.toString());
}

async function assertSame(sent: StoredFile, { stored }: SourceFile): Promise<void> {
  assert.equal(sent.size, stored.size);
  const [hash, due] = await Promise.all([sandbox.files.sha256(sent), sandbox.files.sha256(stored)]);
  assert.ok(due);
  assert.equal(hash, due);
}

for (const [nth, size] of SIZES.entries()) {
  test(`a file of ${size} bytes comes out as it went in, each part once`, async () => {
    const file = files[nth] ?? assert.fail();
    const options = await optionsFor(file);
    const uploaded = await transferFile(options);
    assert.deepEqual(uploadReport(uploaded.fileId)?.arrivals, Array(partCount(size)).fill(1));
    assert.equal(uploaded.md5 === undefined, size >= BIG_FILE_SIZE);
    await assertSame(await send(uploaded), file);
    assert.equal(options.budget.heldBytes, 0);
  });
}

/** Nothing is on its way any more, and nothing new sets out. */
async function assertQuiet(): Promise<void> {
  const moved = (): string => {
    const { uploadsInFlight, downloadsInFlight, weather } = sandbox.report();
    const requests = Object.entries(weather.requests).filter(([method]) => method.startsWith('upload.'));
    return JSON.stringify({ uploadsInFlight, downloadsInFlight, requests });
  };
  for (let [last, calm] = ['', 0]; calm < 3; ) {
    await client.call(new Api.help.GetNearestDc(), { signal: never });
    await setImmediate();
    const now = moved();
    calm = now === last ? calm + 1 : 0;
    last = now;
  }
  const { uploadsInFlight, downloadsInFlight } = sandbox.report();
  assert.deepEqual([uploadsInFlight, downloadsInFlight], [0, 0]);
}

const rate = fc.integer({ min: 0, max: 4 }).map((percent) => percent / 100);

const badWeather: fc.Arbitrary<Partial<WeatherOptions>> = fc.record({
  dropBeforeRate: rate,
  dropAfterRate: rate,
  resetRate: rate,
  error500Rate: rate,
  faultMethods: fc.constant(['upload.*']),
  referencesExpireAfterReads: fc.constantFrom(0, 3, 10),
  byteBudget: fc.constantFrom(0, 8 * MIB),
  byteWindowSeconds: fc.constant(1),
});

const way = fc.record({
  nth: fc.nat(SIZES.length - 1),
  slots: fc.integer({ min: 1, max: 10 }),
  budgetBytes: fc.integer({ min: PART_SIZE, max: 12 * PART_SIZE }),
});

test('in any weather a file comes out as it went in, and the budget holds', async () => {
  await fc.assert(
    fc.asyncProperty(badWeather, way, async (weather, { nth, slots, budgetBytes }) => {
      sandbox.weather.change({ ...FAIR_WEATHER, ...weather });
      const file = files[nth] ?? assert.fail();
      const budget = new ByteBudget(budgetBytes);
      const controller = new AbortController();
      const options = await optionsFor(file, { slots, budget, signal: controller.signal });
      const uploaded = await transferFile(options);
      assert.ok(uploadReport(uploaded.fileId)?.arrivals.every((times) => times >= 1));
      await assertSame(await send(uploaded), file);
      assert.ok(budget.peakBytes <= budgetBytes);
      assert.equal(budget.heldBytes, 0);
      assert.equal(getEventListeners(controller.signal, 'abort').length, 0);
    }),
    { numRuns: 6 },
  );
});

test('aborted at any moment, in any weather, it ends with the reason and nothing stays under way', async () => {
  await fc.assert(
    fc.asyncProperty(badWeather, way, fc.integer({ min: 0, max: 40 }), async (weather, drawn, moment) => {
      sandbox.weather.change({ ...FAIR_WEATHER, ...weather });
      const file = files[drawn.nth] ?? assert.fail();
      const budget = new ByteBudget(drawn.budgetBytes);
      const controller = new AbortController();
      let steps = 0;
      const onProgress = (): void => {
        steps += 1;
        if (steps === moment) controller.abort(new Error('stop'));
      };
      const options = await optionsFor(file, {
        slots: drawn.slots,
        budget,
        signal: controller.signal,
        onProgress,
      });
      const running = transferFile(options);
      if (moment === 0) controller.abort(new Error('stop'));
      // Three steps for each part; an abort after the last finds nothing left to end.
      if (moment <= 3 * partCount(file.stored.size)) await assert.rejects(running, /stop/);
      else await running;
      assert.equal(budget.heldBytes, 0);
      assert.equal(budget.waiting, 0);
      assert.ok(budget.peakBytes <= drawn.budgetBytes);
      assert.equal(getEventListeners(controller.signal, 'abort').length, 0);
      await assertQuiet();
    }),
    { numRuns: 10 },
  );
});

const FAULTS = [
  { method: 'upload.GetFile', fate: { kind: 'drop-before' } },
  { method: 'upload.GetFile', fate: { kind: 'drop-after' } },
  { method: 'upload.GetFile', fate: { kind: 'reset' } },
  { method: 'upload.GetFile', fate: { kind: 'refuse', error: new RpcError(500, 'INTERNAL') } },
  { method: 'upload.GetFile', fate: { kind: 'refuse', error: new RpcError(400, 'FILE_REFERENCE_EXPIRED') } },
  { method: 'upload.SaveBigFilePart', fate: { kind: 'drop-before' } },
  { method: 'upload.SaveBigFilePart', fate: { kind: 'drop-after' } },
  { method: 'upload.SaveBigFilePart', fate: { kind: 'reset' } },
  { method: 'upload.SaveBigFilePart', fate: { kind: 'refuse', error: new RpcError(-503, 'Timeout') } },
  {
    method: 'upload.SaveBigFilePart',
    fate: { kind: 'refuse', error: new RpcError(420, 'FLOOD_PREMIUM_WAIT_1') },
  },
] as const;

for (const { method, fate } of FAULTS) {
  const what = fate.kind === 'refuse' ? fate.error.message : fate.kind;
  test(`${what} at the third ${method} costs no byte`, async () => {
    const file = files[SIZES.indexOf(BIG_FILE_SIZE)] ?? assert.fail();
    const fault = sandbox.weather.script({ method, nth: 3, fate });
    const uploaded = await transferFile(await optionsFor(file));
    assert.ok(fault.done);
    await assertSame(await send(uploaded), file);
    if (what === 'FLOOD_PREMIUM_WAIT_1')
      assert.deepEqual(
        waits.map(({ reason, kind }) => [reason, kind]),
        [[what, 'premium']],
      );
  });
}

test('a refused part ends the transfer with the refusal, and nothing stays under way', async () => {
  for (const [method, refusal] of [
    ['upload.GetFile', 'LOCATION_INVALID'],
    ['upload.SaveBigFilePart', 'FILE_PART_SIZE_INVALID'],
  ] as const) {
    const file = files[SIZES.indexOf(BIG_FILE_SIZE + 1)] ?? assert.fail();
    sandbox.weather.script({ method, nth: 5, fate: { kind: 'refuse', error: new RpcError(400, refusal) } });
    const options = await optionsFor(file);
    await assert.rejects(transferFile(options), (error: Error & { errorMessage?: string }) => {
      assert.equal(error.errorMessage, refusal, String(error));
      return true;
    });
    assert.equal(options.budget.heldBytes, 0);
    await assertQuiet();
  }
});

test('a part that the server lost is carried over again, and the file is whole', async () => {
  const file = files[SIZES.indexOf(BIG_FILE_SIZE + 1)] ?? assert.fail();
  const options = await optionsFor(file);
  const uploaded = await transferFile(options);
  sandbox.files.uploads.expireParts({ fileId: uploaded.fileId, parts: [7] });
  await assert.rejects(send(uploaded), { errorMessage: 'FILE_PART_7_MISSING' });
  await repairPart(options, 7);
  assert.equal(options.budget.heldBytes, 0);
  await assertSame(await send(uploaded), file);
  const arrivals = uploadReport(uploaded.fileId)?.arrivals ?? [];
  assert.deepEqual(
    arrivals,
    arrivals.map((_, index) => (index === 7 ? 2 : 1)),
  );
});

test('several transfers share one small budget', async () => {
  const budget = new ByteBudget(4 * PART_SIZE);
  const many = await Promise.all(files.map((file) => optionsFor(file, { budget })));
  const uploaded = await Promise.all(many.map(transferFile));
  for (const [nth, file] of files.entries()) {
    await assertSame(await send(uploaded[nth] ?? assert.fail()), file);
  }
  assert.equal(budget.peakBytes, 4 * PART_SIZE);
  assert.equal(budget.heldBytes, 0);
});
