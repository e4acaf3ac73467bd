import type { Kind, KindTable, Option } from './kind.js';

/** What happened is a note and nothing else: it can't happen again in the target. */
function note(sentence: string): Kind {
  return { outcome: 'skip', reason: 'service', options: ['--service'], sentence };
}

/** What happened is done in the target, and Telegram may write its own note there; the source's is skipped. */
function done(sentence: string, { options = [] }: Doing = {}): Kind {
  return { outcome: 'skip', reason: 'service', options: ['--service', ...options], sentence };
}

interface Doing {
  readonly options?: readonly Option[];
}

const PROFILE = { options: ['--with-profile', '--create-target'] } as const;

/** Every kind of service message (MessageAction): the chat, its people, its topics, calls. */
const CHAT_ACTIONS = {
  MessageActionEmpty: note('Nothing happened.'),
  MessageActionChatCreate: note('Somebody created the group; the target has its own beginning.'),
  MessageActionChatEditTitle: done("The source's last title can be given to the target.", PROFILE),
  MessageActionChatEditPhoto: done("The source's last photo can be given to the target.", PROFILE),
  MessageActionChatDeletePhoto: done("The target gets the source's last photo, or none.", PROFILE),
  MessageActionChatAddUser: note('Somebody was added; a clone adds nobody.'),
  MessageActionChatDeleteUser: note('Somebody left or was removed.'),
  MessageActionChatJoinedByLink: note('Somebody joined by a link; a clone adds nobody.'),
  MessageActionChannelCreate: note('Somebody created the channel; the target has its own beginning.'),
  MessageActionChatMigrateTo: note('The basic group became a supergroup; both histories are read.'),
  MessageActionChannelMigrateFrom: note('The supergroup was a basic group before; both histories are read.'),
  MessageActionPinMessage: done('Pinned messages are pinned in the target, without notices.'),
  MessageActionHistoryClear: note('Somebody cleared the history.'),
  MessageActionPhoneCall: note('A call took place.'),
  MessageActionScreenshotTaken: note('Somebody took a screenshot.'),
  MessageActionCustomAction: note('Telegram wrote a note in words of its own.'),
  MessageActionContactSignUp: note('A contact joined Telegram.'),
  MessageActionGeoProximityReached: note('Somebody came near a live location.'),
  MessageActionGroupCall: note('A video chat began or ended.'),
  MessageActionInviteToGroupCall: note('Somebody was invited to a video chat.'),
  MessageActionSetMessagesTTL: note(
    'The time after which messages delete themselves was set; the target keeps its own.',
  ),
  MessageActionGroupCallScheduled: note('A video chat was scheduled.'),
  MessageActionSetChatTheme: note('The theme of the chat was set; the target keeps its own.'),
  MessageActionChatJoinedByRequest: note('Somebody was let in; a clone adds nobody.'),
  MessageActionTopicCreate: done('The topic is created in the target with its title, icon and colour.'),
  MessageActionTopicEdit: done(
    'The topic gets its last title and icon, and is closed or hidden as it is in the source.',
  ),
  MessageActionSuggestProfilePhoto: note('Somebody suggested a profile photo.'),
  MessageActionSetChatWallPaper: note('The wallpaper of the chat was set; the target keeps its own.'),
  MessageActionConferenceCall: note('A group call took place.'),
  MessageActionTodoCompletions: done("The checklist's copy has the state of its tasks."),
  MessageActionTodoAppendTasks: done("The checklist's copy has all of its tasks."),
  MessageActionSuggestBirthday: note('Somebody suggested a birthday.'),
  MessageActionNewCreatorPending: note('The chat is about to get another owner.'),
  MessageActionChangeCreator: note('The chat got another owner.'),
  MessageActionNoForwardsToggle: note(
    'Saving and forwarding was restricted or allowed; the target keeps its own setting.',
  ),
  MessageActionNoForwardsRequest: note('Somebody asked to allow saving and forwarding.'),
  MessageActionPollAppendAnswer: done("The poll's copy has all of its answers."),
  MessageActionPollDeleteAnswer: done("The poll's copy has the answers that are left."),
  MessageActionChangeCommunity: note('The chat joined or left a community.'),
  MessageActionChatJoinedViaCommunity: note('Somebody joined through a community; a clone adds nobody.'),
} as const satisfies KindTable;

/** Money, gifts and bots: nothing is ever paid, given or granted for a copy. */
const DEALINGS = {
  MessageActionGameScore: note('Somebody reached a score in a game.'),
  MessageActionPaymentSentMe: note('A payment reached this account.'),
  MessageActionPaymentSent: note('A payment was made.'),
  MessageActionBotAllowed: note('A bot or site was allowed to write.'),
  MessageActionSecureValuesSentMe: note('Telegram Passport sent documents to this account.'),
  MessageActionSecureValuesSent: note('Telegram Passport sent documents to a bot.'),
  MessageActionWebViewDataSentMe: note('A mini app sent data to this account.'),
  MessageActionWebViewDataSent: note('A mini app sent data to its bot.'),
  MessageActionGiftPremium: note('Somebody gave Premium.'),
  MessageActionRequestedPeer: note('Somebody chose a chat for a bot.'),
  MessageActionGiftCode: note('Somebody gave a code for Premium, which a card never quotes.'),
  MessageActionGiveawayLaunch: note('A giveaway began.'),
  MessageActionGiveawayResults: note('A giveaway ended.'),
  MessageActionBoostApply: note('Somebody boosted the group.'),
  MessageActionRequestedPeerSentMe: note('Somebody chose a chat for this account.'),
  MessageActionPaymentRefunded: note('A payment was refunded.'),
  MessageActionGiftStars: note('Somebody gave Stars.'),
  MessageActionPrizeStars: note('Somebody won Stars.'),
  MessageActionStarGift: note('Somebody gave a gift.'),
  MessageActionStarGiftUnique: note('Somebody gave a collectible gift, or passed it to another owner.'),
  MessageActionPaidMessagesRefunded: note('Stars for messages were refunded.'),
  MessageActionPaidMessagesPrice: note('The price of messages was set.'),
  MessageActionSuggestedPostApproval: note('A suggested post was approved or rejected.'),
  MessageActionSuggestedPostSuccess: note('A suggested post was paid for.'),
  MessageActionSuggestedPostRefund: note('A suggested post was refunded.'),
  MessageActionGiftTon: note('Somebody gave TON.'),
  MessageActionStarGiftPurchaseOffer: note('Somebody made an offer for a gift.'),
  MessageActionStarGiftPurchaseOfferDeclined: note('An offer for a gift was declined or has expired.'),
  MessageActionManagedBotCreated: note('Somebody created a bot through another bot.'),
} as const satisfies KindTable;

export const ACTIONS = { ...CHAT_ACTIONS, ...DEALINGS } as const satisfies KindTable;
