import { cardOr } from './card.js';
import type { Planner } from './planner.js';

/** Telegram looks up the account by the phone number, and refuses a contact without one. */
export const planContact: Planner<'contact'> = ({ phone, firstName, lastName, vcard }, post, means) => {
  if (/\d/.test(phone)) return { kind: 'contact', phone, firstName, lastName, vcard, losses: [] };
  const name = `${firstName} ${lastName}`.trim();
  return cardOr(means, 'contact', name ? `contact: ${name}` : 'contact', post);
};
