import { Api } from 'telegram/tl/index.js';
import type { Caller } from './caller.js';
import type { Chat } from './chat.js';

/** What a chat asks of this account when it posts there. */
export interface PostingLimits {
  /** Seconds between two messages (slow mode); 0 for none, and for admins, who are exempt. */
  readonly slowModeSeconds: number;
  /** Kinds of messages that this account may not send there, in words of a document's kinds. */
  readonly forbidden: readonly string[];
}

/** Asks the server (channels.getFullChannel, messages.getFullChat) what this account may post in a chat. */
export async function postingLimits(
  client: Caller,
  { peer }: Pick<Chat, 'peer'>,
  signal: AbortSignal,
): Promise<PostingLimits> {
  if (peer instanceof Api.InputPeerChannel) {
    const { channelId, accessHash } = peer;
    const channel = new Api.InputChannel({ channelId, accessHash });
    const full = await client.call(new Api.channels.GetFullChannel({ channel }), { signal });
    return limitsOf(
      full.chats.find((chat) => String(chat.id) === String(channelId)),
      full.fullChat,
    );
  }
  if (!(peer instanceof Api.InputPeerChat)) return { slowModeSeconds: 0, forbidden: [] };
  const { chatId } = peer;
  const full = await client.call(new Api.messages.GetFullChat({ chatId }), { signal });
  return limitsOf(full.chats.find((chat) => String(chat.id) === String(chatId)));
}

/**
 * core.telegram.org/constructor/channelFull: `slowmode_next_send_date` is there for accounts that have to wait, whatever
 * they are in the chat.
 */
function limitsOf(chat: Api.TypeChat | undefined, full?: Api.TypeChatFull): PostingLimits {
  const channel = full instanceof Api.ChannelFull ? full : undefined;
  const slowModeSeconds = channel?.slowmodeSeconds ?? 0;
  const free: PostingLimits = {
    slowModeSeconds: channel?.slowmodeNextSendDate ? slowModeSeconds : 0,
    forbidden: [],
  };
  if (!(chat instanceof Api.Channel || chat instanceof Api.Chat)) return free;
  if (chat.creator || chat.adminRights) return free;
  const own = chat instanceof Api.Channel ? chat.bannedRights : undefined;
  const rights = [own, chat.defaultBannedRights].filter((each) => each instanceof Api.ChatBannedRights);
  const isForbidden = (right: keyof Api.ChatBannedRights): boolean =>
    rights.some((each) => each[right] === true);
  const media = isForbidden('sendMedia');
  const forbidden = [
    ...(isForbidden('sendPlain') ? ['text'] : []),
    ...MEDIA.flatMap(([right, kind]) => (media || isForbidden(right) ? [kind] : [])),
    ...(isForbidden('sendPolls') ? ['poll'] : []),
  ];
  return { slowModeSeconds, forbidden };
}

/** Rights of TL's chatBannedRights: true means that it is forbidden. `send_media` forbids all of them. */
const MEDIA = [
  ['sendPhotos', 'photo'],
  ['sendVideos', 'video'],
  ['sendRoundvideos', 'round_video'],
  ['sendAudios', 'audio'],
  ['sendVoices', 'voice'],
  ['sendDocs', 'file'],
  ['sendStickers', 'sticker'],
  ['sendGifs', 'animation'],
] as const;
