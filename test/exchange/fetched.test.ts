import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { appendFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { exportChats } from '../../lib/exchange/export.js';
import type { ExportedMessage, FileToFetch, FindFiles } from '../../lib/exchange/exported.js';
import { localTime } from '../../lib/exchange/local-time.js';
import { fileMedia, post } from '../support/documents.js';
import { filesUnder } from '../support/files-store.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const CHAT = { id: -1_001_000_000_001, type: 'supergroup', title: 'G' };
const MESSAGES: readonly ExportedMessage[] = ['1', '2', '3'].map((id) => ({
  document: post({ id: Number(id), media: fileMedia(4, { id, name: 'a.bin' }) }),
}));

const contentOf = (id: string): string => `file ${id}`;
const hashOf = (id: string): string => createHash('sha256').update(contentOf(id)).digest('hex');

/** An export whose files are fetched; `fetch` does it for a file's id. */
function run(
  output: string,
  fetch: (id: string, ...of: Parameters<FileToFetch['fetch']>) => ReturnType<FileToFetch['fetch']>,
) {
  const findFiles: FindFiles =
    async () =>
    (_, { id }) => ({
      size: contentOf(id).length,
      key: `k${id}`,
      fetch: (...of) => fetch(id, ...of),
    });
  async function* pages() {
    yield { shift: 0, messages: MESSAGES };
  }
  return exportChats({
    ...{ output, day: '2024-03-05', account: { id: 7 }, chat: CHAT, chats: [{ chat: CHAT, pages: pages() }] },
    ...{ format: 'desktop', way: 'copy', strict: false, time: localTime('UTC'), version: '1' },
    findNames: async () => new Map(),
    ...{ findFiles, linkOf: () => undefined, signal: new AbortController().signal },
  });
}

const shown = (output: string) => filesUnder(output).filter((path) => !path.startsWith('.telepi-export/'));

test('an export that was cut off while it fetched files fetches none of them again, and continues the one it had begun', async (t) => {
  const output = join(temporaryFolder(t), 'out');
  const fetched: string[] = [];
  const broken = run(output, async (id, path) => {
    fetched.push(id);
    writeFileSync(path, contentOf(id).slice(0, id === '3' ? 2 : undefined));
    if (id === '3') throw new Error('the network is gone');
    return hashOf(id);
  });
  await assert.rejects(broken, { code: 'EXPORT_NOT_WRITTEN' });
  assert.deepEqual(shown(output), ['files/a (1).bin', 'files/a.bin']);
  const { missing, files } = await run(output, async (id, path) => {
    fetched.push(id);
    assert.equal(readFileSync(path, 'utf8'), 'fi', 'what was begun is there');
    appendFileSync(path, contentOf(id).slice(2));
    return hashOf(id);
  });
  assert.deepEqual([missing, files, fetched], [0, 1, ['1', '2', '3', '3']]);
  assert.deepEqual(shown(output), ['files/a (1).bin', 'files/a (2).bin', 'files/a.bin', 'result.json']);
  for (const [name, id] of [
    ['a.bin', '1'],
    ['a (1).bin', '2'],
    ['a (2).bin', '3'],
  ] as const)
    assert.equal(readFileSync(join(output, 'files', name), 'utf8'), contentOf(id));
  const { messages } = JSON.parse(readFileSync(join(output, 'result.json'), 'utf8')) as {
    messages: { telepi: { files: { sha256: string }[] } }[];
  };
  assert.deepEqual(
    messages.map(({ telepi }) => telepi.files[0]?.sha256),
    ['1', '2', '3'].map(hashOf),
  );
  const notes = filesUnder(join(output, '.telepi-export'));
  assert.ok(!notes.some((name) => name.endsWith('.begun') || name === 'fetched.jsonl'), notes.join());
});

test('a file that lies under the name and was not fetched by the export is left, and a content that is gone is unavailable', async (t) => {
  const output = join(temporaryFolder(t), 'out');
  const broken = run(output, async () => {
    throw new Error('the network is gone');
  });
  await assert.rejects(broken, { code: 'EXPORT_NOT_WRITTEN' });
  writeFileSync(join(output, 'files', 'a.bin'), 'mine 1');
  const { missing } = await run(output, async (id, path) => {
    if (id === '2') return undefined;
    writeFileSync(path, contentOf(id));
    return hashOf(id);
  });
  assert.equal(missing, 1);
  assert.equal(readFileSync(join(output, 'files', 'a.bin'), 'utf8'), 'mine 1');
  assert.deepEqual(shown(output), ['files/a (1).bin', 'files/a (2).bin', 'files/a.bin', 'result.json']);
  assert.ok(existsSync(join(output, 'result.json')));
});
