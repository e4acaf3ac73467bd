import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  accountOf,
  accountQueue,
  type Order,
  readOrder,
  requestId,
  stretchId,
} from '../../lib/queue/order.js';

const ORDER: Order = {
  version: 1,
  command: 'download',
  flags: ['--kind=photo'],
  words: ['@chat'],
  account: 7,
  title: 'Chat',
  host: 'one',
  serial: 'a',
};

test('the same request has one id, whoever queues it and when, and anything else another one', () => {
  const id = requestId('account-7', ORDER);
  assert.match(id, /^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-a[0-9a-f]{3}-[0-9a-f]{12}$/);
  assert.equal(requestId('account-7', { ...ORDER, serial: 'b', host: 'two', title: 'Other' }), id);
  const others = [
    requestId('account-8', ORDER),
    requestId('account-7', { ...ORDER, command: 'run' }),
    requestId('account-7', { ...ORDER, flags: [] }),
    requestId('account-7', { ...ORDER, words: ['@other'] }),
    requestId('account-7', { ...ORDER, flags: [], words: ['--kind=photo', '@chat'] }),
    requestId('account-7', { ...ORDER, input: '1' }),
    requestId('account-7', { ...ORDER, stretch: 500 }),
  ];
  assert.equal(new Set([id, ...others]).size, others.length + 1);
});

test('the stretches of a job have ids that follow from it, and others each time that it is queued', () => {
  const id = stretchId('parent', ORDER, 1);
  assert.equal(stretchId('parent', { ...ORDER, host: 'two' }, 1), id);
  assert.notEqual(stretchId('parent', ORDER, 2), id);
  assert.notEqual(stretchId('parent', { ...ORDER, serial: 'b' }, 1), id);
  const ids = [1, 2, 10, 16, 500].map((number) => stretchId('parent', ORDER, number));
  assert.deepEqual([...ids].sort(), ids);
});

test("an account's queue names it, and other queues name none", () => {
  assert.equal(accountOf(accountQueue(5_000_000_001)), 5_000_000_001);
  assert.equal(accountOf('any-account'), undefined);
});

test('a job in a form of another version is refused', () => {
  assert.equal(readOrder(ORDER), ORDER);
  for (const data of [undefined, null, {}, { ...ORDER, version: 2 }, { ...ORDER, words: 'x' }])
    assert.throws(() => readOrder(data), { code: 'QUEUE_NEWER' });
});
