import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { KIB } from '../../lib/base/bytes.js';
import type { Job } from '../../lib/ledger/job.js';
import type { Poll, PollMedia } from '../../lib/sandbox/kinds/poll.js';
import { RpcError } from '../../lib/sandbox/rpc.js';
import type { Media } from '../../lib/sandbox/world/message.js';
import type { Chat } from '../../lib/sandbox/world/model.js';
import { type CloneScene, cloneScene } from '../support/clone-scene.js';
import { Death, dyingJob } from '../support/dying-job.js';

/** Polls and quizzes start again without their votes, and are closed again. */

let mayClose = true;
let edits = 0;
let scene: CloneScene;
before(async () => {
  scene = await cloneScene({
    seed: 'polls',
    methods: (methods) => {
      const edit = methods.get('messages.EditMessage');
      assert.ok(edit);
      return new Map([
        ...methods,
        [
          'messages.EditMessage',
          (request, caller) => {
            edits += 1;
            if (!mayClose) throw new RpcError(403, 'MESSAGE_AUTHOR_REQUIRED');
            return edit(request, caller);
          },
        ],
      ]);
    },
  });
});
after(() => scene.close());

const BOLD = { kind: 'bold', offset: 0, length: 2 } as const;
let lastPoll = 1n;

function poll(fields: Partial<Poll> = {}, attached?: PollMedia['attached']): PollMedia {
  lastPoll += 1n;
  const answers = ['Tea', 'Coffee ☕', 'Neither'].map((text, index) => ({
    text,
    entities: [],
    option: Buffer.of(index),
    ...(fields.quiz && index === 1 && { correct: true }),
  }));
  const question = { text: `Which one, ${lastPoll}?`, entities: [] };
  const own = { id: lastPoll, creator: scene.me.id, question, answers, votes: new Map(), ...fields };
  return { kind: 'poll', poll: own, ...(attached && { attached }) };
}

/** The account sees the answer of a quiz in which it has voted. */
function voted(media: PollMedia): PollMedia {
  media.poll.votes.set(scene.me.id, { options: [Buffer.of(0).toString('hex')], at: 1 });
  return media;
}

function photo(): Extract<Media, { kind: 'photo' }> {
  const { id } = scene.sandbox.files.add({ kind: 'photo', dcId: 1, width: 320, height: 240 });
  return { kind: 'photo', fileId: id, spoiler: false };
}

function video(): bigint {
  const media = scene.document(5 * KIB, {
    mimeType: 'video/mp4',
    attributes: [{ type: 'video', duration: 2, width: 320, height: 240 }],
  }) as Extract<Media, { kind: 'document' }>;
  return media.fileId;
}

const pollsIn = (chat: Chat): PollMedia[] =>
  (chat.box?.messages ?? []).flatMap(({ media }) => (media?.kind === 'poll' ? [media] : []));
const textsIn = (chat: Chat): string[] =>
  (chat.box?.messages ?? []).filter(({ action }) => !action).map(({ text }) => text);

describe('a clone', () => {
  it('keeps polls and quizzes with their flags, media and explanation, and closes the closed ones', async () => {
    const [source, target] = [scene.group('polls'), scene.group('polls copy')];
    const place = { kind: 'geo', latitude: 1, longitude: 2 } as const;
    scene.post(source, { media: poll(), text: 'which do you like?' });
    scene.post(source, { media: poll({ multipleChoice: true, publicVoters: true, openAnswers: true }) });
    scene.post(source, { media: poll({ revotingDisabled: true, shuffleAnswers: true }, photo()) });
    scene.post(source, { media: poll({ closed: true, hideResultsUntilClose: true }) });
    const attached = [photo(), scene.document(3 * KIB), place] as PollMedia['attached'][];
    const withMedia = ['a', 'b', 'c', 'd'].map((text, index) => {
      const media = attached[index];
      const right = index === 2 && { correct: true };
      return { text, entities: [], option: Buffer.of(index), ...right, ...(media && { media }) };
    });
    const solution = { text: 'so it is', entities: [BOLD], media: photo() };
    const quiz = poll({ quiz: true, answers: withMedia, solution }, place);
    scene.post(source, { media: voted(quiz) });
    scene.post(source, { media: poll({ quiz: true, closed: true }) });
    const { summary, error } = await scene.clone(source, target);
    assert.equal(error, undefined);
    assert.deepEqual(summary?.failed, []);
    assert.deepEqual([summary?.sent, summary?.reduced], [6, { votes: 1 }]);
    await scene.assertSame(source, target);
  });

  it('says so where a quiz loses its answer, or a channel accepts less', async () => {
    const source = scene.group('lost');
    const target = scene.sandbox.world.createChannel({ title: 'lost copy', creator: scene.me.id });
    scene.post(source, { media: poll({ quiz: true }), text: 'try it' });
    scene.post(source, { media: poll({ publicVoters: true, openAnswers: true }) });
    const { summary, error } = await scene.clone(source, target);
    assert.equal(error, undefined);
    assert.deepEqual(
      [summary?.sent, summary?.reduced],
      [2, { quiz_answer: 1, poll_public: 1, poll_open: 1 }],
    );
    const [plain, anonymous] = pollsIn(target).map((media) => media.poll);
    assert.equal(plain?.quiz, undefined);
    assert.equal(textsIn(target)[0], '[a quiz whose right answer is not known]\n\ntry it');
    assert.deepEqual([anonymous?.publicVoters, anonymous?.openAnswers], [undefined, undefined]);
  });

  it('closes a poll exactly once, wherever a crash comes between its send and its end', async () => {
    for (const [of, when] of [
      ['sending', 'after'],
      ['sent', 'before'],
      ['sent', 'after'],
      ['paid', 'before'],
      ['paid', 'after'],
    ] as const) {
      const [source, target] = [scene.group(`${of} ${when}`), scene.group(`${of} ${when} copy`)];
      scene.post(source, { media: poll({ closed: true }) });
      scene.post(source, { text: 'next' });
      const killed = await scene.clone(source, target, {
        wrapJob: (job) => dyingJob(job, { write: 1, of, when }).job,
      });
      assert.ok(killed.error instanceof Death, `${of} ${when}`);
      const { summary, error } = await scene.clone(source, target);
      assert.equal(error, undefined);
      assert.deepEqual(summary?.reduced, {});
      await scene.assertSame(source, target);
      const before = edits;
      assert.equal((await scene.clone(source, target)).error, undefined);
      assert.equal(edits, before, 'nothing is owed any more');
    }
  });

  it('closes a poll that failed in doubt and is found by --retry-failed, in the same run', async () => {
    const [source, target] = [scene.group('found later'), scene.group('found later copy')];
    scene.post(source, { media: poll({ closed: true }) });
    const failing = (job: Job): Job =>
      new Proxy(job, {
        get(inner, name) {
          if (name === 'sent') {
            return async ([message]: readonly { readonly sourceId: number }[]): Promise<never> => {
              const sourceId = message?.sourceId ?? 0;
              await inner.failed([
                { sourceId, reason: 'timeout', message: 'It got no answer.', inDoubt: true },
              ]);
              throw new Death('sent');
            };
          }
          const value: unknown = Reflect.get(inner, name, inner);
          return typeof value === 'function' ? value.bind(inner) : value;
        },
      });
    const cut = await scene.clone(source, target, { wrapJob: failing });
    assert.ok(cut.error instanceof Death);
    const { summary, error } = await scene.clone(source, target, { retryFailed: true });
    assert.equal(error, undefined);
    assert.equal(summary?.sent, 1);
    await scene.assertSame(source, target);
  });

  it('counts a poll that it may not close', async () => {
    const [source, target] = [scene.group('open'), scene.group('open copy')];
    scene.post(source, { media: poll({ closed: true }) });
    mayClose = false;
    const { summary, error } = await scene.clone(source, target);
    mayClose = true;
    assert.equal(error, undefined);
    assert.deepEqual([summary?.sent, summary?.reduced], [1, { poll_closed: 1 }]);
    assert.deepEqual(
      pollsIn(target).map((media) => media.poll.closed),
      [undefined],
    );
  });

  it('keeps live photos alive, alone and in an album', async () => {
    const [source, target] = [scene.group('live'), scene.group('live copy')];
    scene.post(source, { media: { ...photo(), clip: video() }, text: 'alone' });
    const groupedId = scene.sandbox.world.nextGroupedId();
    scene.post(source, { media: { ...photo(), clip: video() }, groupedId, text: 'first' });
    scene.post(source, { media: photo(), groupedId });
    const { summary, error } = await scene.clone(source, target);
    assert.equal(error, undefined);
    assert.deepEqual([summary?.sent, summary?.reduced, summary?.failed], [3, {}, []]);
    await scene.assertSame(source, target);
  });
});
