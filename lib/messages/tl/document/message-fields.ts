import type { Api } from 'telegram/tl/index.js';

type Long = NonNullable<Api.Message['viaBotId']>;

/** The fields of messageService, some of which the library's type of it lacks. Received objects have null for absent. */
export interface ServiceFields {
  readonly out?: boolean;
  readonly mentioned?: boolean;
  readonly mediaUnread?: boolean;
  readonly reactionsArePossible?: boolean;
  readonly silent?: boolean;
  readonly post?: boolean;
  readonly legacy?: boolean;
  readonly id: number;
  readonly fromId?: Api.TypePeer;
  readonly peerId: Api.TypePeer;
  readonly savedPeerId?: Api.TypePeer;
  readonly replyTo?: Api.TypeMessageReplyHeader;
  readonly date: number;
  readonly action: Api.TypeMessageAction;
  readonly reactions?: Api.TypeMessageReactions;
  readonly ttlPeriod?: number;
}

/** The fields of message, many of which the library's type of it lacks. */
export interface PostFields extends Omit<ServiceFields, 'action' | 'reactionsArePossible'> {
  readonly fromScheduled?: boolean;
  readonly editHide?: boolean;
  readonly pinned?: boolean;
  readonly noforwards?: boolean;
  readonly invertMedia?: boolean;
  readonly offline?: boolean;
  readonly videoProcessingPending?: boolean;
  readonly paidSuggestedPostStars?: boolean;
  readonly paidSuggestedPostTon?: boolean;
  readonly fromBoostsApplied?: number;
  readonly fromRank?: string;
  readonly fwdFrom?: Api.TypeMessageFwdHeader;
  readonly viaBotId?: Long;
  readonly viaBusinessBotId?: Long;
  readonly guestchatViaFrom?: Api.TypePeer;
  readonly message: string;
  readonly media?: Api.TypeMessageMedia;
  readonly replyMarkup?: Api.TypeReplyMarkup;
  readonly entities?: readonly Api.TypeMessageEntity[];
  readonly views?: number;
  readonly forwards?: number;
  readonly replies?: Api.TypeMessageReplies;
  readonly editDate?: number;
  readonly postAuthor?: string;
  readonly groupedId?: Long;
  readonly restrictionReason?: readonly Api.TypeRestrictionReason[];
  readonly quickReplyShortcutId?: number;
  readonly effect?: Long;
  readonly factcheck?: Api.TypeFactCheck;
  readonly reportDeliveryUntilDate?: number;
  readonly paidMessageStars?: Long;
  readonly suggestedPost?: Api.TypeSuggestedPost;
  readonly scheduleRepeatPeriod?: number;
  readonly summaryFromLanguage?: string;
  readonly richMessage?: Api.TypeRichMessage;
}
