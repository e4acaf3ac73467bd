import type { Api } from 'telegram/tl/index.js';
import type { CallAction } from '../../document/service-calls.js';
import type { ActionReaders } from './action-readers.js';
import { flag, long, maybe, maybeList, peer, plain, present, user } from './fields.js';
import { groupCallOf } from './group-call.js';
import { never } from './unknown.js';

type Action<Kind> = Extract<CallAction, { kind: Kind }>;

/** Calls between people and in groups. */
export const CALL_ACTIONS = {
  MessageActionPhoneCall: ({ callId, reason, duration, video }) =>
    present<Action<'phone_call'>>({
      kind: 'phone_call',
      call: long(callId),
      reason: maybe(reason, reasonOf),
      duration: plain(duration),
      video: flag(video),
    }),
  MessageActionGroupCall: ({ call, duration }) =>
    present<Action<'group_call'>>({
      kind: 'group_call',
      call: groupCallOf(call),
      duration: plain(duration),
    }),
  MessageActionInviteToGroupCall: ({ call, users }) => ({
    kind: 'invite_to_group_call',
    call: groupCallOf(call),
    members: users.map(user),
  }),
  MessageActionGroupCallScheduled: ({ call, scheduleDate }) => ({
    kind: 'group_call_scheduled',
    call: groupCallOf(call),
    date: scheduleDate,
  }),
  MessageActionConferenceCall: (action) =>
    present<Action<'conference_call'>>({
      kind: 'conference_call',
      call: long(action.callId),
      duration: plain(action.duration),
      others: maybeList(action.otherParticipants, peer),
      missed: flag(action.missed),
      active: flag(action.active),
      video: flag(action.video),
    }),
} satisfies ActionReaders;

function reasonOf(reason: Api.TypePhoneCallDiscardReason): Action<'phone_call'>['reason'] {
  switch (reason.className) {
    case 'PhoneCallDiscardReasonMissed':
      return 'missed';
    case 'PhoneCallDiscardReasonDisconnect':
      return 'disconnect';
    case 'PhoneCallDiscardReasonHangup':
      return 'hangup';
    case 'PhoneCallDiscardReasonBusy':
      return 'busy';
    case 'PhoneCallDiscardReasonMigrateConferenceCall':
      return { kind: 'migrate_conference_call', slug: reason.slug };
    default:
      return never(reason);
  }
}
