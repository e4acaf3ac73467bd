import assert from 'node:assert/strict';
import { after, type TestContext, test } from 'node:test';
import { isInstalled, OTHER_CLIENTS, type OtherClient } from './clients.js';
import { type ClientRun, type Outcome, runClient } from './run-client.js';
import { type Scene, startScene } from './scene.js';
import { type Check, stepsOf } from './steps.js';
import { ResultTable } from './table.js';

/** Whether a client that isn't installed is a fault, as in CI. */
const isRequired = process.env['TELEPI_INTEROP'] === 'required';
/** More than the minute after which a client gives up a step. */
const STILL_MS = 90_000;
const ATTEMPTS = 3;
const table = new ResultTable();

after(() => {
  if (!table.isEmpty) process.stdout.write(`\n${table.markdown()}\n`);
});

for (const client of OTHER_CLIENTS) {
  test(`${client.name}, layer ${client.layer}`, async (t) => {
    if (!isInstalled(client)) {
      assert.ok(!isRequired, `${client.needs} is missing: run \`npm run install:interop\`.`);
      t.skip('skipped: run `npm run install:interop` first (see test/interop/README.md)');
      return;
    }
    const { scene, outcomes, status, errors } = await taken(t, client);
    const byStep = new Map(outcomes.map((outcome) => [outcome.step, outcome]));
    for (const [step, check] of checksOf(client, stepsOf(scene))) {
      await t.test(step, async () => {
        table.set(step, client.name, 'failed');
        await judge(byStep.get(step), check, errors);
        table.set(step, client.name, 'ok');
      });
      byStep.delete(step);
    }
    assert.deepEqual([...byStep.keys()], [], 'steps that nobody checks');
    assert.equal(status, 0, errors);
  });
}

/**
 * Lets the client take its steps at a sandbox of its own. A client whose own process stands still can't judge the sandbox, which
 * would be late at one step only: it is reported, and begins again.
 */
async function taken(t: TestContext, client: OtherClient): Promise<ClientRun & { readonly scene: Scene }> {
  for (let attempt = 1; ; attempt += 1) {
    const scene = await startScene();
    t.after(() => scene.sandbox.close());
    const run = await runClient(client, scene.facts, t.signal, STILL_MS);
    if (run.stoodStill === undefined || attempt === ATTEMPTS) return { ...run, scene };
    t.diagnostic(`${client.name} stood still (attempt ${attempt}): ${run.stoodStill}`);
  }
}

function checksOf(
  { own = {}, takesOnlyItsOwn = false }: OtherClient,
  everybodys: ReadonlyMap<string, Check>,
): Map<string, Check> {
  const checks = new Map(takesOnlyItsOwn ? [] : everybodys);
  for (const [step, expected] of Object.entries(own)) {
    checks.set(step, (found) => assert.deepEqual(found, expected));
  }
  return checks;
}

async function judge(outcome: Outcome | undefined, check: Check, errors: string): Promise<void> {
  if (!outcome) assert.fail(`the client never came here\n${errors}`);
  if ('error' in outcome) assert.fail(outcome.error);
  await check(outcome.found);
}
