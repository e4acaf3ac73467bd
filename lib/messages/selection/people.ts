import type { MessageDocument } from '../document/document.js';
import { badValue, type Given, wordsOf } from './given.js';

/** Somebody whom `--sender` names: this account, a marked id, or an @name in lower case without its @. */
export type Person =
  | { readonly kind: 'me' }
  | { readonly kind: 'id'; readonly id: number }
  | { readonly kind: 'name'; readonly name: string };

/** Whom the words of `--sender` mean. */
export interface KnownPeople {
  /** This account's id. */
  readonly self: number;
  /** Marked ids, by @name in lower case without its @. */
  readonly named: ReadonlyMap<string, number>;
}

/**
 * Reads `--sender`: ids, @names and `me`, with commas between them.
 * @throws UsageError BAD_SELECTION
 */
export function readPeople(given: Given): readonly Person[] {
  const people = wordsOf(given).map(readPerson);
  if (people.length > 0 && people.every((person) => person !== undefined)) return people;
  throw badValue(given, 'ids, @names or me, with commas between them');
}

/** Whether somebody of `ids` sent the message; one without an author in a private chat is this account's own. */
export function isFrom(document: MessageDocument, ids: ReadonlySet<number>, { self }: KnownPeople): boolean {
  if (document.kind !== 'message' && document.kind !== 'service') return false;
  const { author, flags } = document;
  if (author !== undefined && ids.has(author)) return true;
  return flags.out === true && ids.has(self);
}

/** A person as a canonical word. */
export function personWord(person: Person): string {
  if (person.kind === 'me') return 'me';
  return person.kind === 'id' ? String(person.id) : `@${person.name}`;
}

function readPerson(word: string): Person | undefined {
  if (/^me$/i.test(word)) return { kind: 'me' };
  if (/^-?[1-9]\d{0,15}$/.test(word)) return { kind: 'id', id: Number(word) };
  const [, name] = /^(?:@|(?:https?:\/\/)?t\.me\/)([a-z]\w{2,31})$/i.exec(word) ?? [];
  return name === undefined ? undefined : { kind: 'name', name: name.toLowerCase() };
}
