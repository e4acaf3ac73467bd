import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Chat } from '../../lib/sandbox/world/model.js';
import type { CloneScene } from '../support/clone-scene.js';
import { change } from '../support/damages.js';
import { repairAll } from '../support/repair-all.js';
import { clonedScene, findingsOf } from '../support/verify-scene.js';

/** A voice message with a caption, a poll that is closed, and a link without a preview. */
function fill(scene: CloneScene, chat: Chat) {
  const voice = scene.post(chat, {
    text: 'what I say',
    media: scene.document(9000, {
      mimeType: 'audio/ogg',
      attributes: [{ type: 'audio', duration: 3, voice: true }],
    }),
  });
  const answers = ['Tea', 'Coffee'].map((text, index) => ({ text, entities: [], option: Buffer.of(index) }));
  const question = { text: 'Which one?', entities: [] };
  const own = { id: 5n, creator: scene.me.id, question, answers, closed: true, votes: new Map() };
  const poll = scene.post(chat, { text: '', media: { kind: 'poll', poll: own } });
  const link = scene.post(chat, { text: 'see https://example.org/page' });
  return { voice, poll, link };
}

test('a run repairs the caption of a voice message, closes a poll, and takes a preview away', async (t) => {
  const cloned = await clonedScene(t, fill);
  const { copy, content } = cloned;
  const verified = async (): Promise<string[]> => findingsOf(await cloned.verify({ byLedger: true }));
  assert.deepEqual(await verified(), []);
  const [voice, poll, link] = [content.voice, content.poll, content.link].map(copy);
  assert.ok(voice && link && poll?.media?.kind === 'poll');
  change(cloned, voice.id, { text: 'what nobody says' });
  change(cloned, poll.id, { media: { ...poll.media, poll: { ...poll.media.poll, closed: false } } });
  const preview = { kind: 'webpage', url: 'https://example.org/page', manual: false } as const;
  change(cloned, link.id, { media: { ...preview, layout: undefined } });
  const found = await verified();
  assert.deepEqual(
    found.map((each) => each.split(' ')[0]),
    ['attributes', 'preview', 'text'],
  );
  const { queued, summary, events } = await repairAll(cloned);
  assert.deepEqual([queued, summary?.failed], [3, []]);
  assert.equal(events.filter(([kind]) => kind === 'repaired').length, 3);
  assert.deepEqual(await verified(), []);
});
