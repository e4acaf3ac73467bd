import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { after, before, describe, it } from 'node:test';
import { KIB } from '../../lib/base/bytes.js';
import { seededRandom } from '../../lib/base/random.js';
import { idInChat, isOlder, OLDER_START, olderId, shownId } from '../../lib/base/source-ids.js';
import { RpcError } from '../../lib/sandbox/rpc.js';
import { turnIntoForum } from '../../lib/sandbox/world/chats.js';
import type { Chat } from '../../lib/sandbox/world/model.js';
import { chatContent, type Look } from '../support/chat-content.js';
import { type CloneRun, type CloneScene, cloneScene } from '../support/clone-scene.js';
import { Death, dyingJob } from '../support/dying-job.js';

let scene: CloneScene;
before(async () => {
  scene = await cloneScene({ seed: 'two-histories' });
});
after(() => scene.close());

interface Upgraded {
  readonly group: Chat;
  readonly channel: Chat;
}

/** A group with texts, files, an album and answers, upgraded, and the same again, whose ids overlap with the first. */
function upgraded(title: string): Upgraded {
  const group = scene.basicGroup(title);
  const old = fill(group, 'old');
  const channel = scene.sandbox.world.upgradeGroup(group);
  scene.post(channel, { text: 'across', replyTo: old, replyPeer: group.id });
  fill(channel, 'new');
  return { group, channel };
}

function fill(chat: Chat, word: string): number {
  const first = scene.post(chat, { text: `${word} first` });
  scene.post(chat, { media: scene.document(30 * KIB), text: `${word} file` });
  const groupedId = scene.sandbox.world.nextGroupedId();
  for (const item of [1, 2, 3])
    scene.post(chat, { media: scene.document(5 * KIB + item), text: `${word} item ${item}`, groupedId });
  scene.post(chat, { text: `${word} answer`, replyTo: first });
  return first;
}

/** The content that a chat's copy should have: its old messages, then its new ones. */
async function bothContents({ group, channel }: Upgraded): Promise<Look[]> {
  const [older, newer] = [await chatContent(scene.sandbox, group), await chatContent(scene.sandbox, channel)];
  const albums = older.filter(({ albumIndex }) => albumIndex === 0).length;
  return [
    ...older.map((look) => ({ ...look, topic: newer[0]?.topic })),
    ...newer.map((look, index) => ({
      ...look,
      album: look.album === undefined ? undefined : look.album + albums,
      // The first answers the first of the older ones, from the other chat.
      answers:
        index === 0
          ? { place: 0, quote: undefined }
          : look.answers && { ...look.answers, place: look.answers.place + older.length },
    })),
  ];
}

async function assertBoth(source: Upgraded, target: Chat): Promise<void> {
  assert.deepEqual(await chatContent(scene.sandbox, target), await bothContents(source));
}

const checkpointOf = ({ folder }: CloneRun): string =>
  readFileSync(`${folder}/checkpoint.txt`, 'utf8').trim();
const toldIds = ({ events }: CloneRun): number[] =>
  events.flatMap(([name, value]) => (name === 'sent' ? (value['sourceIds'] as number[]) : []));

describe('source ids of two histories', () => {
  it('are in one order, and are shown and read back correctly', () => {
    const ids = [1, 2, 57, 2 ** 31 - 1];
    const line = [OLDER_START, ...ids.map(olderId), ...ids];
    assert.deepEqual(
      [...line].sort((one, other) => one - other),
      line,
    );
    assert.deepEqual(line.map(shownId), [0, ...ids.map((id) => -id), ...ids]);
    assert.deepEqual(line.slice(1).map(idInChat), [...ids, ...ids]);
    assert.deepEqual(
      line.map(isOlder),
      line.map((id) => id < 0),
    );
  });
});

describe('a supergroup that used to be a basic group', () => {
  it('is cloned from its first message, in order, with replies across, and continues where it ended', async () => {
    const [source, target] = [upgraded('both'), scene.group('both copy')];
    const run = await scene.clone(source.channel, target);
    assert.equal(run.error, undefined);
    await assertBoth(source, target);
    const count = scene.sandbox.world.messagesWith(scene.me.id, source.group.id).length;
    const plan = run.events.find(([name]) => name === 'plan')?.[1];
    const messages = count + (source.channel.box?.messages.length ?? 0);
    assert.deepEqual(plan, { total: messages, firstId: -1 });
    assert.deepEqual(run.summary?.skipped, { service: 3 });
    assert.deepEqual(run.summary?.reduced, {});
    assert.ok(toldIds(run).some((id) => id < 0) && toldIds(run).every((id) => Math.abs(id) < 1000));
    assert.equal(checkpointOf(run), String(source.channel.box?.lastId));

    const last = scene.post(source.channel, { text: 'later' });
    const again = await scene.clone(source.channel, target);
    assert.deepEqual([again.summary?.sent, again.folder, again.notes], [1, run.folder, []]);
    assert.deepEqual(toldIds(again), [last]);
  });

  it("is the same job by the basic group's id", async () => {
    const [source, target] = [upgraded('by old id'), scene.group('by old id copy')];
    const run = await scene.clone(source.group, target);
    assert.equal(run.error, undefined);
    await assertBoth(source, target);
    const again = await scene.clone(source.channel, target);
    assert.deepEqual([again.folder, again.summary?.sent], [run.folder, 0]);
  });

  it('is cloned as a forum with its older history in General', async () => {
    const source = upgraded('forum');
    turnIntoForum(source.channel);
    for (const message of source.channel.box?.messages ?? []) Object.assign(message, { topicId: 1 });
    const topic = scene.sandbox.world.createTopic(source.channel, { title: 'Topic' });
    scene.post(source.channel, { text: 'in a topic', topicId: topic.id });
    const target = scene.forum('forum copy');
    const run = await scene.clone(source.channel, target, { autoCreateTopics: true });
    assert.equal(run.error, undefined);
    await assertBoth(source, target);
  });

  it('is complete and sent once, whichever write the process dies at', async () => {
    const random = seededRandom('two-histories-deaths');
    const source = upgraded('deaths');
    for (let round = 0; round < 3; round += 1) {
      const target = scene.group(`deaths copy ${round}`);
      let last: CloneRun | undefined;
      for (let tries = 0; tries < 60 && !last?.summary; tries += 1) {
        const plan = {
          write: random.integer(1, 40),
          when: random.integer(0, 1) ? 'before' : 'after',
        } as const;
        last = await scene.clone(source.channel, target, { wrapJob: (job) => dyingJob(job, plan).job });
        assert.ok(!last.error || last.error instanceof Death, String(last.error));
      }
      assert.ok(last?.summary, `round ${round} never ended`);
      await assertBoth(source, target);
    }
  });
});

describe('checkpoint.txt of a job with two histories', () => {
  it('accepts an id of either history, and 0 for everything; sent messages stay sent', async () => {
    const [source, target] = [upgraded('edits'), scene.group('edits copy')];
    const run = await scene.clone(source.channel, target);
    const ids = scene.sandbox.world.messagesWith(scene.me.id, source.group.id).map(({ id }) => id);
    for (const edit of [`-${ids[3]}`, '0', '2', `-${ids.at(-1)}`]) {
      writeFileSync(`${run.folder}/checkpoint.txt`, `${edit}\n`);
      const again = await scene.clone(source.channel, target);
      assert.deepEqual(
        [again.error, again.summary?.sent, checkpointOf(again)],
        [undefined, 0, checkpointOf(run)],
      );
      const note = again.notes.find(({ event }) => event === 'checkpoint_back')?.sentence ?? '';
      assert.ok(note.startsWith(`checkpoint.txt says ${edit}, the ledger ${checkpointOf(run)}: `), note);
      const plan = again.events.find(([name]) => name === 'plan')?.[1];
      const skipped = Object.values(again.summary?.skipped ?? {}).reduce((sum, value) => sum + value, 0);
      assert.equal(plan?.['total'], skipped, edit);
    }
    await assertBoth(source, target);
  });

  it('leaves out the messages that a person moves it beyond', async () => {
    const [source, target] = [upgraded('forward'), scene.group('forward copy')];
    const stop = new AbortController();
    const run = await scene.clone(source.channel, target, {
      signal: stop.signal,
      onEvent: ([name]) => name === 'plan' && stop.abort(new Error('stop')),
    });
    const older = scene.sandbox.world.messagesWith(scene.me.id, source.group.id);
    writeFileSync(`${run.folder}/checkpoint.txt`, `-${older.at(-1)?.id}`);
    const again = await scene.clone(source.channel, target);
    assert.equal(again.error, undefined);
    const texts = (await chatContent(scene.sandbox, source.channel)).map(({ text }) => text);
    assert.deepEqual(
      (await chatContent(scene.sandbox, target)).map(({ text }) => text),
      // What it answers has been left out, and is quoted.
      texts.map((text) => (text === 'across' ? 'Ann\nold first\nacross' : text)),
    );
  });

  it('refuses a minus if there is no older history', async () => {
    const [source, target] = [scene.group('plain'), scene.group('plain copy')];
    const run = await scene.clone(source, target);
    writeFileSync(`${run.folder}/checkpoint.txt`, '-1');
    await assert.rejects(scene.clone(source, target), { code: 'STATE_DAMAGED' });
  });
});

describe('a job that was begun without the older history', () => {
  it('says so, and clones it when a person asks for it, without repeating anything', async () => {
    const [source, target] = [upgraded('late'), scene.group('late copy')];
    scene.sandbox.weather.script({
      method: 'channels.GetFullChannel',
      fate: { kind: 'refuse', error: new RpcError(400, 'METHOD_INVALID') },
    });
    const run = await scene.clone(source.channel, target);
    const newer = (await chatContent(scene.sandbox, source.channel)).map(({ text }) => text);
    const texts = async () => (await chatContent(scene.sandbox, target)).map(({ text }) => text);
    assert.deepEqual([run.error, await texts()], [undefined, newer]);

    const again = await scene.clone(source.channel, target);
    assert.deepEqual([again.summary?.sent, await texts()], [0, newer]);
    const [note] = again.notes;
    assert.equal(note?.event, 'older_history_left_out');
    assert.match(note?.sentence ?? '', /basic group -\d+ .*write 0 into checkpoint\.txt/);

    writeFileSync(`${run.folder}/checkpoint.txt`, '0');
    const whole = await scene.clone(source.channel, target);
    assert.deepEqual([whole.error, whole.notes.map(({ event }) => event)], [undefined, ['checkpoint_back']]);
    const older = (await chatContent(scene.sandbox, source.group)).map(({ text }) => text);
    assert.deepEqual(await texts(), [...newer, ...older]);
  });
});
