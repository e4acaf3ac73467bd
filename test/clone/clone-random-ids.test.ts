import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { KIB } from '../../lib/base/bytes.js';
import type { Job } from '../../lib/ledger/job.js';
import { RpcError } from '../../lib/sandbox/rpc.js';
import { fromLong, type Long } from '../../lib/sandbox/tl.js';
import { chatContent } from '../support/chat-content.js';
import { type CloneScene, cloneScene } from '../support/clone-scene.js';
import { Death, dyingJob } from '../support/dying-job.js';

let scene: CloneScene;
before(async () => {
  scene = await cloneScene({ seed: 'random ids' });
});
after(() => scene.close());

interface Sends {
  readonly randomId?: Long;
  readonly multiMedia?: readonly { readonly randomId: Long }[];
}

/** The random_ids that reach the server until it is stopped. */
function watchRandomIds(): { readonly seen: bigint[]; stop(): void } {
  const seen: bigint[] = [];
  scene.sandbox.weather.judge = (_method, request) => {
    const { randomId, multiMedia = [] } = request as Sends;
    for (const each of [randomId, ...multiMedia.map((item) => item.randomId)]) {
      if (each !== undefined) seen.push(fromLong(each));
    }
    return undefined;
  };
  return { seen, stop: () => (scene.sandbox.weather.judge = undefined) };
}

/** Plans messages and topics as a version with another hash has. */
function otherHash(job: Job): Job {
  const plan: Job['plan'] = (messages) =>
    job.plan(messages.map((message) => ({ ...message, randomId: BigInt(message.sourceId) * 1_000n })));
  const planTopic: Job['planTopic'] = (sourceTopicId) => job.planTopic(sourceTopicId, () => 77n);
  const changed = new Map<PropertyKey, unknown>([
    ['plan', plan],
    ['planTopic', planTopic],
  ]);
  return new Proxy(job, {
    get(target, name) {
      const value: unknown = changed.get(name) ?? Reflect.get(target, name, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}

describe('random_ids', () => {
  it('are sent as they are stored, even if the hash would give another one today', async () => {
    const [source, target] = [scene.forum('stored'), scene.forum('stored copy')];
    const topic = scene.sandbox.world.createTopic(source, { title: 'Topic' });
    const groupedId = scene.sandbox.world.nextGroupedId();
    const ids = [
      scene.post(source, { text: 'one', topicId: topic.id }),
      scene.post(source, { media: scene.document(KIB), topicId: topic.id }),
      scene.post(source, { media: scene.document(2 * KIB), text: 'a', groupedId, topicId: topic.id }),
      scene.post(source, { media: scene.document(3 * KIB), text: 'b', groupedId, topicId: topic.id }),
      scene.post(source, { text: 'refused once', topicId: topic.id }),
    ];
    const watched = watchRandomIds();
    const first = await scene.clone(source, target, {
      autoCreateTopics: true,
      wrapJob: (job) => dyingJob(otherHash(job), { write: 1, of: 'sending', when: 'before' }).job,
    });
    assert.ok(first.error instanceof Death);
    scene.sandbox.weather.script({
      method: 'messages.SendMessage',
      nth: 2,
      fate: { kind: 'refuse', error: new RpcError(400, 'MESSAGE_TOO_LONG') },
    });
    const second = await scene.clone(source, target, { autoCreateTopics: true, wrapJob: otherHash });
    const third = await scene.clone(source, target, { autoCreateTopics: true, retryFailed: true });
    watched.stop();
    assert.deepEqual([second.error, third.error], [undefined, undefined]);
    assert.equal(second.summary?.failed.length, 1);
    const stored = ids.map((id) => BigInt(id) * 1_000n);
    assert.deepEqual(watched.seen, [77n, ...stored, stored.at(-1)]);
    assert.equal((await chatContent(scene.sandbox, target)).length, ids.length);
  });
});
