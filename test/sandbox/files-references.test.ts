import assert from 'node:assert/strict';
import { test } from 'node:test';
import { seededRandom } from '../../lib/base/random.js';
import { FileStore } from '../../lib/sandbox/files/file-store.js';
import { FakeClock } from '../support/fake-clock.js';

function openStore(reads = 0) {
  const store = new FileStore({
    clock: new FakeClock(),
    random: seededRandom('references'),
    referencesExpireAfterReads: () => reads,
  });
  const add = () => store.add({ kind: 'document', size: 1, dcId: 1, mimeType: 'text/plain', attributes: [] });
  return { store, file: add(), other: add() };
}

test('a valid reference is returned again, and works only for its file', () => {
  const { store, file, other } = openStore();
  const reference = store.referenceFor(file, 'message:1');
  assert.deepEqual(store.referenceFor(file, 'message:1'), reference);
  assert.notDeepEqual(store.referenceFor(file, 'message:2'), reference);
  store.checkReference(file, reference);
  assert.throws(() => store.checkReference(other, reference), { message: 'FILE_REFERENCE_INVALID' });
  assert.throws(() => store.checkReference(file, Buffer.alloc(25)), { message: 'FILE_REFERENCE_INVALID' });
  assert.throws(() => store.checkReference(file, Buffer.alloc(0)), { message: 'FILE_REFERENCE_EMPTY' });
});

test('a reference expires after its reads, and fetching the message returns a fresh one', () => {
  const { store, file } = openStore(3);
  const reference = store.referenceFor(file, 'message:1');
  for (let read = 0; read < 3; read += 1) store.readReference(file, reference);
  store.checkReference(file, reference);
  const expired = { code: 400, message: 'FILE_REFERENCE_EXPIRED' };
  assert.throws(() => store.readReference(file, reference), expired);
  assert.throws(() => store.checkReference(file, reference), expired);
  const fresh = store.referenceFor(file, 'message:1');
  store.readReference(file, fresh);
  assert.throws(() => store.readReference(file, reference), expired);
});

test('references can be expired by hand, for one file or all', () => {
  const { store, file, other } = openStore();
  const [one, two] = [store.referenceFor(file, 'm'), store.referenceFor(other, 'm')];
  store.expireReferences(file);
  assert.throws(() => store.checkReference(file, one), { message: 'FILE_REFERENCE_EXPIRED' });
  store.checkReference(other, two);
  store.expireReferences();
  assert.throws(() => store.checkReference(other, two), { message: 'FILE_REFERENCE_EXPIRED' });
});

test('a reference from before a restart has expired', () => {
  const { store, file } = openStore();
  const reference = store.referenceFor(file, 'message:1');
  const { store: restarted } = openStore();
  restarted.put(file);
  assert.throws(() => restarted.checkReference(file, reference), { message: 'FILE_REFERENCE_EXPIRED' });
});
