import type { Api } from 'telegram/tl/index.js';
import { readRichMessage } from '../kinds/rich-message.js';
import type { WebPage } from '../kinds/web-page.js';
import { RpcError } from '../rpc.js';
import { fromLong, type Long } from '../tl.js';
import { messageById, postedAt } from '../world/box.js';
import { isBanned } from '../world/chats.js';
import type { StyledText } from '../world/entity.js';
import type { Message } from '../world/message.js';
import type { Account } from '../world/model.js';
import { type PeerId, peerKind } from '../world/peer-id.js';
import { sentAs } from '../world/sending.js';
import { badRequest, type Call, type MethodContext, type MethodGroup } from './context.js';
import { caption, messageText } from './message-text.js';
import { readingOf } from './reading.js';
import { checkRights, postingOf, randomIdOf, type SendTarget, targetOf } from './send-target.js';
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
    peerKind(target.peer) === 'channel' || message.rich || message.media
      ? sentUpdates(context, me, [{ message, randomId }])
      : shortSent(me, message);
  if (earlier) return answer(earlier);
  checkRights(context, me, target, ['text']);
  const message = context.world.post({
    ...postingOf(call, target),
    ...contentOf(context, call, request, target),
    randomId,
    silent: Boolean(request.silent),
    noforwards: Boolean(request.noforwards),
    invertMedia: Boolean(request.invertMedia),
  });
  return answer(message);
}

/** A text, or a rich message, whose text may be empty. */
function contentOf(
  context: MethodContext,
  call: Call,
  { message, entities, richMessage, effect, noWebpage }: Api.messages.SendMessage,
  target: SendTarget,
) {
  const { me } = call;
  const played = effectOf(me, target, effect);
  if (!richMessage) {
    const styled = messageText(context, me, message, entities, target.peer);
    const media = noWebpage ? undefined : previewOf(me, target, styled);
    return { ...styled, ...(media ? { media } : {}), ...played };
  }
  const rich = readRichMessage(readingOf(context, call, target.peer), richMessage);
  return { ...caption(context, me, message, entities, target.peer), rich, ...played };
}

/** Telegram adds a preview of the first link by itself, unless it may not or the sender doesn't want one. */
function previewOf(me: Account, { chat }: SendTarget, { text, entities }: StyledText): WebPage | undefined {
  if (chat && isBanned(chat, chat.members.get(me.id), 'embedLinks')) return undefined;
  const first = entities.find(({ kind }) => kind === 'url' || kind === 'textUrl');
  const url = first && (first.url ?? text.slice(first.offset, first.offset + first.length));
  if (!url || !/^https?:\/\//i.test(url) || !URL.canParse(url) || new URL(url).hostname.endsWith('.invalid'))
    return undefined;
  return { kind: 'webpage', url, layout: undefined, manual: false };
}

/** The animations that every account may send; the others of messages.getAvailableEffects are `premium_required`. */
const FREE_EFFECTS: ReadonlySet<bigint> = new Set([
  5_104_841_245_755_180_586n,
  5_107_584_321_108_051_014n,
  5_104_858_069_142_078_462n,
  5_044_134_455_711_629_726n,
  5_046_509_860_389_126_442n,
  5_046_589_136_895_476_101n,
]);

/**
 * An animation is played in private chats with people alone: EFFECT_CHAT_INVALID. Most need Premium:
 * PREMIUM_ACCOUNT_REQUIRED.
 */
export function effectOf(
  me: Account,
  { peer }: SendTarget,
  effect: Long | null | undefined,
): { fields?: { readonly effect: bigint } } {
  if (!effect || fromLong(effect) === 0n) return {};
  if (peerKind(peer) !== 'user') throw badRequest('EFFECT_CHAT_INVALID');
  if (!me.premium && !FREE_EFFECTS.has(fromLong(effect))) {
    throw new RpcError(403, 'PREMIUM_ACCOUNT_REQUIRED');
  }
  return { fields: { effect: fromLong(effect) } };
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
