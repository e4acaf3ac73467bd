import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Job } from '../../lib/ledger/job.js';
import { cloneScene } from '../support/clone-scene.js';

test('the ledger keeps for each message what its copy lacks, and that nothing is missing', async (t) => {
  const scene = await cloneScene();
  t.after(() => scene.close());
  const [source, target] = [scene.group('From'), scene.group('To')];
  const whole = scene.post(source, { text: 'whole' });
  const pinned = scene.post(source, { text: 'pinned' });
  const gone = scene.post(source, { text: 'gone' });
  const answer = scene.post(source, { text: 'answer', replyTo: gone });
  const messages = source.box?.messages ?? [];
  for (const message of messages) if (message.id === pinned) message.pinned = true;
  messages.splice(
    messages.findIndex(({ id }) => id === gone),
    1,
  );
  let rows: Awaited<ReturnType<Job['find']>> | undefined;
  await scene.clone(source, target, {
    wrapJob: (job) =>
      new Proxy(job, {
        get(of, key) {
          if (key === 'complete') {
            return async () => {
              rows = await of.find([whole, pinned, answer]);
              await of.complete();
            };
          }
          const value = Reflect.get(of, key, of) as unknown;
          return typeof value === 'function' ? value.bind(of) : value;
        },
      }),
  });
  const losses = [whole, pinned, answer].map((id) => rows?.get(id)?.losses);
  assert.deepEqual(losses, [[], [], ['reply']]);
});
