import assert from 'node:assert/strict';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { moveFile } from '../../lib/download/organise/move-file.js';
import { keyOf, MoveJournal } from '../../lib/download/organise/move-journal.js';
import { planMoves } from '../../lib/download/organise/plan.js';
import { readPathTemplate } from '../../lib/download/path-template.js';
import { downloaded, nameChat } from '../support/files-store.js';
import { openScene, TEMPLATE } from '../support/organise-scene.js';

const NEWS = -1_001_000_000_001;

test('a line that was cut off takes no other move with it, whether a death or a full disk cut it', async (t) => {
  for (const left of ['{"from":"/of a mo', '\0\0\0\0', '\0\0\n\0']) {
    const { store, dataDir, folder, organise, paths } = await openScene(t);
    await nameChat(store, NEWS, 'News');
    await downloaded(store, join(folder, 'a.mp4'), { id: 1, chatId: NEWS, name: 'a.mp4' });
    const { moves } = await planMoves({
      ...{ ...store, folder, template: readPathTemplate(TEMPLATE, '--path') },
      signal: new AbortController().signal,
    });
    const journal = MoveJournal.of(dataDir, folder);
    await journal.add(moves);
    await journal.clear();
    const path = join(dataDir, 'organise', `${keyOf(folder)}.jsonl`);
    writeFileSync(path, left);
    assert.deepEqual(await journal.read(), []);
    await journal.add(moves);
    assert.deepEqual(await journal.read(), JSON.parse(JSON.stringify(moves)));
    for (const move of moves)
      await moveFile(move, { folder, onOtherName: async () => {}, signal: new AbortController().signal });
    const { continued } = await organise();
    assert.equal(continued, 1, 'a move that was begun behind the line is completed');
    assert.deepEqual(await paths(), [['News/video/2024/1_a.mp4'], ['News/video/2024/1_a.mp4']]);
    writeFileSync(path, left);
    await organise();
    assert.ok(!existsSync(path), 'what cannot be read is not kept');
  }
});
