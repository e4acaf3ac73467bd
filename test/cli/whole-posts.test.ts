import assert from 'node:assert/strict';
import { test } from 'node:test';
import { WholePosts } from '../../lib/cli/live/whole-posts.js';
import { fileMedia, post } from '../support/documents.js';
import { selectionFor } from '../support/selection.js';

const item = (id: number, name?: string) => ({
  document: post({
    id,
    album: '77',
    ...(name !== undefined && { media: fileMedia(1, { id: String(id), name }) }),
  }),
});
const single = (id: number) => ({ document: post({ id, text: 'text' }) });
const ids = (messages: readonly { readonly document: { readonly id: number } }[]): number[] =>
  messages.map(({ document }) => document.id);

test('an album is judged once all its items have come, and keeps its place among other messages', async () => {
  const posts = new WholePosts(await selectionFor({ ext: 'pdf' }, { self: 7 }));
  assert.deepEqual(ids(posts.add([item(10, 'a.png'), single(11)])), []);
  // Its last item is what the selection wants, and came with the next page.
  assert.deepEqual(ids(posts.add([item(12, 'b.pdf'), single(50)])), []);
  assert.deepEqual(ids(posts.add([single(110)])), [10, 12]);
  assert.deepEqual(ids(posts.end()), []);
});

test('an album is left as a whole, and what is left at the end is judged with what there is', async () => {
  const posts = new WholePosts(await selectionFor({ excludeKind: 'text' }, { self: 7 }));
  assert.deepEqual(ids(posts.add([item(10, 'a.png')])), []);
  assert.deepEqual(ids(posts.add([item(11), item(12)])), []);
  assert.deepEqual(ids(posts.end()), []);
  const whole = new WholePosts(await selectionFor({ kind: 'text' }, { self: 7 }));
  assert.deepEqual(ids(whole.add([single(1), item(10, 'a.png'), item(11)])), [1]);
  assert.deepEqual(ids(whole.end()), [10, 11]);
});

test('without a selection nothing waits', async () => {
  const posts = new WholePosts(await selectionFor({}, { self: 7 }));
  assert.deepEqual(ids(posts.add([item(10), single(11)])), [10, 11]);
});
