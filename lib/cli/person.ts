import type { Api } from 'telegram/tl/index.js';

/** How to name a user in a sentence: `Ada Lovelace (@ada, id 815)`. */
export function personWords(user: Api.User): string {
  const name = [user.firstName, user.lastName].filter((part) => part).join(' ') || 'nameless account';
  const handle = user.username ? `@${user.username}, ` : '';
  return `${name} (${handle}id ${user.id})`;
}
