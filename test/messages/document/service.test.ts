import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { returnBigInt as bigInt } from 'telegram/Helpers.js';
import { Api } from 'telegram/tl/index.js';
import { CHANNEL, CHANNEL_ID, serviceDocument } from '../../support/received.js';
import { constructorsOf } from '../../support/tl-schema.js';
import { MONEY } from './service-money.js';

const call = new Api.InputGroupCall({ id: bigInt(1), accessHash: bigInt(2) });
const callId = { kind: 'id', id: '1', accessHash: '2' };
const photo = new Api.PhotoEmpty({ id: bigInt(5) });
const gone = { gone: true, id: '5' };
const words = (text: string): Api.TextWithEntities => new Api.TextWithEntities({ text, entities: [] });
const plain = (text: string): object => ({ text, entities: [] });
const answer = new Api.PollAnswer({ text: words('A'), option: Buffer.from('1') });
const answered = { ...plain('A'), option: 'MQ==' };
const community = '9007199254740993';

/** Every action but those of service-money.ts. */
const ACTIONS: readonly [Api.TypeMessageAction, object][] = [
  [new Api.MessageActionEmpty(), { kind: 'none' }],
  [
    new Api.MessageActionChatCreate({ title: 'T', users: [bigInt(9)] }),
    { kind: 'create_group', title: 'T', members: [9] },
  ],
  [new Api.MessageActionChatEditTitle({ title: 'T' }), { kind: 'edit_group_title', title: 'T' }],
  [new Api.MessageActionChatEditPhoto({ photo }), { kind: 'edit_group_photo', photo: gone }],
  [new Api.MessageActionChatDeletePhoto(), { kind: 'delete_group_photo' }],
  [new Api.MessageActionChatAddUser({ users: [bigInt(9)] }), { kind: 'invite_members', members: [9] }],
  [new Api.MessageActionChatDeleteUser({ userId: bigInt(9) }), { kind: 'remove_members', members: [9] }],
  [
    new Api.MessageActionChatJoinedByLink({ inviterId: bigInt(9) }),
    { kind: 'join_group_by_link', inviter: 9 },
  ],
  [new Api.MessageActionChatJoinedByRequest(), { kind: 'join_group_by_request' }],
  [
    new Api.MessageActionChatJoinedViaCommunity({ communityId: bigInt(community) }),
    { kind: 'join_group_via_community', community },
  ],
  [new Api.MessageActionChannelCreate({ title: 'T' }), { kind: 'create_channel', title: 'T' }],
  [
    new Api.MessageActionChatMigrateTo({ channelId: bigInt(1) }),
    { kind: 'migrate_to_supergroup', supergroup: CHANNEL_ID },
  ],
  [
    new Api.MessageActionChannelMigrateFrom({ title: 'T', chatId: bigInt(5) }),
    { kind: 'migrate_from_group', title: 'T', group: -5 },
  ],
  [new Api.MessageActionPinMessage(), { kind: 'pin_message' }],
  [new Api.MessageActionHistoryClear(), { kind: 'clear_history' }],
  [
    new Api.MessageActionGameScore({ gameId: bigInt(3), score: 10 }),
    { kind: 'score_in_game', game: '3', score: 10 },
  ],
  [
    new Api.MessageActionPhoneCall({
      callId: bigInt(3),
      reason: new Api.PhoneCallDiscardReasonBusy(),
      duration: 5,
    }),
    { kind: 'phone_call', call: '3', reason: 'busy', duration: 5 },
  ],
  [
    new Api.MessageActionPhoneCall({
      callId: bigInt(3),
      video: true,
      reason: new Api.PhoneCallDiscardReasonMigrateConferenceCall({ slug: 's' }),
    }),
    { kind: 'phone_call', call: '3', reason: { kind: 'migrate_conference_call', slug: 's' }, video: true },
  ],
  [new Api.MessageActionScreenshotTaken(), { kind: 'take_screenshot' }],
  [new Api.MessageActionCustomAction({ message: 'M' }), { kind: 'custom', text: 'M' }],
  [
    new Api.MessageActionBotAllowed({
      attachMenu: true,
      domain: 'a.b',
      app: new Api.BotApp({
        id: bigInt(1),
        accessHash: bigInt(2),
        shortName: 'n',
        title: 't',
        description: 'd',
        photo,
        hash: bigInt(0),
      }),
    }),
    {
      kind: 'bot_allowed',
      attachMenu: true,
      domain: 'a.b',
      app: { id: '1', accessHash: '2', name: 'n', title: 't', description: 'd', photo: gone },
    },
  ],
  [
    new Api.MessageActionBotAllowed({ fromRequest: true, app: new Api.BotAppNotModified() }),
    { kind: 'bot_allowed', fromRequest: true },
  ],
  [
    new Api.MessageActionSecureValuesSent({
      types: constructorsOf('SecureValueType').map(({ name }) => make(name)),
    }),
    {
      kind: 'send_passport_values',
      values: [
        'personal_details',
        'passport',
        'driver_license',
        'identity_card',
        'internal_passport',
        'address_information',
        'utility_bill',
        'bank_statement',
        'rental_agreement',
        'passport_registration',
        'temporary_registration',
        'phone_number',
        'email',
      ],
    },
  ],
  [
    new Api.MessageActionSecureValuesSentMe({
      values: [new Api.SecureValue({ type: new Api.SecureValueTypeEmail(), hash: Buffer.from([1]) })],
      credentials: new Api.SecureCredentialsEncrypted({
        data: Buffer.from([1]),
        hash: Buffer.from([1]),
        secret: Buffer.from([1]),
      }),
    }),
    { kind: 'send_passport_values', values: ['email'] },
  ],
  [new Api.MessageActionContactSignUp(), { kind: 'joined_telegram' }],
  [
    new Api.MessageActionGeoProximityReached({ fromId: CHANNEL, toId: CHANNEL, distance: 50 }),
    { kind: 'proximity_reached', from: CHANNEL_ID, to: CHANNEL_ID, distance: 50 },
  ],
  [new Api.MessageActionGroupCall({ call, duration: 5 }), { kind: 'group_call', call: callId, duration: 5 }],
  [
    new Api.MessageActionGroupCall({ call: new Api.InputGroupCallInviteMessage({ msgId: 4 }) }),
    { kind: 'group_call', call: { kind: 'invitation', message: 4 } },
  ],
  [
    new Api.MessageActionInviteToGroupCall({ call, users: [bigInt(9)] }),
    { kind: 'invite_to_group_call', call: callId, members: [9] },
  ],
  [
    new Api.MessageActionGroupCallScheduled({
      call: new Api.InputGroupCallSlug({ slug: 's' }),
      scheduleDate: 8,
    }),
    { kind: 'group_call_scheduled', call: { kind: 'link', slug: 's' }, date: 8 },
  ],
  [
    new Api.MessageActionConferenceCall({ callId: bigInt(3), missed: true, otherParticipants: [CHANNEL] }),
    { kind: 'conference_call', call: '3', missed: true, others: [CHANNEL_ID] },
  ],
  [
    new Api.MessageActionSetMessagesTTL({ period: 0, autoSettingFrom: bigInt(9) }),
    { kind: 'set_messages_ttl', period: 0, by: 9 },
  ],
  [
    new Api.MessageActionSetChatTheme({ theme: new Api.ChatTheme({ emoticon: '🏆' }) }),
    { kind: 'edit_chat_theme', theme: { kind: 'emoji', emoji: '🏆' } },
  ],
  [
    new Api.MessageActionSetChatWallPaper({
      same: true,
      wallpaper: new Api.WallPaperNoFile({
        id: bigInt(1),
        dark: true,
        settings: new Api.WallPaperSettings({ backgroundColor: 255, thirdBackgroundColor: 0, intensity: -5 }),
      }),
    }),
    {
      kind: 'set_chat_wallpaper',
      same: true,
      wallpaper: { kind: 'fill', id: '1', dark: true, settings: { colors: [255, 0], intensity: -5 } },
    },
  ],
  [new Api.MessageActionWebViewDataSent({ text: 'B' }), { kind: 'send_webview_data', text: 'B' }],
  [
    new Api.MessageActionWebViewDataSentMe({ text: 'B', data: '{}' }),
    { kind: 'send_webview_data', text: 'B', data: '{}' },
  ],
  [
    new Api.MessageActionTopicCreate({ title: 'T', iconColor: 0x6fb9f0, iconEmojiId: bigInt(community) }),
    { kind: 'topic_created', title: 'T', color: 0x6fb9f0, icon: community },
  ],
  [
    new Api.MessageActionTopicEdit({ iconEmojiId: bigInt(0), closed: false, hidden: true }),
    { kind: 'topic_edited', icon: '0', closed: false, hidden: true },
  ],
  [new Api.MessageActionSuggestProfilePhoto({ photo }), { kind: 'suggest_profile_photo', photo: gone }],
  [
    new Api.MessageActionRequestedPeer({ buttonId: 2, peers: [CHANNEL] }),
    { kind: 'requested_peer', button: 2, peers: [{ peer: CHANNEL_ID }] },
  ],
  [
    new Api.MessageActionRequestedPeerSentMe({
      buttonId: 2,
      peers: [
        new Api.RequestedPeerUser({ userId: bigInt(9), firstName: 'A', lastName: 'B', username: 'a' }),
        new Api.RequestedPeerChat({ chatId: bigInt(5), title: 'G' }),
        new Api.RequestedPeerChannel({ channelId: bigInt(1), photo }),
      ],
    }),
    {
      kind: 'requested_peer',
      button: 2,
      peers: [
        { peer: 9, firstName: 'A', lastName: 'B', username: 'a' },
        { peer: -5, title: 'G' },
        { peer: CHANNEL_ID, photo: gone },
      ],
    },
  ],
  [new Api.MessageActionBoostApply({ boosts: 4 }), { kind: 'boost_apply', boosts: 4 }],
  [
    new Api.MessageActionTodoCompletions({ completed: [1], incompleted: [2] }),
    { kind: 'todo_completions', completed: [1], incompleted: [2] },
  ],
  [
    new Api.MessageActionTodoAppendTasks({ list: [new Api.TodoItem({ id: 1, title: words('T') })] }),
    { kind: 'todo_append_tasks', tasks: [{ id: 1, ...plain('T') }] },
  ],
  [
    new Api.MessageActionSuggestBirthday({ birthday: new Api.Birthday({ day: 2, month: 3 }) }),
    { kind: 'suggest_birthday', day: 2, month: 3 },
  ],
  [
    new Api.MessageActionNewCreatorPending({ newCreatorId: bigInt(9) }),
    { kind: 'new_creator_pending', user: 9 },
  ],
  [new Api.MessageActionChangeCreator({ newCreatorId: bigInt(9) }), { kind: 'change_creator', user: 9 }],
  [
    new Api.MessageActionNoForwardsToggle({ prevValue: true, newValue: false }),
    { kind: 'no_forwards_toggle', before: true, after: false },
  ],
  [
    new Api.MessageActionNoForwardsRequest({ prevValue: false, newValue: true, expired: true }),
    { kind: 'no_forwards_request', before: false, after: true, expired: true },
  ],
  [new Api.MessageActionPollAppendAnswer({ answer }), { kind: 'poll_append_answer', answer: answered }],
  [new Api.MessageActionPollDeleteAnswer({ answer }), { kind: 'poll_delete_answer', answer: answered }],
  [new Api.MessageActionManagedBotCreated({ botId: bigInt(9) }), { kind: 'managed_bot_created', bot: 9 }],
  [
    new Api.MessageActionChangeCommunity({ communityId: bigInt(community) }),
    { kind: 'change_community', community },
  ],
  [new Api.MessageActionChangeCommunity({}), { kind: 'change_community' }],
];

describe("a document's service action", () => {
  const all = [...ACTIONS, ...MONEY];

  it('has every action that Telegram knows, with its facts', () => {
    for (const [action, expected] of all) {
      const document = serviceDocument({ action, fromId: CHANNEL, silent: true });
      assert.deepEqual(document.action, expected, action.className);
      assert.equal(document.raw, undefined, action.className);
      assert.deepEqual(document.flags, { silent: true });
    }
    assert.deepEqual(
      [...new Set(all.map(([{ className }]) => className))].sort(),
      constructorsOf('MessageAction')
        .map(({ name }) => name)
        .sort(),
    );
  });
});

function make(name: string): Api.TypeSecureValueType {
  const Class = (Api as unknown as Readonly<Record<string, new () => Api.TypeSecureValueType>>)[name];
  if (!Class) throw new Error(name);
  return new Class();
}
