import { peersOfMedia } from '../kinds/all.js';
import { peersOfRich } from '../kinds/rich-message.js';
import { peersOf } from '../kinds/tl-data.js';
import type { Message } from '../world/message.js';
import type { PeerId } from '../world/peer-id.js';

/** Everybody, and every chat, that a message names. */
export function peersNamedBy(message: Message): readonly PeerId[] {
  const { peer, from, entities, media, fields, rich, action, reply, forward, reactions } = message;
  const given = [
    peer,
    from,
    ...entities.map(({ userId }) => userId),
    ...(reply?.quote?.entities ?? []).map(({ userId }) => userId),
    ...(reactions ?? []).map(({ from }) => from),
    forward?.from,
    forward?.saved?.peer,
    forward?.saved?.by?.from,
  ];
  return [
    ...given.filter((each) => each !== undefined),
    ...peersOfMedia(media),
    ...peersOf(fields),
    ...peersOfRich(rich),
    ...(action?.kind === 'shown' ? peersOf(action.data) : []),
    ...(action && 'users' in action ? action.users : []),
    ...(action?.kind === 'chatMigrateTo' ? [action.channel] : []),
    ...(action?.kind === 'channelMigrateFrom' ? [action.group] : []),
  ];
}
