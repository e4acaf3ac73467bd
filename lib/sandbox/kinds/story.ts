import { Api } from 'telegram/tl/index.js';
import type { PeerId } from '../world/peer-id.js';
import type { TlData } from '../world/tl-data.js';
import { type MediaKind, type Reading, refusal } from './kind.js';
import { peersOf, tlOf } from './tl-data.js';

/** A story that was shared. */
export interface Story {
  readonly kind: 'story';
  readonly peer: PeerId;
  readonly id: number;
  /** Telegram's own message that somebody was mentioned in it. */
  readonly viaMention?: boolean;
  /** The story, as a StoryItem; undefined when it has expired or was never loaded. */
  readonly story?: TlData;
}

export const story: MediaKind<Story> = {
  show: (scene, { peer, id, viaMention, story: item }) =>
    new Api.MessageMediaStory({
      ...(viaMention ? { viaMention } : {}),
      peer: scene.peer(peer),
      id,
      ...(item ? { story: tlOf(scene, item) } : {}),
    }),
  peers: ({ peer, story: item }) => [peer, ...peersOf(item)],
};

/** STORY_ID_INVALID for one that doesn't exist, has expired, isn't public or may not be forwarded. */
export function readStory(scene: Reading, input: Api.InputMediaStory): Story {
  const peer = scene.peer(input.peer as Api.TypeInputPeer);
  const item = scene.story(peer, input.id);
  const lasts = item && (item['pinned'] || Number(item['expireDate'] ?? 0) > scene.now);
  if (!lasts || !item['public'] || item['noforwards']) throw refusal('STORY_ID_INVALID');
  return { kind: 'story', peer, id: input.id, story: item };
}
