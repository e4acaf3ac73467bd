import type { ServiceDocument } from '../../../messages/document/document.js';
import type { Media } from '../../../messages/document/media.js';
import type { ServiceAction } from '../../../messages/document/service.js';
import type { Fields } from '../json.js';
import type { OfKind } from '../of-kind.js';
import { type DesktopScene, nameOf, peerId } from '../scene.js';

export type Action = ServiceAction<Media>;

/** Everything that is written of an action: who did it, its name, its details. */
export type ActionKeys<Kind> = (
  action: OfKind<Action, Kind>,
  scene: DesktopScene,
  note: ServiceDocument,
) => Fields;

/** For each kind of some actions, how it is written. */
export type ActionTable<Kinds extends Action['kind']> = { readonly [Kind in Kinds]: ActionKeys<Kind> };

/** The name of an action, without who did it. */
export function bare(action: string, details: Fields = []): Fields {
  return [['action', action], ...details];
}

/** The name of an action after who did it. */
export function acted(
  action: string,
  scene: DesktopScene,
  note: ServiceDocument,
  details: Fields = [],
): Fields {
  return [...actorKeys(scene, note), ...bare(action, details)];
}

export function actorKeys(scene: DesktopScene, { author, flags, chat }: ServiceDocument): Fields {
  const actor = author ?? (flags.out ? scene.self : chat);
  return [
    ['actor', nameOf(scene, actor)],
    ['actor_id', peerId(actor)],
  ];
}

/** Which message a note is about, under a name of the action's own. */
export function aboutMessage(key: string, { shift }: DesktopScene, { reply }: ServiceDocument): Fields {
  if (reply?.kind !== 'message' || reply.id === undefined) return [];
  if (reply.chat === undefined) return [[key, reply.id + shift]];
  return [
    [key, reply.id],
    ['reply_to_peer_id', peerId(reply.chat)],
  ];
}

export function memberNames(scene: DesktopScene, members: readonly number[]): (string | null)[] {
  return members.map((member) => nameOf(scene, member));
}
