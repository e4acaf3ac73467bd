import type { CallAction } from '../../../messages/document/service-calls.js';
import type { MemberAction } from '../../../messages/document/service-members.js';
import type { PersonalAction } from '../../../messages/document/service-personal.js';
import { nested } from '../commerce.js';
import { photoKeys } from '../file-keys.js';
import { type Fields, integer, type Json } from '../json.js';
import { internalPeer, nameOf, peerId } from '../scene.js';
import { type Action, type ActionTable, aboutMessage, acted, bare, memberNames } from './action-keys.js';

/** Who came and went, and what people and bots agreed on. */
export const MEMBER_ACTIONS: ActionTable<MemberAction['kind']> = {
  invite_members: ({ members }, scene, note) =>
    acted('invite_members', scene, note, [['members', memberNames(scene, members)]]),
  remove_members: ({ members }, scene, note) =>
    acted('remove_members', scene, note, [['members', memberNames(scene, members)]]),
  join_group_by_link: ({ inviter }, scene, note) =>
    acted('join_group_by_link', scene, note, [['inviter', nameOf(scene, inviter)]]),
  join_group_by_request: (_, scene, note) => acted('join_group_by_request', scene, note),
  joined_telegram: (_, scene, note) => acted('joined_telegram', scene, note),
  join_group_via_community: ({ community }, scene, note) =>
    acted('join_group_via_community', scene, note, [['community_id', integer(community)]]),
  boost_apply: ({ boosts }, scene, note) => acted('boost_apply', scene, note, [['boosts', boosts]]),
  bot_allowed: botAllowed,
  // A second `text` follows, and the last one counts: readers see the same without this one.
  send_webview_data: ({ text }, { strict }) => bare('send_webview_data', strict ? [['text', text]] : []),
  requested_peer: ({ button, peers }, scene, note) => {
    const ids: Json = peers.flatMap((each) => ('peer' in each ? [internalPeer(each.peer)] : []));
    return acted('requested_peer', scene, note, [
      ['button_id', button],
      ['peers', nested(ids, scene)],
    ]);
  },
  managed_bot_created: ({ bot }, scene, note) =>
    acted('managed_bot_created', scene, note, [['bot', nameOf(scene, bot)]]),
};

function botAllowed({
  attachMenu,
  fromRequest,
  app,
  domain,
}: Extract<Action, { kind: 'bot_allowed' }>): Fields {
  if (attachMenu) return bare('attach_menu_bot_allowed');
  if (fromRequest) return bare('web_app_bot_allowed');
  if (app && 'title' in app) {
    return bare('allow_sending_messages', [
      ['reason_app_id', integer(app.id)],
      ['reason_app_name', app.title],
    ]);
  }
  return bare('allow_sending_messages', [['reason_domain', domain]]);
}

/** Calls between people and in groups. */
export const CALL_ACTIONS: ActionTable<CallAction['kind']> = {
  phone_call: ({ duration, reason }, scene, note) =>
    acted('phone_call', scene, note, [
      ['duration_seconds', duration || undefined],
      ['discard_reason', discardReason(reason)],
    ]),
  group_call: ({ duration }, scene, note) =>
    acted('group_call', scene, note, [['duration', duration || undefined]]),
  invite_to_group_call: ({ members }, scene, note) =>
    acted('invite_to_group_call', scene, note, [['members', memberNames(scene, members)]]),
  group_call_scheduled: ({ date }, scene, note) =>
    acted('group_call_scheduled', scene, note, [['schedule_date', date]]),
  conference_call: ({ duration, active, missed }, scene, note) =>
    acted('conference_call', scene, note, [
      ['duration_seconds', duration || undefined],
      ['is_active', active === true],
      ['is_missed', missed === true],
    ]),
};

function discardReason(reason: Extract<Action, { kind: 'phone_call' }>['reason']): string | undefined {
  if (typeof reason !== 'object') return reason;
  return reason.kind === 'unknown' ? undefined : 'migrate_conference_all';
}

/** What happened between people, games, and papers. */
export const PERSONAL_ACTIONS: ActionTable<PersonalAction['kind']> = {
  take_screenshot: (_, scene, note) => acted('take_screenshot', scene, note),
  score_in_game: ({ score }, scene, note) =>
    acted('score_in_game', scene, note, [...aboutMessage('game_message_id', scene, note), ['score', score]]),
  proximity_reached: ({ from, to, distance }, scene) =>
    bare('proximity_reached', [
      ['from', nameOf(scene, from)],
      ['from_id', peerId(from)],
      ['to', nameOf(scene, to)],
      ['to_id', peerId(to)],
      ['distance', distance],
    ]),
  suggest_profile_photo: ({ photo }, scene, note) =>
    acted('suggest_profile_photo', scene, note, photoKeys(photo, scene.files)),
  suggest_birthday: ({ day, month, year }, scene, note) =>
    acted('suggest_birthday', scene, note, [
      ['day', day],
      ['month', month],
      ['year', year || undefined],
    ]),
  send_passport_values: ({ values }) =>
    bare('send_passport_values', [['values', values.filter((value) => typeof value === 'string')]]),
};
