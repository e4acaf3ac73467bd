import type { Showing } from '../kinds/kind.js';
import type { Message } from '../world/message.js';
import type { Account } from '../world/model.js';
import type { MethodContext } from './context.js';
import { tlPeer } from './tl-chats.js';
import { tlEntity } from './tl-entities.js';
import { tlDocument, tlPhoto } from './tl-files.js';

/** `viewer` looking at `message`: references to files are made for it, or, without one, for the viewer's own use. */
export function showingOf(
  { files, world }: Pick<MethodContext, 'files' | 'world'>,
  viewer: Account,
  message: Message | undefined,
): Showing {
  const key = message ? `message:${message.uid}` : `account:${viewer.id}`;
  const found = (fileId: bigint) => {
    const file = files.get(fileId);
    if (!file) throw new Error(`A message holds the unknown file ${fileId}.`);
    return file;
  };
  return {
    viewer: viewer.id,
    now: world.nowSeconds(),
    peer: tlPeer,
    photo: (fileId) => tlPhoto(found(fileId), files.referenceFor(found(fileId), key)),
    document: (fileId) => tlDocument(found(fileId), files.referenceFor(found(fileId), key)),
    entities: (entities) => entities.map(tlEntity),
  };
}
