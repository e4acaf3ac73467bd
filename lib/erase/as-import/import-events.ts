import type { Difference } from './comparison.js';

/** What happens to one part of a history. */
export type ImportEvent = { readonly part: number } & (
  | { readonly kind: 'begun'; readonly messages: number; readonly files: number }
  | { readonly kind: 'uploaded'; readonly files: number; readonly of: number; readonly name: string }
  /** An earlier process has started it, and it isn't imported again. */
  | { readonly kind: 'found'; readonly state: 'started' | 'arrived' }
  | { readonly kind: 'started' }
  /** So many of its messages are in the chat so far. */
  | { readonly kind: 'coming'; readonly arrived: number; readonly of: number }
  | ({ readonly kind: 'arrived' } & Arrival)
);

/** How the imported messages compare with the archive. */
export interface Arrival {
  readonly messages: number;
  /** How many don't have their date, name, text or file, and some of them. */
  readonly differing: number;
  readonly named: readonly Difference[];
}
