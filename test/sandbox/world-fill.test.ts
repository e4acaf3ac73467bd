import assert from 'node:assert/strict';
import { test } from 'node:test';
import { KIB, MIB } from '../../lib/base/bytes.js';
import { seededRandom } from '../../lib/base/random.js';
import { FileStore } from '../../lib/sandbox/files/file-store.js';
import { type Filled, filledBefore, fillSandbox } from '../../lib/sandbox/fill.js';
import { ENTITY_KINDS } from '../../lib/sandbox/world/entity.js';
import { World } from '../../lib/sandbox/world/world.js';
import { FakeClock } from '../support/fake-clock.js';

function filled(options: Parameters<typeof fillSandbox>[1] = {}): {
  fill: Filled;
  files: FileStore;
  world: World;
} {
  const clock = new FakeClock();
  const world = new World({ clock, random: seededRandom('world'), homeDc: 1 });
  const files = new FileStore({ clock, random: seededRandom('files') });
  return { fill: fillSandbox({ world, files, dcs: [{ id: 1 }, { id: 2 }] }, options), files, world };
}

test('the source holds everything that a chat can hold, in more than four topics, on both DCs', () => {
  const { fill, files } = filled();
  const messages = fill.source.box?.messages ?? [];
  assert.ok(messages.length >= 300);
  const perTopic = new Map<number, number>();
  for (const { topicId = 0 } of messages) perTopic.set(topicId, (perTopic.get(topicId) ?? 0) + 1);
  assert.ok(perTopic.size > 4 && [...perTopic.values()].every((count) => count > 10), String([...perTopic]));
  const kinds = new Set(messages.flatMap(({ entities }) => entities.map(({ kind }) => kind)));
  assert.deepEqual([...kinds].sort(), [...ENTITY_KINDS].sort());
  const used = messages.flatMap(({ media }) =>
    media && 'fileId' in media ? (files.get(media.fileId) ?? []) : [],
  );
  assert.deepEqual(new Set(used.map(({ dcId }) => dcId)), new Set([1, 2]));
  const has = (type: string, flag?: string) =>
    used.some(({ attributes }) =>
      attributes.some(
        (attribute) => attribute.type === type && (!flag || Reflect.get(attribute, flag) === true),
      ),
    );
  for (const type of ['video', 'audio', 'sticker', 'animated', 'filename', 'image-size'])
    assert.ok(has(type), type);
  assert.ok(has('video', 'roundMessage') && has('audio', 'voice') && has('video', 'nosound'));
  assert.ok(used.some(({ kind }) => kind === 'photo'));
  assert.ok(used.some(({ size }) => size >= 256 * MIB));
  assert.ok(messages.some(({ media }) => media && 'spoiler' in media && media.spoiler));
  assert.ok(messages.some(({ silent }) => silent));
  assert.ok(messages.some(({ invertMedia }) => invertMedia));
  assert.ok(messages.some(({ reply }) => reply?.quote));
  for (const kind of ['geo', 'contact', 'poll', 'venue', 'dice']) {
    assert.ok(
      messages.some(({ media }) => media?.kind === kind),
      kind,
    );
  }
  assert.ok(messages.some(({ action }) => action?.kind === 'topicEdit'));
});

test('albums, entities and dates are as Telegram would have them', () => {
  const { fill } = filled();
  const messages = fill.source.box?.messages ?? [];
  const albums = new Map<bigint, (typeof messages)[number][]>();
  for (const message of messages) {
    if (message.groupedId === undefined) continue;
    albums.set(message.groupedId, [...(albums.get(message.groupedId) ?? []), message]);
  }
  assert.ok(albums.size > 10);
  for (const album of albums.values()) {
    assert.ok(album.length >= 2 && album.length <= 10);
    assert.equal(new Set(album.map(({ topicId, date, sender }) => `${topicId}/${date}/${sender}`)).size, 1);
  }
  let before = 0;
  for (const { text, entities, date } of messages) {
    assert.ok(date >= before);
    before = date;
    for (const { offset, length } of entities) {
      assert.ok(offset >= 0 && length > 0 && offset + length <= text.length);
      assert.ok(!/^[\udc00-\udfff]/.test(text.slice(offset)), 'an entity begins at a whole character');
    }
  }
});

test('the same seed gives the same content, and another seed a different one', () => {
  const of = (seed: string) => {
    const { fill, files } = filled({ seed, largeFiles: [], edgeSizes: false });
    const texts = fill.source.box?.messages.map(({ text }) => text);
    return { texts, sizes: [...files.all()].map(({ size }) => size) };
  };
  assert.deepEqual(of('a'), of('a'));
  assert.notDeepEqual(of('a').texts, of('b').texts);
});

test('a small fill for tests has the requested number of messages and sizes', () => {
  const { fill, files } = filled({ messages: 60, largeFiles: [600 * KIB], edgeSizes: false });
  const count = fill.source.box?.messages.length ?? 0;
  assert.ok(count >= 60 && count < 75);
  assert.ok([...files.all()].every(({ size }) => size < 3 * MIB));
});

test('each of the other chats has its purpose', () => {
  const { fill } = filled({ messages: 1, largeFiles: [], edgeSizes: false });
  const { chats, user, plain, bot } = fill;
  assert.ok(chats.source.forum && chats.target.forum);
  assert.equal(chats.target.box?.messages.length, 1, 'the target is empty but for its creation');
  assert.ok(chats.protected.noforwards);
  assert.deepEqual(
    [chats.channel.kind, chats.supergroup.kind, chats.group.kind],
    ['broadcast', 'supergroup', 'group'],
  );
  assert.equal(chats.readOnly.members.get(user.id)?.role, 'member');
  for (const chat of Object.values(chats))
    assert.ok(chat.members.has(user.id) && chat.members.has(plain.user.id));
  assert.ok(chats.target.members.has(bot.id));
  assert.ok(user.password && !plain.user.password && fill.botToken.startsWith(`${bot.id}:`));
});

test('a world that an earlier run has filled is recognised', () => {
  const { fill, world } = filled({ messages: 1, largeFiles: [], edgeSizes: false });
  assert.deepEqual(filledBefore(world), fill);
  const other = new World({ clock: new FakeClock(), random: seededRandom('other'), homeDc: 1 });
  assert.equal(filledBefore(other), undefined);
});
