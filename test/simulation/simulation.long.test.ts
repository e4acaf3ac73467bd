import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { simulateKills } from './kill.js';
import { simulate } from './simulate.js';
import { Stage } from './stage.js';

/** A fixed set, so that a commit is judged by its own changes: `npm run soak` looks for new seeds. */
const FIRST_SEED = 1;
const SEEDS = 60;
/** Each of them found a bug once. */
const REGRESSIONS: readonly number[] = [];

describe('a clone through everything that can go wrong', () => {
  let stage: Stage;
  before(() => {
    stage = new Stage();
  });
  after(() => stage.close());

  for (const seed of ['1', '2', '3']) {
    it(`survives SIGKILL: seed ${seed}`, async () => {
      const { problem, log } = await simulateKills(stage, seed);
      assert.equal(problem, undefined, `npm run soak -- --seed ${seed} --seeds 1 --kill\n${log.join('\n')}`);
    });
  }

  const seeds = [...REGRESSIONS, ...Array.from({ length: SEEDS }, (_, index) => FIRST_SEED + index)];
  for (const seed of seeds) {
    it(`ends as if nothing had happened: seed ${seed}`, async () => {
      const { problem, log } = await simulate(stage, String(seed));
      assert.equal(problem, undefined, `npm run soak -- --seed ${seed} --seeds 1\n${log.join('\n')}`);
    });
  }
});
