import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { RpcError } from '../../lib/sandbox/rpc.js';
import type { Account, Chat } from '../../lib/sandbox/world/model.js';
import { type CloneScene, cloneScene } from '../support/clone-scene.js';

let scene: CloneScene;
let friend: Account;
before(async () => {
  scene = await cloneScene({ seed: 'profiles', redrawPhotos: true });
  friend = scene.sandbox.world.createUser({ firstName: 'Friend' });
});
after(() => scene.close());

const withProfile = true;

function withPhoto<C extends Chat>(chat: C, about: string, side = 640): C {
  const { id, dcId } = scene.sandbox.files.add({ kind: 'photo', dcId: 2, width: side, height: side });
  chat.about = about;
  chat.photo = { id, dcId };
  return chat;
}

const looks = ({ title, about, photo }: Chat) => [title, about, photo !== undefined];

/** Requests that change a profile, so far. */
const edits = (): number => {
  const { requests } = scene.sandbox.report().weather;
  const names = Object.keys(requests).filter((name) => /Edit(Chat)?(Title|Photo|About)$/.test(name));
  return names.reduce((sum, name) => sum + (requests[name] ?? 0), 0);
};

describe('the profile of the source', () => {
  it('is given to the target, whichever kind it is and way is chosen, and only as far as it differs', async () => {
    for (const via of ['stream', 'reference', 'auto'] as const) {
      const source = withPhoto(scene.group(`from ${via}`), 'All about it');
      scene.post(source, { text: 'words' });
      const targets = [
        scene.group('other'),
        scene.basicGroup('basic'),
        scene.sandbox.world.createChannel({ title: 'channel', creator: scene.me.id }),
      ];
      for (const target of targets) {
        const { summary, error } = await scene.clone(source, target, { withProfile, via });
        assert.equal(error, undefined);
        assert.deepEqual(looks(target), looks(source));
        assert.equal(target.photo?.id === source.photo?.id, via !== 'stream');
        assert.deepEqual([summary?.profile, summary?.reduced], [['title', 'about', 'photo'], {}]);
        const before = edits();
        assert.deepEqual((await scene.clone(source, target, { withProfile, via })).summary?.profile, []);
        assert.equal(edits(), before);
      }
      const [target] = targets;
      assert.ok(target);
      source.title = 'Renamed';
      delete source.photo;
      const last = await scene.clone(source, target, { withProfile, via });
      assert.deepEqual([last.summary?.profile, looks(target)], [['title', 'photo'], looks(source)]);
    }
  });

  it("stays the target's own without --with-profile", async () => {
    const source = withPhoto(scene.group('plain'), 'about');
    const target = scene.group('plain copy');
    const { summary } = await scene.clone(source, target);
    assert.deepEqual([summary?.profile, looks(target)], [[], ['plain copy', '', false]]);
  });

  it('is streamed with --via auto where Telegram refuses the reference', async () => {
    const source = withPhoto(scene.group('auto'), '');
    const target = scene.group('auto copy');
    const error = new RpcError(400, 'PHOTO_INVALID');
    scene.sandbox.weather.script({ method: 'channels.EditPhoto', fate: { kind: 'refuse', error } });
    const { summary } = await scene.clone(source, target, { withProfile, via: 'auto' });
    assert.deepEqual(summary?.profile, ['title', 'photo']);
    assert.notEqual(target.photo?.id, source.photo?.id);
  });

  it('is counted as lost where this account may not set it, and stops nothing', async () => {
    const source = withPhoto(scene.group('no right'), 'about');
    scene.post(source, { text: 'words' });
    const target = scene.sandbox.world.createChannel({
      title: 'theirs',
      creator: friend.id,
      megagroup: true,
    });
    scene.sandbox.world.addMember(target, scene.me.id);
    target.defaultBans.add('changeInfo');
    const before = edits();
    const { summary, error } = await scene.clone(source, target, { withProfile });
    assert.deepEqual([error, summary?.sent, edits() - before], [undefined, 1, 0]);
    assert.deepEqual(summary?.reduced, { chat_title: 1, chat_about: 1, chat_photo: 1 });
  });

  it('is counted as lost as far as Telegram refuses it', async () => {
    const source = withPhoto(scene.group('small'), 'about', 100);
    const target = scene.group('small copy');
    const { summary, error } = await scene.clone(source, target, { withProfile });
    assert.equal(error, undefined);
    assert.deepEqual([summary?.profile, summary?.reduced], [['title', 'about'], { chat_photo: 1 }]);
  });

  it('is refused before any work for private chats, which have none', async () => {
    const { error } = await scene.clone(scene.group('to me'), 'me', { withProfile });
    assert.equal((error as { code?: string }).code, 'NO_PROFILE');
  });
});
