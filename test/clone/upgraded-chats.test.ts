import assert from 'node:assert/strict';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { seededRandom } from '../../lib/base/random.js';
import { TelegramError } from '../../lib/refusals/telegram-error.js';
import { RpcError } from '../../lib/sandbox/rpc.js';
import type { Chat } from '../../lib/sandbox/world/model.js';
import { chatContent } from '../support/chat-content.js';
import { type CloneRun, type CloneScene, cloneScene } from '../support/clone-scene.js';
import { Death, dyingJob } from '../support/dying-job.js';
import { selectionFor } from '../support/selection.js';

let scene: CloneScene;
before(async () => {
  scene = await cloneScene({ seed: 'upgraded-chats' });
});
after(() => scene.close());

const upgrade = (chat: Chat): Chat => scene.sandbox.world.upgradeGroup(chat);
const textsIn = (chat: Chat): string[] =>
  scene.sandbox.world
    .messagesWith(scene.me.id, chat.id)
    .filter(({ action }) => !action)
    .map(({ text }) => text);
const post = (chat: Chat, ...texts: readonly string[]): number[] =>
  texts.map((text) => scene.post(chat, { text }));
const noted = ({ notes }: CloneRun): string[] => notes.map(({ event }) => event);

describe('a target group that becomes a supergroup', () => {
  it('is followed between two runs: the job continues there, by either id, and sends nothing again', async () => {
    const [source, group] = [scene.group('moved target'), scene.basicGroup('moved target copy')];
    const [first] = post(source, 'one', 'two');
    const before = await scene.clone(source, group);
    assert.equal(before.error, undefined);
    const channel = upgrade(group);
    scene.post(source, { text: 'answer to one', replyTo: first ?? 0 });
    post(source, 'three');
    const run = await scene.clone(source, channel);
    assert.deepEqual([run.error, run.folder, noted(run)], [undefined, before.folder, ['target_upgraded']]);
    assert.match(run.notes[0]?.sentence ?? '', /is the supergroup -100\d+ now: the job continues there/);
    assert.deepEqual(
      [textsIn(group), textsIn(channel)],
      [
        ['one', 'two'],
        ['answer to one', 'three'],
      ],
    );
    assert.deepEqual(run.summary?.reduced, {});
    const answer = channel.box?.messages.find(({ text }) => text === 'answer to one');
    const copy = scene.sandbox.world.messagesWith(scene.me.id, group.id).find(({ text }) => text === 'one');
    assert.deepEqual(answer?.reply?.elsewhere, { peer: group.id, uid: copy?.uid });

    post(source, 'four');
    const byOldId = await scene.clone(source, group);
    assert.deepEqual([byOldId.error, byOldId.folder, noted(byOldId)], [undefined, before.folder, []]);
    assert.deepEqual(textsIn(channel), ['answer to one', 'three', 'four']);
  });

  it('loses the replies that Telegram refuses across the chats; they are counted', async () => {
    const [source, group] = [scene.group('refused answers'), scene.basicGroup('refused answers copy')];
    const [first] = post(source, 'one');
    await scene.clone(source, group);
    const channel = upgrade(group);
    group.noforwards = true;
    scene.post(source, { text: 'answer', replyTo: first ?? 0 });
    const run = await scene.clone(source, channel);
    assert.deepEqual([run.error, run.summary?.reduced], [undefined, { reply: 1 }]);
    assert.deepEqual(textsIn(channel), ['answer']);
  });

  it('during a run ends the run there, and sends in doubt are found where they were sent', async () => {
    const [source, group] = [scene.group('in doubt'), scene.basicGroup('in doubt copy')];
    post(source, 'one', 'two', 'three', 'four');
    let channel: Chat | undefined;
    const cut = await scene.clone(source, group, {
      wrapJob: (job) => dyingJob(job, { write: 1, of: 'sent', when: 'before' }).job,
    });
    assert.ok(cut.error instanceof Death);
    const sent = textsIn(group).length;
    assert.ok(sent >= 1, 'nothing is in doubt');
    channel = upgrade(group);
    const run = await scene.clone(source, channel);
    assert.equal(run.error, undefined);
    assert.deepEqual([...textsIn(group), ...textsIn(channel)], ['one', 'two', 'three', 'four']);
    assert.equal(textsIn(group).length, sent);

    const [other, open] = [scene.group('stopped'), scene.basicGroup('stopped copy')];
    post(other, 'one', 'two', 'three');
    let calls = 0;
    scene.sandbox.weather.script({
      method: 'messages.SendMessage',
      match: () => {
        calls += 1;
        if (calls === 2) channel = upgrade(open);
        return false;
      },
      fate: { kind: 'pass' },
    });
    const stopped = await scene.clone(other, open);
    assert.ok(stopped.error instanceof TelegramError && stopped.error.errorMessage === 'PEER_ID_INVALID');
    assert.equal((await scene.clone(other, open)).error, undefined);
    assert.deepEqual([...textsIn(open), ...textsIn(channel ?? open)], ['one', 'two', 'three']);
  });

  it('may have equal messages in doubt in both chats: each is found once, in its own chat', async () => {
    // The account's common ids are far beyond those of the new supergroup.
    const [source, group] = [scene.group('floors'), scene.basicGroup('floors copy')];
    const texts = Array<string>(20).fill('same');
    post(source, ...texts);
    const dieAt = (write: number) => (job: Parameters<typeof dyingJob>[0]) =>
      dyingJob(job, { write, of: 'sent', when: 'before' }).job;
    await scene.clone(source, group, { wrapJob: dieAt(1) });
    assert.ok(textsIn(group).length > 2, 'too few are in doubt');
    const channel = upgrade(group);
    for (const write of [2, 20, 4]) {
      const { error } = await scene.clone(source, channel, { wrapJob: dieAt(write) });
      assert.ok(!error || error instanceof Death, String(error));
    }
    const run = await scene.clone(source, channel);
    assert.equal(run.error, undefined);
    assert.deepEqual([...textsIn(group), ...textsIn(channel)], texts);
  });
});

describe('a source group that becomes a supergroup', () => {
  it('is followed between two runs: the job continues with the new history, and knows its earlier work', async () => {
    const [group, target] = [scene.basicGroup('moved source'), scene.group('moved source copy')];
    const [first] = post(group, 'one', 'two');
    const before = await scene.clone(group, target);
    post(group, 'last of the group');
    const channel = upgrade(group);
    scene.post(channel, { text: 'answer to one', replyTo: first ?? 0, replyPeer: group.id });
    post(channel, 'three');
    const run = await scene.clone(channel, target);
    assert.deepEqual([run.error, run.folder, noted(run)], [undefined, before.folder, ['source_upgraded']]);
    assert.match(run.notes[0]?.sentence ?? '', new RegExp(`written as -${before.checkpoint} from now on`));
    assert.deepEqual(textsIn(target), ['one', 'two', 'last of the group', 'answer to one', 'three']);
    const place = (await chatContent(scene.sandbox, target))[3]?.answers?.place;
    assert.equal(place, 0);
    const job = JSON.parse(readFileSync(join(run.folder, 'job.json'), 'utf8')) as Record<string, unknown>;
    assert.equal(job['sourceId'], channel.id);

    post(channel, 'four');
    const again = await scene.clone(group, target);
    assert.deepEqual([again.error, again.folder, noted(again)], [undefined, before.folder, []]);
    assert.deepEqual(textsIn(target).slice(-1), ['four']);
  });

  it('still has the messages that an earlier selection passed over, for --append-missed', async () => {
    const [group, target] = [scene.basicGroup('passed over'), scene.group('passed over copy')];
    const day = Date.UTC(2024, 0, 1) / 1000;
    for (let hour = 0; hour < 200; hour += 1)
      scene.post(group, { text: `hour ${hour}`, date: day + hour * 3600 });
    const late = await selectionFor({ since: '2024-01-09' }, { self: scene.me.id });
    assert.equal((await scene.clone(group, target, { selection: late })).error, undefined);
    assert.equal(textsIn(target).length, 8);
    const channel = upgrade(group);
    const all = await selectionFor({}, { self: scene.me.id });
    const run = await scene.clone(channel, target, { selection: all, appendMissed: true });
    assert.equal(run.error, undefined);
    assert.equal(new Set(textsIn(target)).size, 200);
    assert.equal(textsIn(target).length, 200);
  });

  it('is followed when the process was killed between ledger, checkpoint.txt and job.json', async () => {
    const [group, target] = [scene.basicGroup('killed between'), scene.group('killed between copy')];
    post(group, 'one', 'two');
    const before = await scene.clone(group, target);
    const files = ['checkpoint.txt', 'job.json'].map((name) => join(before.folder, name));
    const old = files.map((path) => readFileSync(path, 'utf8'));
    const channel = upgrade(group);
    const texts = ['one', 'two'];
    for (const kept of [2, 1]) {
      await scene.clone(channel, target);
      const number = readFileSync(files[0] ?? '', 'utf8').trim();
      for (const [index, path] of files.entries()) writeFileSync(path, old[index] ?? '');
      // checkpoint.txt was written, job.json wasn't.
      if (kept === 1) writeFileSync(files[0] ?? '', `-${old[0]}`);
      post(channel, number);
      texts.push(number);
      const run = await scene.clone(channel, target);
      assert.deepEqual([run.error, run.notes.map(({ event }) => event)], [undefined, ['checkpoint_back']]);
      assert.deepEqual(textsIn(target), texts);
    }
  });

  it('keeps what a person wrote into checkpoint.txt, and continues without a ledger too', async () => {
    const [group, target] = [scene.basicGroup('edited'), scene.group('edited copy')];
    const [first] = post(group, 'one', 'two', 'three');
    const stop = new AbortController();
    const before = await scene.clone(group, target, {
      signal: stop.signal,
      onEvent: ([name]) => name === 'sent' && stop.abort(new Error('stop')),
    });
    writeFileSync(join(before.folder, 'checkpoint.txt'), `${first}`);
    rmSync(join(dirname(before.folder), 'ledger.db'));
    rmSync(join(dirname(before.folder), 'ledger.db-wal'), { force: true });
    const channel = upgrade(group);
    post(channel, 'four');
    const run = await scene.clone(channel, target);
    assert.deepEqual([run.error, run.folder], [undefined, before.folder]);
    // Sent again with the same random_ids: Telegram already has them.
    assert.deepEqual(textsIn(target), ['one', 'two', 'three', 'four']);
  });

  it('together with the target is followed, whichever write of the runs around it the process dies at', async () => {
    const random = seededRandom('upgrade-deaths');
    for (let round = 0; round < 2; round += 1) {
      const [group, into] = [scene.basicGroup(`both ${round}`), scene.basicGroup(`both ${round} copy`)];
      const texts = Array.from({ length: 8 }, (_, index) => `text ${index}`);
      post(group, ...texts.slice(0, 5));
      const dying = (write: number) => (job: Parameters<typeof dyingJob>[0]) =>
        dyingJob(job, { write, when: random.integer(0, 1) ? 'before' : 'after' }).job;
      await scene.clone(group, into, { wrapJob: dying(random.integer(2, 12)) });
      const [channel, target] = [upgrade(group), upgrade(into)];
      post(channel, ...texts.slice(5));
      let last: CloneRun | undefined;
      for (let tries = 0; tries < 40 && !last?.summary; tries += 1) {
        last = await scene.clone(channel, target, { wrapJob: dying(random.integer(1, 12)) });
        assert.ok(!last.error || last.error instanceof Death, String(last.error));
      }
      assert.ok(last?.summary, `round ${round} never ended`);
      assert.deepEqual([...textsIn(into), ...textsIn(target)], texts);
    }
  });
});

describe('an upgraded group of which this account sees only one half', () => {
  it('the group: its history is cloned alone, nothing is sent to it, and a job that has moved on says so', async () => {
    const [group, target] = [scene.basicGroup('half'), scene.group('half copy')];
    post(group, 'one');
    const begun = await scene.clone(group, target);
    const channel = upgrade(group);
    post(channel, 'two');
    assert.equal((await scene.clone(channel, target)).error, undefined);
    scene.sandbox.world.removeMember(channel, scene.me.id);
    await assert.rejects(scene.clone(group, target), (error: Error & { code?: string }) => {
      assert.equal(error.code, 'SUPERGROUP_UNSEEN');
      assert.ok(error.message.includes(begun.folder) && error.message.includes(`(${channel.id})`));
      return true;
    });
    const alone = scene.group('half alone');
    assert.equal((await scene.clone(group, alone)).error, undefined);
    assert.deepEqual(textsIn(alone), ['one']);
    const refused = await scene.clone(alone, group);
    assert.equal((refused.error as { code?: string }).code, 'TARGET_READ_ONLY');
  });

  it('the supergroup: it is cloned alone, and a job that was begun before continues', async () => {
    const [group, target] = [scene.basicGroup('other half'), scene.group('other half copy')];
    post(group, 'one');
    const begun = await scene.clone(group, target);
    post(group, 'not to be read');
    const channel = upgrade(group);
    post(channel, 'two');
    scene.sandbox.world.removeMember(group, scene.me.id);
    const run = await scene.clone(channel, target);
    assert.deepEqual([run.error, run.folder], [undefined, begun.folder]);
    assert.deepEqual(textsIn(target), ['one', 'two']);
    const fresh = scene.group('other half anew');
    assert.equal((await scene.clone(channel, fresh)).error, undefined);
    assert.deepEqual(textsIn(fresh), ['two']);
  });
});

describe('two jobs of the same chats', () => {
  it('of which one was begun with the old id: the newer one continues, and the other is named', async () => {
    const [source, group] = [scene.group('two jobs'), scene.basicGroup('two jobs copy')];
    post(source, 'one');
    const old = await scene.clone(source, group);
    const channel = upgrade(group);
    // If nothing says what the supergroup used to be, it is a chat like any other.
    scene.sandbox.weather.script({
      method: 'channels.GetFullChannel',
      nth: 2,
      fate: { kind: 'refuse', error: new RpcError(400, 'METHOD_INVALID') },
    });
    const newer = await scene.clone(source, channel);
    const folder = join(dirname(old.folder), `${source.id}_to_${channel.id}`);
    assert.deepEqual([newer.folder, textsIn(channel)], [folder, ['one']]);
    post(source, 'two');
    const run = await scene.clone(source, channel);
    assert.deepEqual([run.folder, noted(run)], [folder, ['other_jobs']]);
    assert.ok(run.notes[0]?.sentence.includes(old.folder));
    assert.deepEqual(textsIn(channel), ['one', 'two']);
  });
});
