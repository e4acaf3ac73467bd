import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { ReadOrder } from '../../lib/download/options.js';
import { type CloneScene, cloneScene } from '../support/clone-scene.js';
import { chatOrder, downloadScene } from '../support/download-scene.js';
import { selectionFor } from '../support/selection.js';
import { temporaryFolder } from '../support/temporary-folder.js';

let scene: CloneScene;

before(async () => {
  scene = await cloneScene({ seed: 'every message' });
});
after(() => scene.close());

/** A forum with messages without files; their ids in all, and in one of its topics. */
function filled(title: string) {
  const chat = scene.forum(title);
  const news = scene.sandbox.world.createTopic(chat, { title: 'News' }).id;
  const inNews = [news];
  const all = (chat.box?.messages ?? []).map(({ id }) => id);
  for (let nth = 0; nth < 130; nth += 1) {
    const isNews = nth % 2 === 0;
    const id = scene.post(chat, { text: `words ${nth}`, ...(isNews && { topicId: news }) });
    all.push(id);
    if (isNews) inNews.push(id);
  }
  return { chat, news, all, inNews };
}

type Filled = ReturnType<typeof filled>;
type Wanted = { readonly order: ReadOrder; readonly ids: readonly number[]; readonly until?: string };

for (const [what, wantedOf] of Object.entries<(filled: Filled) => Promise<Wanted>>({
  'a whole history': async ({ chat, all }) => ({ order: await chatOrder(scene, chat), ids: all }),
  'a history up to a date': async ({ chat, all }) => ({
    order: await chatOrder(scene, chat),
    ids: all,
    until: '2090-01-01',
  }),
  'a topic': async ({ chat, news, inNews }) => ({
    order: await chatOrder(scene, chat, { topic: news }),
    ids: inNews,
  }),
  'named messages': async ({ chat, all }) => {
    const { chat: named } = await chatOrder(scene, chat);
    const ids = all.slice(-5);
    return { order: { kind: 'messages', chat: named, ids, everything: false }, ids };
  },
})) {
  test(`every message of ${what} is in the store after a run, down to the last one`, async (t) => {
    const { order, ids, until } = await wantedOf(filled(what));
    const folders = { folder: temporaryFolder(t), dataDir: temporaryFolder(t) };
    const here = await downloadScene(t, scene, folders);
    const selection = await selectionFor(until === undefined ? {} : { until }, { self: scene.me.id });
    const { error } = await here.run([order], { selection });
    assert.equal(error, undefined);
    const rows = await here.store.db
      .selectFrom('messages')
      .select('message_id')
      .orderBy('message_id')
      .execute();
    assert.deepEqual(
      rows.map((row) => Number(row.message_id)),
      ids,
    );
  });
}
