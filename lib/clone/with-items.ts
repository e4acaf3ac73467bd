import type { Outgoing, Sendable } from './send-unit.js';

/** A message, and what goes behind it in its own album. */
export function withItems(item: Outgoing): Sendable[] {
  return [item, ...(item.items ?? [])];
}
