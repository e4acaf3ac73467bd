import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { after, before, describe, it } from 'node:test';
import { KIB, PART_SIZE } from '../../lib/base/bytes.js';
import { type FailedError, InterruptedError } from '../../lib/base/errors.js';
import { seededRandom } from '../../lib/base/random.js';
import type { CloneSummary } from '../../lib/clone/summary.js';
import { RpcError } from '../../lib/sandbox/rpc.js';
import type { Chat } from '../../lib/sandbox/world/model.js';
import { chatContent } from '../support/chat-content.js';
import { type CloneRun, type CloneScene, cloneScene } from '../support/clone-scene.js';
import { FakeClock } from '../support/fake-clock.js';

let scene: CloneScene;
before(async () => {
  scene = await cloneScene({ seed: 'resume' });
});
after(() => scene.close());

/** Texts, files and albums in turns. */
function filled(title: string): Chat {
  const chat = scene.group(title);
  for (let index = 0; index < 4; index += 1) {
    scene.post(chat, { text: `text ${index}` });
    scene.post(chat, { media: scene.document(3 * PART_SIZE + index), text: `file ${index}` });
    const groupedId = scene.sandbox.world.nextGroupedId();
    for (let item = 0; item < 3; item += 1)
      scene.post(chat, { media: scene.document(40 * KIB), text: `${item}`, groupedId });
  }
  return chat;
}

describe('a stopped run', () => {
  it('ends with its reason, and the next run completes the target, whenever it was stopped', async () => {
    const random = seededRandom('stops');
    const source = filled('stopped');
    for (let round = 0; round < 4; round += 1) {
      const target = scene.group(`stopped copy ${round}`);
      let last: CloneRun | undefined;
      for (let tries = 0; tries < 40 && !last?.summary; tries += 1) {
        const stop = new AbortController();
        const reason = new InterruptedError('SIGTERM');
        let left = random.integer(1, 150);
        last = await scene.clone(source, target, {
          signal: stop.signal,
          onEvent: () => {
            left -= 1;
            if (left === 0) stop.abort(reason);
          },
        });
        if (!last.summary) assert.equal(last.error, reason, `round ${round}, try ${tries}`);
        const [end] = last.events.filter(([event]) => event === 'end');
        assert.ok(end);
        assert.equal((end[1]['summary'] as CloneSummary).lastId, last.checkpoint);
        assert.equal(last.budget.heldBytes, 0);
      }
      assert.ok(last?.summary, `round ${round} never ended`);
      await scene.assertSame(source, target);
    }
  });

  it('waits for a send that is under way, so that its checkpoint is right', async () => {
    const [source, target] = [scene.group('under way'), scene.group('under way copy')];
    const ids = ['one', 'two', 'three'].map((text) => scene.post(source, { text }));
    const stop = new AbortController();
    scene.sandbox.weather.script({
      method: 'messages.SendMessage',
      nth: 2,
      match: () => {
        setImmediate(() => stop.abort(new InterruptedError('SIGINT')));
        return false;
      },
      fate: { kind: 'pass' },
    });
    const { error, checkpoint } = await scene.clone(source, target, { signal: stop.signal });
    assert.ok(error instanceof InterruptedError);
    assert.equal(checkpoint, ids[0]);
    assert.equal((await chatContent(scene.sandbox, target)).length, 1);
  });
});

describe('a run that continues', () => {
  it('reports how much is left', async () => {
    const [source, target] = [scene.group('left'), scene.group('left copy')];
    for (let index = 0; index < 5; index += 1) scene.post(source, { text: `${index}` });
    const plan = ({ events }: CloneRun): object | undefined =>
      events.find(([event]) => event === 'plan')?.[1];
    const first = await scene.clone(source, target);
    assert.deepEqual(plan(first), { total: 6, firstId: 1 });
    writeFileSync(`${first.folder}/checkpoint.txt`, '3');
    assert.deepEqual(plan(await scene.clone(source, target)), { total: 3, firstId: 4 });
  });

  it('sends nothing again when the checkpoint was lost before it was written', async () => {
    const [source, target] = [filled('lost checkpoint'), scene.group('lost checkpoint copy')];
    const first = await scene.clone(source, target);
    assert.equal(first.error, undefined);
    writeFileSync(`${first.folder}/checkpoint.txt`, '9\n');
    const again = await scene.clone(source, target);
    assert.equal(again.error, undefined);
    assert.equal(again.checkpoint, first.checkpoint);
    await scene.assertSame(source, target);
  });

  it('sends nothing twice when answers are lost and connections drop', async () => {
    const [source, target] = [filled('drops'), scene.group('drops copy')];
    const { weather } = scene.sandbox;
    const faults = [
      weather.script({ method: 'messages.SendMessage', nth: 2, fate: { kind: 'drop-after' } }),
      weather.script({ method: 'messages.SendMedia', nth: 1, fate: { kind: 'drop-after' } }),
      weather.script({ method: 'messages.SendMedia', nth: 3, fate: { kind: 'drop-before' } }),
      weather.script({ method: 'messages.SendMultiMedia', nth: 1, fate: { kind: 'drop-after' } }),
      weather.script({ method: 'messages.SendMultiMedia', nth: 3, fate: { kind: 'reset' } }),
      weather.script({ method: 'upload.SaveFilePart', nth: 5, fate: { kind: 'drop-before' } }),
      weather.script({ method: 'upload.GetFile', nth: 4, fate: { kind: 'reset' } }),
    ];
    const { error, summary } = await scene.clone(source, target);
    assert.equal(error, undefined);
    assert.deepEqual(summary?.failed, []);
    assert.ok(faults.every(({ done }) => done));
    await scene.assertSame(source, target);
  });

  it('accepts it as sent when Telegram refuses a repeat', async () => {
    const [source, target] = [filled('duplicates'), scene.group('duplicates copy')];
    scene.sandbox.world.refuseRepeats = true;
    const { weather } = scene.sandbox;
    weather.script({ method: 'messages.SendMessage', nth: 3, fate: { kind: 'drop-after' } });
    weather.script({ method: 'messages.SendMultiMedia', nth: 2, fate: { kind: 'drop-after' } });
    const { error, summary, events } = await scene.clone(source, target);
    scene.sandbox.world.refuseRepeats = false;
    assert.equal(error, undefined);
    assert.equal(summary?.sent, 20);
    await scene.assertSame(source, target);
    const told = events.flatMap(([event, { targetIds }]) =>
      event === 'sent' ? (targetIds as number[]) : [],
    );
    const there = (target.box?.messages ?? []).filter(({ action }) => !action).map(({ id }) => id);
    assert.deepEqual(told, there);
  });

  it('continues with the rest of an album from a checkpoint inside it', async () => {
    const [source, target] = [scene.group('inside'), scene.group('inside copy')];
    const groupedId = scene.sandbox.world.nextGroupedId();
    const ids = [0, 1, 2, 3].map((item) =>
      scene.post(source, { media: scene.document(5 * KIB), text: `${item}`, groupedId }),
    );
    scene.post(source, { text: 'after' });
    const stop = new AbortController();
    stop.abort(new InterruptedError('SIGINT'));
    const { folder } = await scene.clone(source, target, { signal: stop.signal });
    writeFileSync(`${folder}/checkpoint.txt`, `${ids[1]}`);
    const { error } = await scene.clone(source, target);
    assert.equal(error, undefined);
    const content = await chatContent(scene.sandbox, target);
    assert.deepEqual(
      content.map(({ text, albumIndex }) => [text, albumIndex]),
      [
        ['2', 0],
        ['3', 1],
        ['after', undefined],
      ],
    );
  });

  it('starts over with --restart', async () => {
    const [source, target] = [scene.group('restart'), scene.group('restart copy')];
    for (const text of ['a', 'b']) scene.post(source, { text });
    await scene.clone(source, target);
    const { summary } = await scene.clone(source, target, { restart: true });
    assert.equal(summary?.sent, 2);
    const texts = (await chatContent(scene.sandbox, target)).map(({ text }) => text);
    assert.deepEqual(texts, ['a', 'b', 'a', 'b']);
  });
});

describe('parts and references', () => {
  it('sends again a part that the server has dropped', async () => {
    const [source, target] = [scene.group('parts'), scene.group('parts copy')];
    scene.post(source, { media: scene.document(2 * PART_SIZE + 5) });
    const groupedId = scene.sandbox.world.nextGroupedId();
    for (let item = 0; item < 2; item += 1)
      scene.post(source, { media: scene.document(PART_SIZE + item, { dcId: 1 }), groupedId });
    const { weather } = scene.sandbox;
    const missing = { kind: 'refuse', error: new RpcError(400, 'FILE_PART_1_MISSING') } as const;
    const faults = [
      weather.script({ method: 'messages.SendMedia', fate: missing }),
      weather.script({ method: 'messages.UploadMedia', nth: 2, fate: missing }),
    ];
    const before = scene.sandbox.report().uploads.length;
    const { error, summary } = await scene.clone(source, target);
    assert.equal(error, undefined);
    assert.equal(summary?.sent, 3);
    assert.ok(faults.every(({ done }) => done));
    await scene.assertSame(source, target);
    const uploads = scene.sandbox.report().uploads.slice(before);
    assert.deepEqual(
      uploads.map(({ arrivals }) => arrivals),
      [[1, 2, 1], [1], [1, 2]],
    );
  });

  it('stops before a message whose part is lost again and again, and sends it later', async () => {
    const [source, target] = [scene.group('lost part'), scene.group('lost part copy')];
    scene.post(source, { media: scene.document(9 * KIB) });
    scene.post(source, { text: 'next' });
    const fault = scene.sandbox.weather.script({
      method: 'messages.SendMedia',
      times: 99,
      fate: { kind: 'refuse', error: new RpcError(400, 'FILE_PART_0_MISSING') },
    });
    const clock = new FakeClock({ impatient: true });
    const { error, summary } = await scene.clone(source, target, { clock });
    fault.cancel();
    assert.equal((error as FailedError).code, 'PARTS_LOST');
    assert.equal(summary, undefined);
    const pauses = clock.slept.filter((ms) => ms >= 500 && ms !== 1000);
    assert.deepEqual(pauses.slice(-3), [4_000, 8_000, 16_000]);
    assert.equal((await scene.clone(source, target)).error, undefined);
    await scene.assertSame(source, target);
  });

  it("makes an album's files again when Telegram's references to them have expired", async () => {
    const [source, target] = [scene.group('album references'), scene.group('album references copy')];
    const groupedId = scene.sandbox.world.nextGroupedId();
    for (let item = 0; item < 3; item += 1)
      scene.post(source, { media: scene.document(3 * KIB + item, { dcId: 1 }), groupedId });
    const fault = scene.sandbox.weather.script({
      method: 'messages.SendMultiMedia',
      fate: { kind: 'refuse', error: new RpcError(400, 'FILE_REFERENCE_1_EXPIRED') },
    });
    const { error, summary } = await scene.clone(source, target);
    assert.equal(error, undefined);
    assert.ok(fault.done);
    assert.equal(summary?.sent, 3);
    await scene.assertSame(source, target);
  });

  it("leaves out an album's file that Telegram refuses, and sends the others", async () => {
    const [source, target] = [scene.group('album refusal'), scene.group('album refusal copy')];
    const groupedId = scene.sandbox.world.nextGroupedId();
    const ids = [0, 1, 2].map((item) =>
      scene.post(source, { media: scene.document(3 * KIB), text: `${item}`, groupedId }),
    );
    scene.sandbox.weather.script({
      method: 'messages.UploadMedia',
      nth: 2,
      fate: { kind: 'refuse', error: new RpcError(400, 'MEDIA_INVALID') },
    });
    const { summary } = await scene.clone(source, target);
    assert.deepEqual(summary?.failed, [{ sourceId: ids[1], reason: 'media_invalid' }]);
    const content = await chatContent(scene.sandbox, target);
    assert.deepEqual(
      content.map(({ text, albumIndex }) => [text, albumIndex]),
      [
        ['0', 0],
        ['2', 1],
      ],
    );
  });

  it('continues reading after a file reference has expired', async () => {
    const [source, target] = [scene.group('references'), scene.group('references copy')];
    scene.post(source, { media: scene.document(6 * PART_SIZE, { dcId: 2 }), text: 'long' });
    scene.sandbox.weather.change({ referencesExpireAfterReads: 2 });
    const { error, summary } = await scene.clone(source, target);
    scene.sandbox.weather.change({ referencesExpireAfterReads: 0 });
    assert.equal(error, undefined);
    assert.deepEqual(summary?.failed, []);
    await scene.assertSame(source, target);
  });

  it('waits until floods are over, and reports them', async () => {
    const [source, target] = [filled('floods'), scene.group('floods copy')];
    const refuse = (words: string) => ({ kind: 'refuse', error: new RpcError(420, words) }) as const;
    const { weather } = scene.sandbox;
    weather.script({ method: 'messages.SendMessage', nth: 2, fate: refuse('FLOOD_WAIT_1') });
    weather.script({ method: 'upload.SaveFilePart', nth: 3, fate: refuse('FLOOD_PREMIUM_WAIT_1') });
    weather.script({ method: 'messages.SendMedia', nth: 2, fate: refuse('SLOWMODE_WAIT_1') });
    const before = scene.waits.length;
    const { error } = await scene.clone(source, target);
    assert.equal(error, undefined);
    const waits = scene.waits.slice(before).map(({ method, reason }) => `${method} ${reason}`);
    for (const wait of ['messages.sendMessage FLOOD_WAIT_1', 'messages.sendMedia SLOWMODE_WAIT_1']) {
      assert.ok(waits.includes(wait), waits.join());
    }
    await scene.assertSame(source, target);
  });
});
