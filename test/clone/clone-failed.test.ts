import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { KIB } from '../../lib/base/bytes.js';
import type { FailedError } from '../../lib/base/errors.js';
import { RpcError } from '../../lib/sandbox/rpc.js';
import type { Chat } from '../../lib/sandbox/world/model.js';
import { type CloneScene, cloneScene } from '../support/clone-scene.js';

let scene: CloneScene;
before(async () => {
  scene = await cloneScene({ seed: 'failed' });
});
after(() => scene.close());

const texts = (chat: Chat): string[] => (chat.box?.messages ?? []).flatMap(({ text }) => text || []);

/** Refuses the `nth` message that is sent from now on, once. */
function refuseNth(nth: number, words = 'MESSAGE_REFUSED_FOR_A_TEST'): void {
  const error = new RpcError(400, words);
  scene.sandbox.weather.script({ method: 'messages.SendMessage', nth, fate: { kind: 'refuse', error } });
}

describe('messages that fail', () => {
  it('are passed over by the next run, reported until they are final, and sent by --retry-failed', async () => {
    const [source, target] = [scene.group('retry'), scene.group('retry copy')];
    const ids = ['one', 'two', 'three'].map((text) => scene.post(source, { text }));
    refuseNth(2);
    const first = await scene.clone(source, target);
    const failed = [{ sourceId: ids[1], reason: 'message_refused_for_a_test' }];
    assert.deepEqual(first.summary?.failed, failed);
    scene.post(source, { text: 'four' });
    const second = await scene.clone(source, target);
    assert.deepEqual(second.summary?.failed, [], 'they lie before the checkpoint');
    assert.deepEqual(texts(target), ['one', 'three', 'four']);
    scene.post(source, { text: 'five' });
    const third = await scene.clone(source, target, { retryFailed: true });
    assert.equal(third.error, undefined);
    assert.equal(third.summary?.sent, 2);
    assert.deepEqual(texts(target), ['one', 'three', 'four', 'two', 'five']);
    const fourth = await scene.clone(source, target, { retryFailed: true });
    assert.equal(fourth.summary?.sent, 0);
  });

  it('stay failed when they fail again, with the new reason', async () => {
    const [source, target] = [scene.group('again'), scene.group('again copy')];
    const id = scene.post(source, { text: 'one' });
    refuseNth(1, 'FIRST_REASON_FOR_A_TEST');
    await scene.clone(source, target);
    refuseNth(1, 'SECOND_REASON_FOR_A_TEST');
    const { summary } = await scene.clone(source, target, { retryFailed: true });
    assert.deepEqual(summary?.failed, [{ sourceId: id, reason: 'second_reason_for_a_test' }]);
    assert.equal((await scene.clone(source, target, { retryFailed: true })).summary?.sent, 1);
  });

  it('are skipped when they are gone by the time they are tried again', async () => {
    const [source, target] = [scene.group('gone'), scene.group('gone copy')];
    scene.post(source, { text: 'one' });
    refuseNth(1);
    await scene.clone(source, target);
    source.box?.messages.pop();
    const { summary } = await scene.clone(source, target, { retryFailed: true });
    assert.deepEqual(summary?.skipped, { deleted: 1 });
    assert.deepEqual((await scene.clone(source, target, { retryFailed: true })).summary?.skipped, {});
  });

  it('of one album are sent as an album again', async () => {
    const [source, target] = [scene.group('album'), scene.group('album copy')];
    const groupedId = scene.sandbox.world.nextGroupedId();
    for (let item = 0; item < 3; item += 1)
      scene.post(source, { media: scene.document(5 * KIB), groupedId, text: `${item}` });
    const error = new RpcError(400, 'MEDIA_INVALID');
    scene.sandbox.weather.script({ method: 'messages.SendMultiMedia', fate: { kind: 'refuse', error } });
    assert.equal((await scene.clone(source, target)).summary?.failed.length, 3);
    assert.equal((await scene.clone(source, target, { retryFailed: true })).summary?.sent, 3);
    const copies = (target.box?.messages ?? []).filter(({ action }) => !action);
    assert.equal(new Set(copies.map((message) => message.groupedId)).size, 1);
    assert.deepEqual(texts(target), ['0', '1', '2']);
  });
});

describe('--stop-on-error', () => {
  it('stops at the message, and the next run begins with it', async () => {
    const [source, target] = [scene.group('stop'), scene.group('stop copy')];
    const ids = ['one', 'two', 'three'].map((text) => scene.post(source, { text }));
    refuseNth(2);
    const first = await scene.clone(source, target, { stopOnError: true });
    assert.equal((first.error as FailedError).code, 'STOPPED_ON_ERROR');
    assert.match((first.error as FailedError).message, new RegExp(`^Stopped at message ${ids[1]}, `));
    assert.equal(first.checkpoint, ids[0]);
    const told = first.events.filter(([name]) => name === 'failed').map(([, { sourceId }]) => sourceId);
    assert.deepEqual(told, [ids[1]]);
    assert.deepEqual(texts(target), ['one']);
    const second = await scene.clone(source, target, { stopOnError: true });
    assert.equal(second.error, undefined);
    assert.deepEqual(texts(target), ['one', 'two', 'three']);
  });
});
