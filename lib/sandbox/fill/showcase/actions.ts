import { bareId } from '../../world/peer-id.js';
import type { TlData } from '../../world/tl-data.js';
import { plainGift, stars, uniqueGift } from './gifts.js';
import { documentOf, type Page, peer, photoOf, styled } from './scene.js';

/** A service message of every kind that the sandbox doesn't write by itself. */
export function actions(page: Page): void {
  for (const data of [...ofChats(page), ...ofCalls(), ...ofPeople(page), ...ofLists(page)]) page.note(data);
  page.post({ action: { kind: 'shown', data: { _: 'MessageActionPinMessage' } }, silent: true });
  for (const data of [...ofMoney(page), ...ofGifts(page), ...ofBots(page)]) page.note(data);
}

function ofChats(page: Page): TlData[] {
  const { friend, channel } = page.cast;
  const communityId = BigInt(bareId(channel.id));
  const settings = {
    _: 'WallPaperSettings',
    blur: true,
    backgroundColor: 0x6fb9f0,
    rotation: 45,
    secondBackgroundColor: 1,
  };
  return [
    { _: 'MessageActionEmpty' },
    { _: 'MessageActionChatEditPhoto', photo: photoOf(page.photo()) },
    { _: 'MessageActionChatDeletePhoto' },
    { _: 'MessageActionHistoryClear' },
    { _: 'MessageActionScreenshotTaken' },
    { _: 'MessageActionCustomAction', message: 'Telegram says something in words of its own.' },
    { _: 'MessageActionSetMessagesTTL', period: 86_400 },
    { _: 'MessageActionSetMessagesTTL', period: 86_400, autoSettingFrom: BigInt(friend) },
    { _: 'MessageActionSetChatTheme', theme: { _: 'ChatTheme', emoticon: '🏖' } },
    {
      _: 'MessageActionSetChatTheme',
      theme: {
        _: 'ChatThemeUniqueGift',
        gift: uniqueGift(page),
        themeSettings: [
          { _: 'ThemeSettings', baseTheme: { _: 'BaseThemeDay' }, accentColor: 1, messageColors: [1, 2] },
        ],
      },
    },
    { _: 'MessageActionSetChatWallPaper', wallpaper: { _: 'WallPaperNoFile', id: 1n, settings } },
    {
      _: 'MessageActionSetChatWallPaper',
      forBoth: true,
      wallpaper: {
        _: 'WallPaper',
        id: 2n,
        pattern: true,
        accessHash: 3n,
        slug: 'dunes',
        document: documentOf(page.document('image-file')),
        settings,
      },
    },
    { _: 'MessageActionNoForwardsToggle', prevValue: false, newValue: true },
    { _: 'MessageActionNoForwardsRequest', prevValue: true, newValue: false },
    { _: 'MessageActionNewCreatorPending', newCreatorId: BigInt(friend) },
    { _: 'MessageActionChangeCreator', newCreatorId: BigInt(friend) },
    { _: 'MessageActionBoostApply', boosts: 4 },
    { _: 'MessageActionChangeCommunity', communityId },
    { _: 'MessageActionChatJoinedViaCommunity', communityId },
  ];
}

function ofCalls(): TlData[] {
  const call = { _: 'InputGroupCall', id: 5n, accessHash: 6n };
  const reasons = ['Missed', 'Disconnect', 'Hangup', 'Busy'].map((name) => ({
    _: `PhoneCallDiscardReason${name}`,
  }));
  const moved = { _: 'PhoneCallDiscardReasonMigrateConferenceCall', slug: 'call' };
  return [
    { _: 'MessageActionGroupCall', call },
    { _: 'MessageActionGroupCall', call, duration: 125 },
    { _: 'MessageActionGroupCallScheduled', call, scheduleDate: 1_800_000_000 },
    { _: 'MessageActionInviteToGroupCall', call, users: [] },
    ...[...reasons, moved].map((reason, n) => ({
      _: 'MessageActionPhoneCall',
      callId: BigInt(n),
      reason,
      ...(n === 2 ? { video: true, duration: 61 } : {}),
    })),
    { _: 'MessageActionConferenceCall', callId: 7n, missed: true },
    { _: 'MessageActionConferenceCall', callId: 8n, video: true, duration: 61, otherParticipants: [] },
  ];
}

function ofPeople(page: Page): TlData[] {
  const { friend, author, user } = page.cast;
  return [
    { _: 'MessageActionChatDeleteUser', userId: BigInt(friend) },
    { _: 'MessageActionChatJoinedByLink', inviterId: BigInt(author) },
    { _: 'MessageActionChatJoinedByRequest' },
    { _: 'MessageActionContactSignUp' },
    { _: 'MessageActionGeoProximityReached', fromId: peer(friend), toId: peer(user), distance: 120 },
    { _: 'MessageActionSuggestProfilePhoto', photo: photoOf(page.photo()) },
    { _: 'MessageActionSuggestBirthday', birthday: { _: 'Birthday', day: 29, month: 2, year: 2000 } },
  ];
}

function ofLists(page: Page): TlData[] {
  const text = styled('Added later');
  const answer = { _: 'PollAnswer', text, option: Buffer.from('later') };
  return [
    { _: 'MessageActionTodoCompletions', completed: [1], incompleted: [2] },
    { _: 'MessageActionTodoAppendTasks', list: [{ _: 'TodoItem', id: 9, title: text }] },
    {
      _: 'MessageActionPollAppendAnswer',
      answer: { ...answer, addedBy: peer(page.cast.friend), date: page.cast.since },
    },
    { _: 'MessageActionPollDeleteAnswer', answer },
  ];
}

function ofMoney(page: Page): TlData[] {
  const { friend, channel } = page.cast;
  const charge = { _: 'PaymentCharge', id: 'charge', providerChargeId: 'provider' };
  const price = stars(100n);
  const euros = { currency: 'EUR', totalAmount: 1999n };
  const crypto = { cryptoCurrency: 'TON', cryptoAmount: 5_000_000_000n };
  return [
    { _: 'MessageActionGameScore', gameId: 11n, score: 4200 },
    { _: 'MessageActionPaymentSent', ...euros, invoiceSlug: 'slug', recurringInit: true },
    {
      _: 'MessageActionPaymentSentMe',
      ...euros,
      payload: Buffer.from('payload'),
      charge,
      info: { _: 'PaymentRequestedInfo', name: 'Zoë' },
    },
    { _: 'MessageActionPaymentRefunded', ...euros, peer: peer(friend), charge },
    { _: 'MessageActionGiveawayLaunch' },
    { _: 'MessageActionGiveawayLaunch', stars: 500n },
    { _: 'MessageActionGiveawayResults', stars: true, winnersCount: 3, unclaimedCount: 1 },
    {
      _: 'MessageActionPrizeStars',
      stars: 500n,
      transactionId: 'stars',
      boostPeer: peer(channel.id),
      giveawayMsgId: 2,
    },
    { _: 'MessageActionPaidMessagesRefunded', count: 2, stars: 20n },
    { _: 'MessageActionPaidMessagesPrice', stars: 10n, broadcastMessagesAllowed: true },
    { _: 'MessageActionSuggestedPostApproval', rejected: true, rejectComment: 'Too late' },
    { _: 'MessageActionSuggestedPostApproval', scheduleDate: 1_800_000_000, price },
    { _: 'MessageActionSuggestedPostSuccess', price },
    { _: 'MessageActionSuggestedPostSuccess', price: { _: 'StarsTonAmount', amount: 5n } },
    { _: 'MessageActionSuggestedPostRefund', payerInitiated: true },
    { _: 'MessageActionGiftTon', currency: 'TON', amount: 1n, ...crypto, transactionId: 'ton' },
    { _: 'MessageActionGiftStars', currency: 'EUR', amount: 199n, stars: 100n, ...crypto },
    { _: 'MessageActionGiftPremium', currency: 'EUR', amount: 1499n, days: 90, message: styled('Enjoy') },
  ];
}

function ofGifts(page: Page): TlData[] {
  const { friend, channel } = page.cast;
  const [gift, unique, price] = [plainGift(page), uniqueGift(page), stars(100n)];
  const code = { _: 'MessageActionGiftCode', days: 90, slug: 'code' };
  return [
    { ...code, viaGiveaway: true, boostPeer: peer(channel.id) },
    { ...code, unclaimed: true, currency: 'EUR', amount: 1499n, message: styled('Enjoy') },
    {
      _: 'MessageActionStarGift',
      gift,
      nameHidden: true,
      saved: true,
      message: styled('For you'),
      convertStars: 42n,
    },
    { _: 'MessageActionStarGift', gift, canUpgrade: true, upgradeStars: 25n, fromId: peer(friend) },
    { _: 'MessageActionStarGiftUnique', gift: unique, upgrade: true, saved: true, fromId: peer(friend) },
    {
      _: 'MessageActionStarGiftUnique',
      gift: unique,
      transferred: true,
      resaleAmount: price,
      transferStars: 25n,
    },
    { _: 'MessageActionStarGiftPurchaseOffer', gift: unique, price, expiresAt: 1_800_000_000 },
    { _: 'MessageActionStarGiftPurchaseOfferDeclined', gift: unique, price, expired: true },
  ];
}

function ofBots(page: Page): TlData[] {
  const { bot, friend, channel } = page.cast;
  const app = {
    _: 'BotApp',
    id: 1n,
    accessHash: 2n,
    shortName: 'app',
    title: 'An app',
    description: 'It does something.',
    photo: photoOf(page.photo()),
    hash: 0n,
  };
  const bytes = Buffer.from('secret');
  const type = { _: 'SecureValueTypePassport' };
  return [
    { _: 'MessageActionBotAllowed', domain: 'example.org' },
    { _: 'MessageActionBotAllowed', attachMenu: true },
    { _: 'MessageActionBotAllowed', fromRequest: true, app },
    { _: 'MessageActionSecureValuesSent', types: [type, { _: 'SecureValueTypeAddress' }] },
    {
      _: 'MessageActionSecureValuesSentMe',
      values: [{ _: 'SecureValue', type, hash: bytes }],
      credentials: { _: 'SecureCredentialsEncrypted', data: bytes, hash: bytes, secret: bytes },
    },
    { _: 'MessageActionWebViewDataSent', text: 'Order' },
    { _: 'MessageActionWebViewDataSentMe', text: 'Order', data: '{"pizza":1}' },
    { _: 'MessageActionRequestedPeer', buttonId: 1, peers: [peer(friend), peer(channel.id)] },
    {
      _: 'MessageActionRequestedPeerSentMe',
      buttonId: 1,
      peers: [
        { _: 'RequestedPeerUser', userId: BigInt(friend), firstName: 'Bob', lastName: '' },
        { _: 'RequestedPeerChannel', channelId: BigInt(bareId(channel.id)), title: channel.title },
      ],
    },
    { _: 'MessageActionManagedBotCreated', botId: BigInt(bot) },
  ];
}
