import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, describe, it } from 'node:test';
import { REDUCTIONS, SKIP_REASONS } from '../../lib/messages/losses.js';
import { SELECTION_REASONS } from '../../lib/messages/selection/reasons.js';
import { chatContent, withoutPremium } from '../support/chat-content.js';
import { type CloneScene, cloneScene } from '../support/clone-scene.js';
import { README, withLosses } from '../support/losses-doc.js';

describe('every loss', () => {
  it("is listed in README.md as in the code's tables", () => {
    const readme = readFileSync(README, 'utf8');
    assert.equal(readme, withLosses(readme), 'run npm run losses-doc');
  });

  it('has a name for machines and a sentence for people', () => {
    for (const [name, sentence] of [SKIP_REASONS, SELECTION_REASONS, REDUCTIONS].flatMap((table) =>
      Object.entries(table),
    )) {
      assert.match(name, /^[a-z]+(_[a-z]+)*$/);
      assert.match(sentence, /^[A-Z`][^|]*[.]$/, name);
    }
  });
});

describe('counted losses', () => {
  let scene: CloneScene;
  before(async () => {
    scene = await cloneScene({ seed: 'losses' });
  });
  after(() => scene.close());

  const fire = {
    text: 'x🔥',
    entities: [{ kind: 'customEmoji', offset: 1, length: 2, emojiId: 5368324170671202286n }],
  };

  it('include custom emoji that need Premium: the emoji behind them stay', async () => {
    const [source, target] = [scene.group('emoji'), scene.group('emoji copy')];
    scene.post(source, fire);
    scene.post(source, { ...fire, entities: [{ kind: 'bold', offset: 0, length: 1 }, ...fire.entities] });
    const { id } = scene.sandbox.files.add({ kind: 'photo', dcId: 1, width: 64, height: 48 });
    scene.post(source, { ...fire, media: { kind: 'photo', fileId: id, spoiler: false } });
    const { summary } = await scene.clone(source, target);
    assert.deepEqual(summary?.reduced, { custom_emoji: 3 });
    const wanted = (await chatContent(scene.sandbox, source)).map(withoutPremium);
    assert.deepEqual(await chatContent(scene.sandbox, target), wanted);
  });

  it('include no custom emoji in Saved Messages, or with Premium', async () => {
    const source = scene.group('emoji for me');
    scene.post(source, fire);
    const { summary } = await scene.clone(source, 'me');
    assert.deepEqual(summary?.reduced, {});
    assert.equal(scene.me.box.messages.at(-1)?.entities[0]?.kind, 'customEmoji');
    scene.me.premium = true;
    try {
      const target = scene.group('emoji with Premium');
      assert.deepEqual((await scene.clone(source, target)).summary?.reduced, {});
      await scene.assertSame(source, target);
    } finally {
      scene.me.premium = false;
    }
  });
});
