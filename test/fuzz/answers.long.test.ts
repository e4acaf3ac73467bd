import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, beforeEach, test } from 'node:test';
import fc from 'fast-check';
import { Api } from 'telegram';
import { TelepiError } from '../../lib/base/errors.js';
import { systemRandom } from '../../lib/base/random.js';
import { type Caller, type Method, type MethodTable, RpcError } from '../../lib/sandbox/rpc.js';
import type { Chat } from '../../lib/sandbox/world/model.js';
import { listChats } from '../../lib/telegram/chats.js';
import { readLimits } from '../../lib/telegram/limits.js';
import { toLong } from '../../lib/telegram/long.js';
import { chatContent } from '../support/chat-content.js';
import { clientOf } from '../support/client-of.js';
import { type CloneRun, type CloneScene, cloneScene } from '../support/clone-scene.js';
import { isOneSentence, nastyText, seedFuzz } from './seed.js';

/** Answers that the schema allows but a server shouldn't give: to the real client, over TCP, in whole clones. */
const seed = seedFuzz();

/** Changes a method's answer. */
type Twist = (answer: unknown, request: unknown) => unknown;
const twists = new Map<string, Twist>();

function twisted(methods: MethodTable): MethodTable {
  const twist =
    (name: string, method: Method): Method =>
    async (request: unknown, caller: Caller) => {
      const answer = await method(request, caller);
      return twists.get(name)?.(answer, request) ?? answer;
    };
  return new Map([...methods].map(([name, method]) => [name, twist(name, method)]));
}

let scene: CloneScene;
before(async () => {
  const clientRandom = { ...systemRandom, float: () => 0 };
  scene = await cloneScene({ seed: `answers ${seed}`, clientRandom, methods: twisted });
});
after(() => scene.close());
beforeEach(() => twists.clear());

const signal = new AbortController().signal;
const RUNS = 12;
const CONTENT_BYTES = 5_000;

/** A text, a document and a photo, and a text after them. */
function sourceOfEach(): Chat {
  const source = scene.group('source');
  const post = (fields: object): unknown => scene.post(source, fields);
  const photo = scene.sandbox.files.add({ kind: 'photo', dcId: 1, width: 64, height: 64 });
  post({ text: 'before' });
  post({ text: 'document', media: scene.document(CONTENT_BYTES) });
  post({ text: 'photo', media: { kind: 'photo', fileId: photo.id, spoiler: false } });
  post({ text: 'after' });
  return source;
}

/** A text of 300,000 characters, of which no two parts are equal. */
function hugeText(id: number): string {
  const words = Array.from({ length: 30_000 }, (_, index) => `${id}.${index}`);
  return words.join(' ').slice(0, 300_000);
}

/** The run ended by itself, each message was reported once, and no bytes are held. */
function assertEnded(run: CloneRun): void {
  if (run.error !== undefined) {
    assert.ok(run.error instanceof TelepiError, String((run.error as Error).stack));
    assert.ok(isOneSentence(run.error.message), run.error.message);
  }
  const told = run.events.flatMap(([event, { sourceIds, sourceId }]) => {
    if (event === 'sent') return sourceIds as number[];
    return ['skipped', 'failed'].includes(event) ? [sourceId] : [];
  });
  assert.equal(new Set(told).size, told.length, 'told once');
  assert.equal(run.budget.heldBytes, 0);
}

function eachMessage(answer: unknown, change: (message: Api.Message) => void): unknown {
  if (answer && typeof answer === 'object' && 'messages' in answer) {
    for (const message of answer.messages as unknown[]) if (message instanceof Api.Message) change(message);
  }
  return answer;
}

test('wrong sizes are handled: negative, missing, too large, or larger than a number can hold', async () => {
  const source = sourceOfEach();
  const sizes = fc.oneof(
    fc.constantFrom(-1n, -(2n ** 63n), 0n, 1n, 2n ** 63n - 1n, 2n ** 53n, BigInt(CONTENT_BYTES) + 1n),
    fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
  );
  const small = fc.oneof(fc.constantFrom(-1, 0, -(2 ** 31), 2 ** 31 - 1), fc.integer());
  await fc.assert(
    fc.asyncProperty(sizes, small, nastyText(), async (size, photoSize, name) => {
      twists.set('messages.GetHistory', (answer) =>
        eachMessage(answer, ({ media }) => {
          if (media instanceof Api.MessageMediaDocument && media.document instanceof Api.Document) {
            media.document.size = toLong(size);
            media.document.attributes = [new Api.DocumentAttributeFilename({ fileName: name })];
            media.document.thumbs = [new Api.PhotoSize({ type: 'm', w: 9, h: 9, size: photoSize })];
          }
          if (media instanceof Api.MessageMediaPhoto && media.photo instanceof Api.Photo) {
            media.photo.sizes = [new Api.PhotoSize({ type: 'x', w: 64, h: 64, size: photoSize })];
          }
        }),
      );
      const target = scene.group('target');
      const run = await scene.clone(source, target);
      assertEnded(run);
      assert.equal(run.error, undefined, 'one message does not stop the others');
      const texts = (await chatContent(scene.sandbox, target)).map(({ text }) => text);
      assert.deepEqual([texts[0], texts.at(-1)], ['before', 'after']);
    }),
    { numRuns: RUNS },
  );
});

test('files that end early, never end, or have other content are handled', async () => {
  const source = sourceOfEach();
  const lengths = fc.constantFrom(
    0,
    1,
    CONTENT_BYTES - 1,
    CONTENT_BYTES,
    CONTENT_BYTES + 1,
    524_288,
    1_100_000,
  );
  await fc.assert(
    fc.asyncProperty(
      fc.array(lengths, { minLength: 1, maxLength: 3 }),
      fc.boolean(),
      async (given, redirect) => {
        let asked = 0;
        twists.set('upload.GetFile', (answer) => {
          const length = given[asked % given.length] ?? 0;
          asked += 1;
          if (redirect && asked === 1) {
            const fileToken = Buffer.alloc(4);
            return new Api.upload.FileCdnRedirect({
              dcId: 203,
              fileToken,
              encryptionKey: Buffer.alloc(32),
              encryptionIv: Buffer.alloc(16),
              fileHashes: [],
            });
          }
          return answer instanceof Api.upload.File
            ? new Api.upload.File({ type: answer.type, mtime: 0, bytes: Buffer.alloc(length, 1) })
            : answer;
        });
        const target = scene.group('target');
        const run = await scene.clone(source, target);
        assertEnded(run);
        assert.equal(run.error, undefined);
        for (const { reason } of run.summary?.failed ?? [])
          assert.match(reason, /size_mismatch|cdn_redirect/);
      },
    ),
    { numRuns: RUNS },
  );
});

test('odd histories are handled: repeated, out of order, without a peer, huge, or of nobody', async () => {
  const source = sourceOfEach();
  const changes: readonly ((messages: Api.TypeMessage[]) => Api.TypeMessage[])[] = [
    (messages) => [...messages, ...messages],
    (messages) => messages.toReversed(),
    (messages) => [new Api.MessageEmpty({ id: 2 ** 31 - 1 }), ...messages],
    (messages) => [new Api.MessageEmpty({ id: 3 }), new Api.MessageEmpty({ id: -5 }), ...messages],
    (messages) => messages.filter((_, index) => index % 2 === 0),
    (messages) => {
      for (const message of messages) {
        if (message instanceof Api.Message) message.peerId = new Api.PeerUser({ userId: toLong(0) });
      }
      return messages;
    },
    (messages) => {
      for (const message of messages)
        if (message instanceof Api.Message) message.message = hugeText(message.id);
      return messages;
    },
    (messages) => {
      const entity = new Api.MessageEntityBold({ offset: 2 ** 31 - 1, length: -7 });
      for (const message of messages) if (message instanceof Api.Message) message.entities = [entity];
      return messages;
    },
    () => [],
  ];
  for (const [index, change] of changes.entries()) {
    twists.set('messages.GetHistory', (answer) => {
      if (answer && typeof answer === 'object' && 'messages' in answer) {
        answer.messages = change(answer.messages as Api.TypeMessage[]);
        if ('count' in answer) answer.count = -1;
      }
      return answer;
    });
    const target = scene.group('target');
    assertEnded(await scene.clone(source, target));
    const texts = (await chatContent(scene.sandbox, target)).map(({ text }) => text);
    assert.equal(new Set(texts).size, texts.length, `change ${index}: no message twice`);
  }
});

test('reading dialogs that go in a circle ends', async () => {
  for (let posts = 0; posts < 3; posts += 1) {
    const { id } = scene.group(`circle ${posts}`);
    for (let post = 0; post < posts; post += 1) {
      scene.sandbox.world.post({ chat: id, from: scene.me.id, text: 'posted' });
    }
  }
  let page = 0;
  let first: Api.messages.Dialogs | undefined;
  twists.set('messages.GetDialogs', (answer) => {
    page += 1;
    if (page > 50) return new Api.messages.DialogsNotModified({ count: 0 });
    first ??= answer as Api.messages.Dialogs;
    const { dialogs, messages, chats, users } = first;
    const shown = dialogs.slice(page % 2, (page % 2) + 1);
    return new Api.messages.DialogsSlice({ count: 1_000_000, dialogs: shown, messages, chats, users });
  });
  let seen = 0;
  for await (const _ of listChats(scene.client, signal)) seen += 1;
  assert.ok(seen > 0 && page < 20, `${page} pages`);
});

test('senseless limits are not believed', async () => {
  twists.set('help.GetConfig', (answer) => {
    const config = answer as Api.Config;
    config.messageLengthMax = -5;
    config.captionLengthMax = -1;
    return config;
  });
  twists.set('help.GetAppConfig', () => {
    const value = ['upload_max_fileparts_default', 'caption_length_limit_default'].map(
      (key) => new Api.JsonObjectValue({ key, value: new Api.JsonNumber({ value: Number.NaN }) }),
    );
    return new Api.help.AppConfig({ hash: 1, config: new Api.JsonObject({ value }) });
  });
  const client = await clientOf(scene.sandbox, scene.me);
  const limits = await readLimits(client, signal).finally(() => client.close());
  assert.deepEqual([limits.textLength, limits.captionLength, limits.maxFileParts], [4096, 1024, 4000]);
});

test('refusals with any words and any code either end the run with a sentence or make the message fail', async () => {
  const source = scene.group('refused');
  scene.post(source, { text: 'only' });
  // Errors that are repeated for minutes are left out: the table's test covers them.
  const codes = fc.constantFrom(303, 400, 401, 403, 406, 420, 0, -1, 999);
  await fc.assert(
    fc.asyncProperty(nastyText(), codes, async (words, code) => {
      scene.sandbox.weather.script({
        method: 'messages.SendMessage',
        fate: { kind: 'refuse', error: new RpcError(code, words) },
      });
      const run = await scene.clone(source, scene.group('target'));
      assertEnded(run);
      assert.ok(run.error !== undefined || run.summary?.failed.length === 1);
    }),
    { numRuns: RUNS },
  );
});

test('sends that are answered with wrong ids, no ids or other updates are handled', async () => {
  const source = scene.group('ids');
  scene.post(source, { text: 'only' });
  const updates = { users: [], chats: [], date: 0, seq: 0 };
  const answers: readonly unknown[] = [
    new Api.Updates({ ...updates, updates: [] }),
    new Api.Updates({ ...updates, updates: [new Api.UpdateMessageID({ id: -7, randomId: toLong(1) })] }),
    new Api.UpdatesTooLong(),
    new Api.UpdateShort({ update: new Api.UpdateConfig(), date: 0 }),
  ];
  for (const answer of answers) {
    twists.set('messages.SendMessage', () => answer);
    const target = scene.group('target');
    const run = await scene.clone(source, target);
    assertEnded(run);
    assert.equal(run.error, undefined);
    assert.equal((await chatContent(scene.sandbox, target)).length, 1, 'sent once');
  }
});

test('a checkpoint at the largest possible id leaves nothing to do', async () => {
  const [source, target] = [sourceOfEach(), scene.group('target')];
  assertEnded(await scene.clone(source, target));
  const first = await scene.clone(source, target);
  writeFileSync(join(first.folder, 'checkpoint.txt'), `${2 ** 31 - 1}\n`);
  const run = await scene.clone(source, target);
  assertEnded(run);
  assert.equal(run.error, undefined);
  assert.equal(run.summary?.sent, 0);
});
