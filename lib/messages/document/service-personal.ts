import type { Photo } from './file.js';
import type { Unknown } from './unknown.js';

/** What happened between people, games, and papers. */
export type PersonalAction =
  | { readonly kind: 'take_screenshot' }
  | { readonly kind: 'score_in_game'; readonly game: string; readonly score: number }
  /** `distance` is in metres. */
  | {
      readonly kind: 'proximity_reached';
      readonly from: number;
      readonly to: number;
      readonly distance: number;
    }
  | { readonly kind: 'suggest_profile_photo'; readonly photo: Photo }
  | {
      readonly kind: 'suggest_birthday';
      readonly day: number;
      readonly month: number;
      readonly year?: number;
    }
  /** Their contents are encrypted for the bot, and not kept here. */
  | { readonly kind: 'send_passport_values'; readonly values: readonly (PassportValue | Unknown)[] };

export type PassportValue =
  | 'personal_details'
  | 'passport'
  | 'driver_license'
  | 'identity_card'
  | 'internal_passport'
  | 'address_information'
  | 'utility_bill'
  | 'bank_statement'
  | 'rental_agreement'
  | 'passport_registration'
  | 'temporary_registration'
  | 'phone_number'
  | 'email';
