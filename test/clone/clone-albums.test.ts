import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { RpcError } from '../../lib/sandbox/rpc.js';
import type { Chat } from '../../lib/sandbox/world/model.js';
import { chatContent } from '../support/chat-content.js';
import { type CloneScene, cloneScene } from '../support/clone-scene.js';

let scene: CloneScene;
before(async () => {
  scene = await cloneScene({ seed: 'albums' });
});
after(() => scene.close());

/** Posts an album's items, named by their letters, and other people's words in between. */
function postMixed(chat: Chat, words: readonly string[]): void {
  const albums = new Map<string, bigint>();
  for (const word of words) {
    const [, album] = /^([A-Z])\d$/.exec(word) ?? [];
    if (!album) {
      scene.post(chat, { text: word });
      continue;
    }
    const groupedId = albums.get(album) ?? scene.sandbox.world.nextGroupedId();
    albums.set(album, groupedId);
    const { id } = scene.sandbox.files.add({ kind: 'photo', dcId: 1, width: 64, height: 48 });
    scene.post(chat, { text: word, media: { kind: 'photo', fileId: id, spoiler: false }, groupedId });
  }
}

/** The chat's content in order; messages of one album in brackets. */
async function wordsOf(chat: Chat): Promise<string> {
  const content = await chatContent(scene.sandbox, chat);
  return content
    .map(({ text, album, albumIndex }, index) => {
      const opens = albumIndex === 0 ? '[' : '';
      const closes = album !== undefined && content[index + 1]?.album !== album ? ']' : '';
      return `${opens}${text}${closes}`;
    })
    .join(' ');
}

describe('an album with other posts between its items', () => {
  it('stays one album at its first item, and the posts between come after it', async () => {
    const [source, target] = [scene.group('mixed'), scene.group('mixed copy')];
    const filler = Array.from({ length: 93 }, (_, index) => `${index}`);
    // The page of a hundred ends inside albums B and C.
    postMixed(source, ['one', 'A1', 'two', 'A2', 'A3', ...filler, 'B1', 'C1', 'three', 'B2', 'four', 'C2']);
    const { summary, error, checkpoint } = await scene.clone(source, target);
    assert.equal(error, undefined);
    assert.equal(summary?.sent, 105 - 1);
    assert.equal(await wordsOf(target), `one [A1 A2 A3] two ${filler.join(' ')} [B1 B2] [C1 C2] three four`);
    assert.equal(checkpoint, source.box?.messages.at(-1)?.id);
  });

  it('is neither lost nor sent twice when the run ends between it and the posts between its items', async () => {
    const [source, target] = [scene.group('cut'), scene.group('cut copy')];
    postMixed(source, ['one', 'A1', 'two', 'A2', 'three']);
    scene.sandbox.weather.script({
      method: 'messages.SendMessage',
      nth: 2,
      fate: { kind: 'refuse', error: new RpcError(400, 'MESSAGE_EMPTY') },
    });
    const first = await scene.clone(source, target, { stopOnError: true });
    assert.equal((first.error as { code?: string }).code, 'STOPPED_ON_ERROR');
    assert.equal(await wordsOf(target), 'one [A1 A2]');
    const between = source.box?.messages.find(({ text }) => text === 'two')?.id ?? 0;
    assert.equal(first.checkpoint, between - 1, 'the checkpoint may not pass what is not done');
    const second = await scene.clone(source, target);
    assert.equal(second.error, undefined);
    assert.equal(second.summary?.sent, 2);
    assert.equal(await wordsOf(target), 'one [A1 A2] two three');
  });
});
