import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fillForVerify } from '../support/verify-content.js';
import { clonedScene, findingsOf } from '../support/verify-scene.js';

test('a fresh clone has no difference, file by file, with the ledger and without', async (t) => {
  const cloned = await clonedScene(t, (scene, chat) => fillForVerify(scene, chat));
  for (const byLedger of [true, false]) {
    const report = await cloned.verify({ byLedger, inFiles: true });
    assert.deepEqual(findingsOf(report), []);
    assert.deepEqual([report.compared, report.files, report.byLedger], [15, 7, byLedger]);
    assert.deepEqual([report.skipped, report.reductions], [{ service: 1 }, {}]);
  }
});
