import type { Entity } from '../../lib/messages/document/text.js';

/** The parts of a document that the program of --pipe looks at. */
interface Asked {
  readonly text: string;
  readonly entities: readonly Entity[];
}

/** A message with this word is left out. */
export const LEFT_OUT = 'thunder';

/** Whatever the program adds, this finds it. */
export const ADDED = / ~\d+~$/;

/**
 * What the program of --pipe makes of a document: null for one with the word LEFT_OUT, else the same with something
 * added. `number` differs from answer to answer when the program is fickle.
 */
export function changed<Document extends Asked>(document: Document, number: number): Document | null {
  if (document.text.includes(LEFT_OUT)) return null;
  return document.text === '' ? document : { ...document, text: `${document.text} ~${number}~` };
}
