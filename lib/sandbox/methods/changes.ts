import { Api } from 'telegram/tl/index.js';
import { type Box, messageById } from '../world/box.js';
import type { Changed } from '../world/changing.js';
import type { Message } from '../world/message.js';
import type { Account } from '../world/model.js';
import type { PeerId } from '../world/peer-id.js';
import type { World } from '../world/world.js';
import { badRequest, type MethodContext } from './context.js';
import { changeUpdate, namedIn, newMessage, updates } from './tl-updates.js';

/** The box in which the account finds a chat's messages. */
export function boxOf(world: World, me: Account, peer: PeerId): Box {
  return world.chat(peer)?.box ?? me.box;
}

/** MESSAGE_ID_INVALID when the account finds no such message in the chat. */
export function messageIn(world: World, me: Account, peer: PeerId, id: number): Message {
  const message = messageById(boxOf(world, me, peer), id);
  if (message?.peer !== peer) throw badRequest('MESSAGE_ID_INVALID');
  return message;
}

/** The part of a change that concerns the caller's own view, as the answer to the call, with new messages after it. */
export function changesAnswer(
  context: MethodContext,
  me: Account,
  changes: readonly Changed[],
  posted: readonly Message[] = [],
): Api.Updates {
  const seen = seenBy(me, changes);
  const named = seen.map(({ channel, change }) => namedIn(me, channel, change));
  return updates(
    context,
    me,
    [
      ...seen.flatMap(({ channel, change }) => changeUpdate(context, me, channel, change) ?? []),
      ...posted.map((message) => newMessage(context, me, message)),
    ],
    [...named.flatMap(({ messages }) => messages), ...posted],
    named.flatMap(({ peers }) => peers),
  );
}

/** messages.affectedMessages: how the change moved the pts of the box. */
export function affectedMessages(
  me: Account,
  box: Box,
  changes: readonly Changed[],
): Api.messages.AffectedMessages {
  return new Api.messages.AffectedMessages(movedPts(me, box, changes));
}

/** messages.affectedHistory: nothing is left to be done by another call. */
export function affectedHistory(
  me: Account,
  box: Box,
  changes: readonly Changed[],
): Api.messages.AffectedHistory {
  return new Api.messages.AffectedHistory({ ...movedPts(me, box, changes), offset: 0 });
}

function movedPts(me: Account, box: Box, changes: readonly Changed[]): { pts: number; ptsCount: number } {
  const counts = seenBy(me, changes).map(({ change }) => change.count);
  return { pts: box.pts, ptsCount: counts.reduce((sum, count) => sum + count, 0) };
}

function seenBy(me: Account, changes: readonly Changed[]): readonly Changed[] {
  return changes.filter(({ channel, owner }) => channel !== undefined || owner === me.id);
}
