import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { MIB } from '../../lib/base/bytes.js';
import { messageById } from '../../lib/sandbox/world/box.js';
import type { Message } from '../../lib/sandbox/world/message.js';
import type { HistoryPage, Scene } from './scene.js';

/** A client's findings at one step. */
export type Found = Readonly<Record<string, unknown>>;
export type Check = (found: Found) => void | Promise<void>;

/**
 * The steps that every client takes, in order, and the expected findings. Messages that it sent are looked up in the
 * world.
 */
export function stepsOf(scene: Scene): ReadonlyMap<string, Check> {
  const { facts, sandbox } = scene;
  const equal =
    (expected: Found): Check =>
    (found) =>
      assert.deepEqual(found, expected);
  const hashOf = (file: Scene['document']) => sandbox.files.sha256(file);
  return new Map<string, Check>([
    ['loopback only', equal({ refused: true })],
    ['sign in: code', equal({ refused: 'PHONE_CODE_INVALID' })],
    ['sign in: password', equal({ refused: 'PASSWORD_HASH_INVALID', me: 'Ada' })],
    ['dialogs', equal({ titles: ['Channel', 'Forum', 'Group'] })],
    ['history', equal({ ids: scene.history.map(({ id }) => id), texts: textsOf(scene.history) })],
    ...Object.entries(facts.pages).map(
      ([step, page]) => [step, equal({ ids: idsOf(scene.history, page) })] as const,
    ),
    ['topics', equal({ titles: ['General', facts.topicTitle], ids: inTopic(scene) })],
    ['download: home DC', async ({ sha256 }) => assert.equal(sha256, await hashOf(scene.photo))],
    [
      'download: other DC',
      async (found) => {
        const { dcId } = scene.document;
        const sha256 = await hashOf(scene.document);
        assert.deepEqual(found, { sha256, name: facts.documentName, dc: dcId });
      },
    ],
    ['download: from the middle', (found) => assert.equal(found['sha256'], middleOf(scene))],
    ['download: thumbnail', equal({ isJpeg: true })],
    ['upload: small', (found) => checkUpload(scene, found, facts.smallBytes)],
    ['upload: large', (found) => checkUpload(scene, found, facts.largeBytes)],
    ['album', (found) => checkAlbum(scene, found)],
    ['entities', (found) => checkEntities(scene, found)],
    ['reply', (found) => checkReply(scene, found)],
    ['update', equal({ heard: 'pushed' })],
    ['username', equal({ title: facts.channelTitle, unknown: 'USERNAME_NOT_OCCUPIED' })],
    ['refusal', equal({ tooLong: 'MESSAGE_TOO_LONG' })],
    ['log out', equal({ after: 'AUTH_KEY_UNREGISTERED' })],
  ]);
}

/** A page of a history as core.telegram.org/api/offsets describes it, by counting. */
function idsOf(newestFirst: readonly Message[], page: HistoryPage): number[] {
  const { offsetId, offsetDate, addOffset, limit, minId, maxId } = page;
  const isOlder = ({ id, date }: Message): boolean =>
    offsetId > 0 ? id < offsetId : offsetDate === 0 || date < offsetDate;
  const start = Math.max(newestFirst.findIndex(isOlder) + addOffset, 0);
  return newestFirst
    .slice(start, start + limit)
    .map(({ id }) => id)
    .filter((id) => id > minId && (maxId === 0 || id < maxId));
}

function textsOf(messages: readonly Message[]): string[] {
  return messages.map(({ text }) => text).filter(Boolean);
}

function inTopic({ history, facts }: Scene): number[] {
  return history.filter(({ id, topicId }) => topicId === facts.topicId && id !== topicId).map(({ id }) => id);
}

function middleOf({ sandbox, document }: Scene): string {
  const bytes = sandbox.files.read(document, MIB, document.size) ?? assert.fail();
  return createHash('sha256').update(bytes).digest('hex');
}

function sentMessage({ sandbox, forumId }: Scene, id: unknown): Message {
  const box = sandbox.world.chat(forumId)?.box;
  const message = box && typeof id === 'number' ? messageById(box, id) : undefined;
  return message ?? assert.fail(`the forum has no message ${String(id)}`);
}

/** Checks that an upload is what the sandbox has, by its own proof, and what came back. */
async function checkUpload(scene: Scene, found: Found, size: number): Promise<void> {
  const { files } = scene.sandbox;
  const { media } = sentMessage(scene, found['id']);
  assert.ok(media?.kind === 'document');
  const file = files.get(media.fileId) ?? assert.fail();
  assert.equal(file.size, size);
  assert.equal(await files.sha256(file), found['sha256']);
  assert.equal(found['back'], found['sha256']);
}

function checkAlbum(scene: Scene, { ids, captions }: Found): void {
  assert.ok(Array.isArray(ids) && ids.length === 2);
  const messages = ids.map((id) => sentMessage(scene, id));
  const [group, ...others] = new Set(messages.map(({ groupedId }) => groupedId));
  assert.ok(group !== undefined && others.length === 0);
  assert.deepEqual(textsOf(messages), ['one', 'two']);
  assert.deepEqual(captions, ['one', 'two']);
}

/** "bold link code": each word has the style it names. */
function checkEntities(scene: Scene, { id, back }: Found): void {
  const { text, entities } = sentMessage(scene, id);
  assert.equal(text, 'bold link code');
  assert.deepEqual(
    entities.map(({ kind, offset, length }) => [kind, offset, length]),
    [
      ['bold', 0, 4],
      ['textUrl', 5, 4],
      ['code', 10, 4],
    ],
  );
  assert.deepEqual(back, ['bold', 'link', 'code']);
}

function checkReply(scene: Scene, { id, replyTo }: Found): void {
  const { facts } = scene;
  assert.deepEqual(sentMessage(scene, id).reply, {
    toId: facts.replyTo,
    topId: facts.topicId,
    forumTopic: true,
    quote: undefined,
  });
  assert.equal(replyTo, facts.replyTo);
}
