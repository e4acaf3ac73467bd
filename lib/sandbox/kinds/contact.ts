import { Api } from 'telegram/tl/index.js';
import { toLong } from '../tl.js';
import { type MediaKind, type Reading, refusal } from './kind.js';

export interface Contact {
  readonly kind: 'contact';
  readonly phone: string;
  readonly firstName: string;
  readonly lastName: string;
  readonly vcard: string;
  /** The account with that number, if there is one. */
  readonly userId?: number;
}

export const contact: MediaKind<Contact> = {
  show: (_scene, { phone: phoneNumber, firstName, lastName, vcard, userId = 0 }) =>
    new Api.MessageMediaContact({ phoneNumber, firstName, lastName, vcard, userId: toLong(userId) }),
  peers: ({ userId }) => (userId === undefined ? [] : [userId]),
};

const LONGEST_VCARD = 2048;

/** The server finds the account by its number. MEDIA_INVALID without a number, a name, or with too long a card. */
export function readContact(scene: Reading, input: Api.InputMediaContact): Contact {
  const { phoneNumber: phone, firstName, lastName, vcard } = input;
  if (phone.trim() === '' || firstName.trim() === '' || vcard.length > LONGEST_VCARD) {
    throw refusal('MEDIA_INVALID');
  }
  const userId = scene.userByPhone(phone);
  return {
    kind: 'contact',
    phone,
    firstName,
    lastName,
    vcard,
    ...(userId === undefined ? {} : { userId }),
  };
}
