import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { UsageMeter } from '../../../lib/cli/progress/usage.js';
import { FakeClock } from '../../support/fake-clock.js';

test('memory is that of this process and CPU a percentage; nothing is read after close', async () => {
  const clock = new FakeClock();
  const meter = new UsageMeter(clock);
  while (!meter.latest || clock.sleeping === 0) await delay(10);
  const { memoryBytes, cpuPercent = 0 } = meter.latest;
  const resident = process.memoryUsage.rss();
  assert.ok(memoryBytes > resident / 2 && memoryBytes < resident * 2, `${memoryBytes} of ${resident}`);
  assert.ok(cpuPercent >= 0 && cpuPercent <= 100, String(cpuPercent));
  meter.close();
  await clock.advance(60_000);
  assert.equal(clock.sleeping, 0);
});
