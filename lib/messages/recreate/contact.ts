import { named } from '../cards/words.js';
import { cardOr } from './card.js';
import type { Planner } from './planner.js';

/** Telegram looks up the account by the phone number, and refuses a contact without a number or a first name. */
export const planContact: Planner<'contact'> = ({ phone, firstName, lastName, vcard, user }, post, means) => {
  const hasFirstName = firstName.trim() !== '';
  const first = hasFirstName ? firstName : lastName;
  if (!/\d/.test(phone) || first.trim() === '' || means.refused) {
    return cardOr(means, 'contact', named('contact', `${first} ${phone}`), post);
  }
  return {
    kind: 'contact',
    phone,
    firstName: first,
    lastName: hasFirstName ? lastName : '',
    vcard,
    ...(user !== 0 && { hasAccount: true }),
    losses: [],
  };
};
