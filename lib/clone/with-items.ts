import type { Outgoing, Sendable } from './send-unit.js';

/** A message, and what goes behind it in its own album. */
export function withItems(item: Outgoing): Sendable[] {
  return [item, ...(item.items ?? [])];
}

/** An item of an album that another item is missing from, which is one loss, however many are missing. */
export function withoutOthers(item: Outgoing): Outgoing {
  return item.reductions.includes('album') ? item : { ...item, reductions: [...item.reductions, 'album'] };
}
