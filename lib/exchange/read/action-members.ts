import type { Media } from '../../messages/document/media.js';
import type { ServiceAction } from '../../messages/document/service.js';
import type { PassportValue } from '../../messages/document/service-personal.js';
import { parsedOrNothing } from './commerce.js';
import { type Keys, unknown } from './fields.js';
import { internalPeer } from './peers.js';

/** Who came and went, and what people and bots agreed on; undefined for another action. */
export function memberAction(name: string, keys: Keys): ServiceAction<Media> | undefined {
  switch (name) {
    // Of the members Telegram Desktop writes names alone.
    case 'invite_members':
    case 'remove_members':
      return { kind: name, members: [] };
    case 'join_group_by_link':
      return { kind: name, inviter: 0 };
    case 'join_group_via_community':
      return { kind: name, community: keys.digits('community_id') ?? '' };
    case 'boost_apply':
      return { kind: name, boosts: keys.whole('boosts') ?? 0 };
    case 'attach_menu_bot_allowed':
      return { kind: 'bot_allowed', attachMenu: true };
    case 'web_app_bot_allowed':
      return { kind: 'bot_allowed', fromRequest: true };
    case 'allow_sending_messages': {
      const domain = keys.text('reason_domain');
      return { kind: 'bot_allowed', ...(domain !== undefined && { domain }) };
    }
    case 'requested_peer':
      return { kind: name, button: keys.whole('button_id') ?? 0, peers: sharedPeers(keys.object['peers']) };
    case 'managed_bot_created':
      return { kind: name, bot: 0 };
    case 'send_passport_values':
      return { kind: name, values: (keys.list('values') ?? []).map(passportValue) };
    default:
      return undefined;
  }
}

/** A list of numbers, which may stand as JSON within a text. */
function sharedPeers(value: unknown): readonly { readonly peer: number }[] {
  const list = typeof value === 'string' ? parsedOrNothing(value) : value;
  return (Array.isArray(list) ? list : []).flatMap((each) => {
    const peer = internalPeer(each);
    return peer === undefined ? [] : [{ peer }];
  });
}

const VALUES: readonly PassportValue[] = [
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
];

function passportValue(value: unknown) {
  return VALUES.find((each) => each === value) ?? unknown(String(value));
}
