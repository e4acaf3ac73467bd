import assert from 'node:assert/strict';
import { test } from 'node:test';
import { linkAbort } from '../../lib/base/abort.js';
import { Recent } from '../../lib/telegram/recent.js';
import { FakeClock } from '../support/fake-clock.js';

const { signal } = linkAbort();

/** A question whose answers are given by hand, one after another. */
function question() {
  const clock = new FakeClock();
  const asked: { readonly answer: (value: string | undefined) => void; readonly fail: () => void }[] = [];
  const recent = new Recent<string>(
    clock,
    () =>
      new Promise((resolve, reject) => {
        asked.push({ answer: resolve, fail: () => reject(new Error('no')) });
      }),
  );
  return { clock, asked, recent };
}

test('callers that ask together or within a minute share one answer; later it is requested again', async () => {
  const { clock, asked, recent } = question();
  const together = [recent.get(signal), recent.renew(signal), recent.get(signal)];
  asked[0]?.answer('one');
  assert.deepEqual(await Promise.all(together), ['one', 'one', 'one']);
  await clock.advance(59_999);
  assert.equal(await recent.get(signal), 'one');
  await clock.advance(1);
  const later = recent.get(signal);
  asked[1]?.answer('two');
  assert.equal(await later, 'two');
  assert.equal(asked.length, 2);
});

test('a new answer can be requested at any time, and one that came otherwise counts', async () => {
  const { asked, recent } = question();
  recent.learn('known');
  assert.equal(await recent.get(signal), 'known');
  const fresh = recent.renew(signal);
  asked[0]?.answer('new');
  assert.equal(await fresh, 'new');
  assert.equal(await recent.get(signal), 'new');
  assert.equal(recent.latest, 'new');
});

test('failures and missing answers are not kept, and neither is the value before', async () => {
  const { asked, recent } = question();
  recent.learn('known');
  const failing = [recent.renew(signal), recent.renew(signal)];
  asked[0]?.fail();
  for (const each of failing) await assert.rejects(each, /no/);
  assert.equal(recent.latest, undefined);
  const unanswered = recent.get(signal);
  asked[1]?.answer(undefined);
  assert.equal(await unanswered, undefined);
  void recent.get(signal);
  assert.equal(asked.length, 3);
});

test('a caller that stops waiting stops no other, and an answer to a forgotten request is not kept', async () => {
  const { asked, recent } = question();
  const stop = linkAbort();
  const left = recent.get(stop.signal);
  const stays = recent.get(signal);
  stop.abort(new Error('enough'));
  await assert.rejects(left, /enough/);
  recent.forget();
  asked[0]?.answer('of another account');
  assert.equal(await stays, 'of another account');
  assert.equal(recent.latest, undefined);
});
