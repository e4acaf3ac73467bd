import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'node:test';
import { Api } from 'telegram/tl/index.js';
import { KIB } from '../../lib/base/bytes.js';
import { RpcError } from '../../lib/sandbox/rpc.js';
import type { Media, Message } from '../../lib/sandbox/world/message.js';
import type { Chat } from '../../lib/sandbox/world/model.js';
import { type CloneScene, cloneScene } from '../support/clone-scene.js';
import { Death, dyingJob } from '../support/dying-job.js';

/** What Telegram refuses at its send becomes a card in its place, or fails alone. */

type Refuse = (media: object | undefined) => RpcError | undefined;
const NEVER: Refuse = () => undefined;

let refuse = NEVER;
let scene: CloneScene;
before(async () => {
  scene = await cloneScene({
    seed: 'instead',
    premium: true,
    methods: (methods) => {
      const judged = ['SendMedia', 'SendMessage', 'SendMultiMedia', 'UploadMedia'].map((name) => {
        const method = methods.get(`messages.${name}`);
        assert.ok(method);
        return [
          `messages.${name}`,
          ((request, caller) => {
            const { media, multiMedia, richMessage } = request as Readonly<
              Record<string, object | undefined>
            >;
            const items = (multiMedia as readonly { readonly media: object }[] | undefined) ?? [];
            for (const each of [media, richMessage, ...items.map((item) => item.media)]) {
              const error = each && refuse(each);
              if (error) throw error;
            }
            return method(request, caller);
          }) satisfies typeof method,
        ] as const;
      });
      return new Map([...methods, ...judged]);
    },
  });
});
after(() => scene.close());
beforeEach(() => {
  refuse = NEVER;
});

const refusing =
  (type: new (...args: never[]) => object, code: number, words: string): Refuse =>
  (media) =>
    media instanceof type ? new RpcError(code, words) : undefined;
const NO_POLLS = refusing(Api.InputMediaPoll, 403, 'CHAT_SEND_POLLS_FORBIDDEN');

function chats(title: string): readonly [Chat, Chat] {
  return [scene.group(title), scene.group(`${title} copy`)];
}

let lastPoll = 1n;
function poll(): Media {
  lastPoll += 1n;
  const answers = ['Tea', 'Coffee'].map((text, index) => ({ text, entities: [], option: Buffer.of(index) }));
  const question = { text: 'Which one?', entities: [] };
  return {
    kind: 'poll',
    poll: { id: lastPoll, creator: scene.me.id, question, answers, votes: new Map(), closed: true },
  };
}

const copiesIn = (chat: Chat): Message[] =>
  (chat.box?.messages ?? []).filter(({ action }) => action === undefined);
const textsIn = (chat: Chat): string[] => copiesIn(chat).map(({ text }) => text);
const sizesIn = (chat: Chat): (number | undefined)[] =>
  copiesIn(chat).map(({ media }) =>
    media?.kind === 'document' ? scene.sandbox.files.get(media.fileId)?.size : undefined,
  );

/** Posts an album of files with these sizes in KiB. */
function album(source: Chat, ...sizes: number[]): number[] {
  const groupedId = scene.sandbox.world.nextGroupedId();
  return sizes.map((size) => scene.post(source, { media: scene.document(size * KIB), groupedId }));
}

describe('a message that Telegram refuses as it is', () => {
  it('becomes the nearest thing or a card in its place, and is counted as such', async () => {
    const [source, target] = chats('refused');
    const tasks = [{ id: 1, text: 'Buy milk', entities: [] }];
    const words = { _: 'PageBlockHeading1', text: { _: 'TextPlain', text: 'A heading' } };
    scene.post(source, { text: 'before' });
    scene.post(source, { media: poll(), text: 'what do you think?' });
    scene.post(source, { media: { kind: 'geo', latitude: 1.5, longitude: 2 } });
    const title = { text: 'Today', entities: [] };
    scene.post(source, { media: { kind: 'checklist', title, tasks, done: new Map() } });
    scene.post(source, { rich: { blocks: [words], photos: [], documents: [] } });
    scene.post(source, { text: 'after' });
    const all = [
      NO_POLLS,
      refusing(Api.InputMediaGeoPoint, 400, 'MEDIA_INVALID'),
      refusing(Api.InputMediaTodo, 400, 'PREMIUM_ACCOUNT_REQUIRED'),
      refusing(Api.InputRichMessage, 400, 'RICH_MESSAGE_UNSUPPORTED'),
    ];
    refuse = (media) => all.map((each) => each(media)).find((error) => error !== undefined);
    const { summary, error } = await scene.clone(source, target);
    assert.equal(error, undefined);
    assert.deepEqual(
      [summary?.sent, summary?.failed, summary?.reduced],
      [6, [], { card: 2, checklist_as_text: 1, rich_layout: 1 }],
    );
    const [, asPoll = '', ...others] = textsIn(target);
    assert.match(asPoll, /^\[.*Which one\?.*\]\n\nwhat do you think\?$/s);
    assert.deepEqual(others, ['[place: 1.5, 2]', 'Today\n☐ Buy milk', 'A heading', 'after']);
  });

  it('fails with its reason when no cards are written', async () => {
    const [source, target] = chats('no cards');
    const id = scene.post(source, { media: poll() });
    scene.post(source, { text: 'after' });
    refuse = NO_POLLS;
    const { summary } = await scene.clone(source, target, { cards: false });
    assert.deepEqual(summary?.failed, [{ sourceId: id, reason: 'chat_send_polls_forbidden' }]);
    assert.deepEqual(textsIn(target), ['after']);
  });

  it('stops the run, without a card, when nothing could be sent', async () => {
    const [source, target] = chats('no right');
    scene.post(source, { media: poll() });
    refuse = refusing(Api.InputMediaPoll, 403, 'CHAT_WRITE_FORBIDDEN');
    const { error } = await scene.clone(source, target);
    assert.match(String(error), /CHAT_WRITE_FORBIDDEN/);
    assert.deepEqual(textsIn(target), []);
  });

  it('has one card, wherever a crash comes while it is sent', async () => {
    for (const [write, of, when] of [
      [2, 'sending', 'before'],
      [2, 'sending', 'after'],
      [1, 'sent', 'before'],
      [1, 'sent', 'after'],
    ] as const) {
      const [source, target] = chats(`${write} ${of} ${when}`);
      scene.post(source, { media: poll() });
      refuse = NO_POLLS;
      const killed = await scene.clone(source, target, {
        wrapJob: (job) => dyingJob(job, { write, of, when }).job,
      });
      assert.ok(killed.error instanceof Death, `${of} ${when}`);
      // The target's owner allows polls meanwhile: a card that may be there is not sent again as a poll.
      if (when === 'after') refuse = NEVER;
      const { error } = await scene.clone(source, target);
      assert.equal(error, undefined);
      assert.equal(copiesIn(target).length, 1);
      assert.match(textsIn(target)[0] ?? '', /Which one/);
    }
  });
});

describe('an item of an album that is refused alone', () => {
  it('fails alone, and the others stay one album, which is counted as reduced', async () => {
    const [source, target] = chats('item');
    const [, second] = album(source, 3, 5, 7);
    refuse = (media) =>
      media instanceof Api.InputMediaUploadedDocument && JSON.stringify(media.attributes).includes('5120.zip')
        ? new RpcError(400, 'MEDIA_INVALID')
        : undefined;
    const { summary, error } = await scene.clone(source, target);
    assert.equal(error, undefined);
    assert.deepEqual(summary?.failed, [{ sourceId: second, reason: 'media_invalid' }]);
    assert.deepEqual([summary?.sent, summary?.reduced], [2, { album: 2 }]);
    assert.deepEqual(sizesIn(target), [3 * KIB, 7 * KIB]);
    const [one, other] = copiesIn(target).map(({ groupedId }) => groupedId);
    assert.ok(one !== undefined && one === other);
  });

  it('is found when only the call for the album refuses it', async () => {
    const [source, target] = chats('call');
    const ids = album(source, 3, 5, 7);
    const bad = source.box?.messages.find(({ id }) => id === ids[0])?.media;
    assert.ok(bad?.kind === 'document');
    refuse = (media) =>
      media instanceof Api.InputMediaDocument &&
      String((media.id as Api.InputDocument).id) === String(bad.fileId)
        ? new RpcError(400, 'MEDIA_INVALID')
        : undefined;
    const { summary, error } = await scene.clone(source, target, { via: 'reference' });
    assert.equal(error, undefined);
    assert.deepEqual(
      summary?.failed.map(({ sourceId }) => sourceId),
      [ids[0]],
    );
    assert.deepEqual([summary?.sent, summary?.reduced], [2, { album: 2 }]);
    assert.deepEqual(sizesIn(target), [5 * KIB, 7 * KIB]);
    const [one, other] = copiesIn(target).map(({ groupedId }) => groupedId);
    assert.ok(one !== undefined && one === other);
  });
});
