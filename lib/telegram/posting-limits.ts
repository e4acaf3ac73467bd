import { Api } from 'telegram/tl/index.js';
import type { Caller } from './caller.js';
import type { Chat } from './chat.js';

/** What a chat asks of this account when it posts there. */
export interface PostingLimits {
  /** Seconds between two messages (slow mode); 0 for none. Admins are exempt. */
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
    const slow = full.fullChat instanceof Api.ChannelFull ? (full.fullChat.slowmodeSeconds ?? 0) : 0;
    return limitsOf(
      full.chats.find((chat) => String(chat.id) === String(channelId)),
      slow,
    );
  }
  if (!(peer instanceof Api.InputPeerChat)) return { slowModeSeconds: 0, forbidden: [] };
  const { chatId } = peer;
  const full = await client.call(new Api.messages.GetFullChat({ chatId }), { signal });
  return limitsOf(
    full.chats.find((chat) => String(chat.id) === String(chatId)),
    0,
  );
}

function limitsOf(chat: Api.TypeChat | undefined, slowModeSeconds: number): PostingLimits {
  const free: PostingLimits = { slowModeSeconds: 0, forbidden: [] };
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
