import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { type CloneScene, cloneScene } from '../support/clone-scene.js';
import { type DyingDownloads, dyingDownloads, newPlaces } from '../support/dying-downloads.js';

let scene: CloneScene;
let downloads: DyingDownloads;

before(async () => {
  scene = await cloneScene({ seed: 'killed often' });
  // The second is long enough to be continued within.
  downloads = await dyingDownloads(scene, [600_000, 40_000_000]);
});
after(() => scene.close());

describe('a download whose process is killed again and again', () => {
  for (const [way, dedupe] of (['skip', 'link', 'copy'] as const).entries()) {
    it(`leaves what the next run completes: each file once, with ${dedupe}`, async (t) => {
      const steps = await downloads.die(newPlaces(t), dedupe, 0);
      assert.ok(steps > 50, `only ${steps} steps`);
      // Each way dies at other steps.
      for (let dieAt = 5 + 6 * way; dieAt < steps; dieAt += 18) {
        const places = newPlaces(t);
        await downloads.die(places, dedupe, dieAt);
        // The next one dies, too.
        if (dieAt % 3 === 0) await downloads.die(places, dedupe, dieAt);
        await downloads.complete(t, places, dedupe);
      }
    });
  }
});
