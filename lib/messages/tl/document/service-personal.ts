import type { Api } from 'telegram/tl/index.js';
import type { PassportValue, PersonalAction } from '../../document/service-personal.js';
import type { Unknown } from '../../document/unknown.js';
import type { ActionReaders } from './action-readers.js';
import { long, peer, plain, present } from './fields.js';
import { photoOf } from './files.js';
import { type Readers, readBy } from './unknown.js';

type Action<Kind> = Extract<PersonalAction, { kind: Kind }>;

/** What happened between people, games, and papers. */
export const PERSONAL_ACTIONS = {
  MessageActionScreenshotTaken: () => ({ kind: 'take_screenshot' }),
  MessageActionGameScore: ({ gameId, score }) => ({ kind: 'score_in_game', game: long(gameId), score }),
  MessageActionGeoProximityReached: ({ fromId, toId, distance }) => ({
    kind: 'proximity_reached',
    from: peer(fromId),
    to: peer(toId),
    distance,
  }),
  MessageActionSuggestProfilePhoto: ({ photo }) => ({ kind: 'suggest_profile_photo', photo: photoOf(photo) }),
  MessageActionSuggestBirthday: ({ birthday: { day, month, year } }) =>
    present<Action<'suggest_birthday'>>({ kind: 'suggest_birthday', day, month, year: plain(year) }),
  MessageActionSecureValuesSent: ({ types }) => ({
    kind: 'send_passport_values',
    values: types.map(passportValueOf),
  }),
  MessageActionSecureValuesSentMe: ({ values }) => ({
    kind: 'send_passport_values',
    values: values.map(({ type }) => passportValueOf(type)),
  }),
} satisfies ActionReaders;

function passportValueOf(type: Api.TypeSecureValueType): PassportValue | Unknown {
  return readBy(PASSPORT_VALUES, type);
}

const PASSPORT_VALUES: Readers<Api.TypeSecureValueType, PassportValue> = {
  SecureValueTypePersonalDetails: () => 'personal_details',
  SecureValueTypePassport: () => 'passport',
  SecureValueTypeDriverLicense: () => 'driver_license',
  SecureValueTypeIdentityCard: () => 'identity_card',
  SecureValueTypeInternalPassport: () => 'internal_passport',
  SecureValueTypeAddress: () => 'address_information',
  SecureValueTypeUtilityBill: () => 'utility_bill',
  SecureValueTypeBankStatement: () => 'bank_statement',
  SecureValueTypeRentalAgreement: () => 'rental_agreement',
  SecureValueTypePassportRegistration: () => 'passport_registration',
  SecureValueTypeTemporaryRegistration: () => 'temporary_registration',
  SecureValueTypePhone: () => 'phone_number',
  SecureValueTypeEmail: () => 'email',
};
