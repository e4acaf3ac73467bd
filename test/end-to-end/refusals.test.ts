import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { Api } from 'telegram';
import { MIB, PART_SIZE } from '../../lib/base/bytes.js';
import { systemRandom } from '../../lib/base/random.js';
import type { Wait } from '../../lib/pace/wait.js';
import { TelegramError } from '../../lib/refusals/telegram-error.js';
import type { StoredFile } from '../../lib/sandbox/files/stored-file.js';
import { type Fate, RpcError } from '../../lib/sandbox/rpc.js';
import { type Sandbox, startSandbox } from '../../lib/sandbox/sandbox.js';
import type { Account, Chat as WorldChat } from '../../lib/sandbox/world/model.js';
import { bareId } from '../../lib/sandbox/world/peer-id.js';
import type { TelepiClient } from '../../lib/telegram/client.js';
import { toLong } from '../../lib/telegram/long.js';
import { clientOf } from '../support/client-of.js';

/** Every refusal that the sandbox promises, met by TelePi's own client over TCP. */
let sandbox: Sandbox;
let client: TelepiClient;
let me: Account;
let other: Account;
const waits: Wait[] = [];
const signal = new AbortController().signal;

before(async () => {
  sandbox = await startSandbox({ seed: 'refusals' });
  me = sandbox.world.createUser({ phone: '9996600001', code: '12345', firstName: 'Ann' });
  other = sandbox.world.createUser({ phone: '9996600002', code: '12345', firstName: 'Bob' });
  client = await clientOf(sandbox, me, { onWait: (wait) => waits.push(wait) });
});
after(async () => {
  await client.close();
  await sandbox.close();
});

async function refuses(request: Api.AnyRequest, errorMessage: string): Promise<void> {
  await assert.rejects(client.call(request, { signal }), (error) => {
    assert.ok(error instanceof TelegramError, String(error));
    assert.equal(error.errorMessage, errorMessage);
    assert.match(error.message, /^[^\n]+\.( \([^\n]+\))?$/, 'one sentence');
    return true;
  });
}

const randomId = (): Api.long => toLong(systemRandom.bytes(8).readBigInt64LE());
const inputPeer = (chat: WorldChat, accessHash?: bigint): Api.InputPeerChannel =>
  new Api.InputPeerChannel({
    channelId: toLong(bareId(chat.id)),
    accessHash: toLong(accessHash ?? sandbox.world.accessHash(me.id, chat.id)),
  });
const text = (peer: Api.TypeInputPeer, message = 'hello', topic?: number): Api.messages.SendMessage =>
  new Api.messages.SendMessage({
    peer,
    message,
    randomId: randomId(),
    ...(topic && { replyTo: new Api.InputReplyToMessage({ replyToMsgId: topic, topMsgId: topic }) }),
  });
const self = new Api.InputPeerSelf();

describe('chats', () => {
  test('CHANNEL_INVALID: a wrong access hash', async () => {
    const chat = sandbox.world.createChannel({ title: 'own', creator: me.id });
    await refuses(text(inputPeer(chat, 1n)), 'CHANNEL_INVALID');
  });

  test('CHANNEL_PRIVATE: a channel without this account', async () => {
    const chat = sandbox.world.createChannel({ title: 'theirs', creator: other.id, megagroup: true });
    const getHistory = {
      offsetId: 0,
      offsetDate: 0,
      addOffset: 0,
      limit: 1,
      maxId: 0,
      minId: 0,
      hash: toLong(0),
    };
    await refuses(new Api.messages.GetHistory({ peer: inputPeer(chat), ...getHistory }), 'CHANNEL_PRIVATE');
  });

  test('CHAT_WRITE_FORBIDDEN: a group where members may not write', async () => {
    const chat = sandbox.world.createChannel({
      title: 'silent',
      creator: other.id,
      megagroup: true,
      defaultBans: ['sendMessages'],
    });
    sandbox.world.addMember(chat, me.id);
    await refuses(text(inputPeer(chat)), 'CHAT_WRITE_FORBIDDEN');
  });

  test('CHAT_ADMIN_REQUIRED: a broadcast channel of others', async () => {
    const chat = sandbox.world.createChannel({ title: 'news', creator: other.id });
    sandbox.world.addMember(chat, me.id);
    await refuses(text(inputPeer(chat)), 'CHAT_ADMIN_REQUIRED');
  });

  test('TOPIC_DELETED', async () => {
    const chat = sandbox.world.createChannel({ title: 'forum', creator: me.id, forum: true });
    const topic = sandbox.world.createTopic(chat, { title: 'gone' });
    topic.deleted = true;
    await refuses(text(inputPeer(chat), 'hello', topic.id), 'TOPIC_DELETED');
  });

  test('TOPIC_CLOSED: for an account that may not manage topics', async () => {
    const chat = sandbox.world.createChannel({
      title: 'closed',
      creator: other.id,
      forum: true,
      defaultBans: ['manageTopics'],
    });
    sandbox.world.addMember(chat, me.id);
    const topic = sandbox.world.createTopic(chat, { title: 'closed', from: other.id });
    topic.closed = true;
    await refuses(text(inputPeer(chat), 'hello', topic.id), 'TOPIC_CLOSED');
  });

  test('CHANNEL_FORUM_MISSING: topics of a group that has none', async () => {
    const chat = sandbox.world.createChannel({ title: 'plain', creator: me.id, megagroup: true });
    const page = { offsetDate: 0, offsetId: 0, offsetTopic: 0, limit: 10 };
    await refuses(
      new Api.messages.GetForumTopics({ peer: inputPeer(chat), ...page }),
      'CHANNEL_FORUM_MISSING',
    );
  });

  test('MESSAGE_TOO_LONG and MESSAGE_EMPTY', async () => {
    await refuses(text(self, 'x'.repeat(4097)), 'MESSAGE_TOO_LONG');
    await refuses(text(self, ''), 'MESSAGE_EMPTY');
  });

  test('USERNAME_NOT_OCCUPIED', () =>
    refuses(new Api.contacts.ResolveUsername({ username: 'nobody_here' }), 'USERNAME_NOT_OCCUPIED'));
});

describe('files being downloaded', () => {
  let file: StoredFile;
  let location: (changes?: { fileReference?: Buffer; accessHash?: bigint }) => Api.InputDocumentFileLocation;
  before(() => {
    file = sandbox.files.add({
      kind: 'document',
      dcId: 1,
      size: 3 * MIB,
      mimeType: 'video/mp4',
      attributes: [],
    });
    location = (changes = {}) =>
      new Api.InputDocumentFileLocation({
        id: toLong(file.id),
        accessHash: toLong(changes.accessHash ?? file.accessHash),
        fileReference: changes.fileReference ?? sandbox.files.referenceFor(file, 'a test'),
        thumbSize: '',
      });
  });
  const getFile = (at: Api.InputDocumentFileLocation, offset: number, limit: number): Api.upload.GetFile =>
    new Api.upload.GetFile({ location: at, offset: toLong(offset), limit });

  test('LOCATION_INVALID: a wrong access hash', () =>
    refuses(getFile(location({ accessHash: 5n }), 0, PART_SIZE), 'LOCATION_INVALID'));

  test('FILE_REFERENCE_EXPIRED', async () => {
    const old = location();
    sandbox.files.expireReferences(file);
    await refuses(getFile(old, 0, PART_SIZE), 'FILE_REFERENCE_EXPIRED');
  });

  test('OFFSET_INVALID and LIMIT_INVALID: off the 4 KiB grid, or over a 1 MiB border', async () => {
    await refuses(getFile(location(), 1000, PART_SIZE), 'OFFSET_INVALID');
    await refuses(getFile(location(), 0, 5000), 'LIMIT_INVALID');
    await refuses(getFile(location(), MIB - 4096, PART_SIZE), 'LIMIT_INVALID');
  });

  test('FILE_MIGRATE_X: a file of another DC', async () => {
    const foreign = sandbox.files.add({
      kind: 'document',
      dcId: 2,
      size: MIB,
      mimeType: 'video/mp4',
      attributes: [],
    });
    const at = new Api.InputDocumentFileLocation({
      id: toLong(foreign.id),
      accessHash: toLong(foreign.accessHash),
      fileReference: sandbox.files.referenceFor(foreign, 'a test'),
      thumbSize: '',
    });
    await refuses(getFile(at, 0, PART_SIZE), 'FILE_MIGRATE_2');
    const parts: Buffer[] = [];
    for await (const part of client.iterDownload(at, { size: MIB, signal })) parts.push(part);
    assert.deepEqual(Buffer.concat(parts), sandbox.files.read(foreign, 0, MIB));
  });
});

describe('files being uploaded', () => {
  let lastId = 1n;
  const bytes = systemRandom.bytes(PART_SIZE);
  const fresh = (): Api.long => {
    lastId += 1n;
    return toLong(lastId);
  };
  const small = (fileId: Api.long, filePart: number, length = PART_SIZE): Api.upload.SaveFilePart =>
    new Api.upload.SaveFilePart({ fileId, filePart, bytes: bytes.subarray(0, length) });
  const big = (fileId: Api.long, filePart: number, fileTotalParts: number, length = PART_SIZE) =>
    new Api.upload.SaveBigFilePart({ fileId, filePart, fileTotalParts, bytes: bytes.subarray(0, length) });
  const send = (file: Api.TypeInputFile, message = ''): Api.messages.SendMedia =>
    new Api.messages.SendMedia({
      peer: self,
      message,
      randomId: randomId(),
      media: new Api.InputMediaUploadedDocument({ file, mimeType: 'video/mp4', attributes: [] }),
    });

  test('FILE_PART_INVALID: a part beyond the number that an account may send', async () => {
    await refuses(small(fresh(), -1), 'FILE_PART_INVALID');
    await refuses(big(fresh(), 5, 4), 'FILE_PART_INVALID');
  });

  test('FILE_PARTS_INVALID: more parts than the account may send', () =>
    refuses(big(fresh(), 0, 8001), 'FILE_PARTS_INVALID'));

  test('FILE_PART_SIZE_INVALID: a size that does not divide 512 KiB', () =>
    refuses(big(fresh(), 0, 2, 5000), 'FILE_PART_SIZE_INVALID'));

  test('FILE_PART_SIZE_CHANGED: another size in the middle', async () => {
    const fileId = fresh();
    await client.call(big(fileId, 0, 30), { signal });
    await refuses(big(fileId, 1, 30, PART_SIZE / 2), 'FILE_PART_SIZE_CHANGED');
  });

  test('FILE_PART_X_MISSING: a part that never came', async () => {
    const id = fresh();
    await client.call(big(id, 0, 2), { signal });
    await refuses(send(new Api.InputFileBig({ id, parts: 2, name: 'a' })), 'FILE_PART_1_MISSING');
  });

  test('MD5_CHECKSUM_INVALID', async () => {
    const id = fresh();
    await client.call(small(id, 0), { signal });
    const file = new Api.InputFile({ id, parts: 1, name: 'a', md5Checksum: '0'.repeat(32) });
    await refuses(send(file), 'MD5_CHECKSUM_INVALID');
  });

  test('MEDIA_CAPTION_TOO_LONG', async () => {
    const id = fresh();
    await client.call(small(id, 0), { signal });
    const file = new Api.InputFile({ id, parts: 1, name: 'a', md5Checksum: '' });
    await refuses(send(file, 'x'.repeat(1025)), 'MEDIA_CAPTION_TOO_LONG');
  });

  test("MEDIA_EMPTY: a document that doesn't exist", async () => {
    const id = new Api.InputDocument({
      id: toLong(1),
      accessHash: toLong(2),
      fileReference: Buffer.alloc(8),
    });
    const media = new Api.InputMediaDocument({ id });
    await refuses(
      new Api.messages.SendMedia({ peer: self, message: '', randomId: randomId(), media }),
      'MEDIA_EMPTY',
    );
  });
});

describe('weather that is waited for or retried', () => {
  const faults: readonly [name: string, fate: Fate, kind: Wait['kind'], reason: RegExp][] = [
    ['FLOOD_WAIT_X', refusal(420, 'FLOOD_WAIT_1'), 'flood', /^FLOOD_WAIT_1$/],
    ['FLOOD_PREMIUM_WAIT_X', refusal(420, 'FLOOD_PREMIUM_WAIT_1'), 'premium', /^FLOOD_PREMIUM_WAIT_1$/],
    ['SLOWMODE_WAIT_X', refusal(420, 'SLOWMODE_WAIT_1'), 'slowmode', /^SLOWMODE_WAIT_1$/],
    ['INTERNAL', refusal(500, 'INTERNAL'), 'transient', /^INTERNAL$/],
    ['Timeout', refusal(-503, 'Timeout'), 'transient', /^TIMEOUT$/],
    ['a connection dropped before the request', { kind: 'drop-before' }, 'transient', /./],
    ['a connection dropped before the answer', { kind: 'drop-after' }, 'transient', /./],
    ['a connection that is reset', { kind: 'reset' }, 'transient', /./],
  ];
  for (const [name, fate, kind, reason] of faults) {
    test(name, async () => {
      waits.length = 0;
      const fault = sandbox.weather.script({ method: 'messages.SendMessage', fate });
      const before = sandbox.world.messagesWith(me.id, me.id).length;
      await client.call(text(self, name), { signal });
      assert.equal(fault.done, true);
      assert.deepEqual(
        waits.map((wait) => [wait.kind, wait.method]),
        [[kind, 'messages.sendMessage']],
      );
      assert.match(waits[0]?.reason ?? '', reason);
      assert.equal(sandbox.world.messagesWith(me.id, me.id).length, before + 1, 'sent once');
    });
  }
});

function refusal(code: number, message: string): Fate {
  return { kind: 'refuse', error: new RpcError(code, message) };
}
