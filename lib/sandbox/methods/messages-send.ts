import type { Api } from 'telegram/tl/index.js';
import { RpcError } from '../rpc.js';
import { messageById, postedAt } from '../world/box.js';
import type { Message } from '../world/message.js';
import { type PeerId, peerKind } from '../world/peer-id.js';
import { sentAs } from '../world/sending.js';
import type { Call, MethodContext, MethodGroup } from './context.js';
import { messageText } from './message-text.js';
import { checkRights, postingOf, randomIdOf, targetOf } from './send-target.js';
import { sentUpdates, shortSent } from './tl-updates.js';

/** Sending text. */
export function sendMethods(context: MethodContext): MethodGroup {
  return {
    home: {
      'messages.SendMessage': (request: Api.messages.SendMessage, call) =>
        sendMessage(context, request, call),
    },
  };
}

function sendMessage(context: MethodContext, request: Api.messages.SendMessage, call: Call): Api.TypeUpdates {
  const { me } = call;
  const randomId = randomIdOf(request.randomId);
  const target = targetOf(context, me, request);
  const earlier = earlierSend(context, call, target.peer, randomId);
  const answer = (message: Message): Api.TypeUpdates =>
    peerKind(target.peer) === 'channel'
      ? sentUpdates(context, me, [{ message, randomId }])
      : shortSent(me, message);
  if (earlier) return answer(earlier);
  checkRights(context, me, target, ['text']);
  const message = context.world.post({
    ...postingOf(call, target),
    ...messageText(context, me, request.message, request.entities, target.peer),
    randomId,
    silent: Boolean(request.silent),
    noforwards: Boolean(request.noforwards),
    invertMedia: Boolean(request.invertMedia),
  });
  return answer(message);
}

/**
 * The message that this random_id became before, as long as it is remembered. RANDOM_ID_DUPLICATE when it has been
 * deleted since, when the first call hasn't been answered yet, or when the world refuses repeats.
 */
export function earlierSend(
  context: MethodContext,
  { me, caller }: Call,
  peer: PeerId,
  randomId: bigint,
): Message | undefined {
  const id = sentAs(me, peer, randomId);
  if (id === undefined) return undefined;
  const box = context.world.chat(peer)?.box ?? me.box;
  if (!context.randomIds.knows(postedAt(box, id))) return undefined;
  const message = messageById(box, id);
  const isRepeatable = !context.world.refuseRepeats && !context.randomIds.isRunning(randomId, caller);
  if (!message || !isRepeatable) throw new RpcError(500, 'RANDOM_ID_DUPLICATE');
  return message;
}
