import { isSpan, readMoment } from '../../messages/selection/moments.js';
import type { Order } from '../../queue/order.js';

const SIDES = { since: 'start', until: 'end' } as const;

/**
 * The flags of an order, for the process that does it: the spans of a download are dates. They count back from when it was due, not
 * from when a worker has time for it; so all its stretches mean the same. A run has its checkpoint.
 */
export function datedFlags({
  command,
  flags,
  asOf,
}: Pick<Order, 'command' | 'flags' | 'asOf'>): readonly string[] {
  if (command !== 'download' || asOf === undefined) return flags;
  return flags.map((flag) => {
    const [, name, text = ''] = /^--(since|until)=(.*)$/s.exec(flag) ?? [];
    if ((name !== 'since' && name !== 'until') || !isSpan(text)) return flag;
    const { at } = readMoment({ text, origin: `--${name}` }, SIDES[name], asOf);
    return `--${name}=${new Date(at * 1000).toISOString().replace('.000Z', 'Z')}`;
  });
}
