import { after, before, test } from 'node:test';
import { type CloneScene, cloneScene } from '../support/clone-scene.js';
import { type DyingDownloads, dyingDownloads, newPlaces } from '../support/dying-downloads.js';

let scene: CloneScene;
let downloads: DyingDownloads;

before(async () => {
  scene = await cloneScene({ seed: 'killed' });
  downloads = await dyingDownloads(scene, [600_000, 1_100_000]);
});
after(() => scene.close());

test('a process that is killed leaves what the next run completes: each file once', async (t) => {
  // Of about 85 steps with `skip`, and 95 with `link`.
  for (const [dieAt, dedupe] of [
    [45, 'link'],
    [60, 'skip'],
    [80, 'link'],
  ] as const) {
    const places = newPlaces(t);
    await downloads.die(places, dedupe, dieAt);
    await downloads.complete(t, places, dedupe);
  }
});
