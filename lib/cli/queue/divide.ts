import type { Order } from '../../queue/order.js';
import { parseChatPlace } from '../../telegram/chat-ref.js';
import { resolveChat } from '../../telegram/chats.js';
import type { TelepiClient } from '../../telegram/client.js';
import { newestMessages } from '../../telegram/history.js';
import { isWhole } from '../download/wanted.js';

/** How many stretches a chat has at most: one of millions of messages has longer ones. */
const MOST_STRETCHES = 1000;

/**
 * Divides a download of whole chats into stretches of ids, which several workers can take. What else it names becomes one more
 * job. Undefined for one that stays as it is. Throws as resolveChat does.
 */
export async function stretchesOf(
  { id, order }: { readonly id: string; readonly order: Order },
  connect: () => Promise<TelepiClient>,
  signal: AbortSignal,
): Promise<readonly Order[] | undefined> {
  const { stretch, flags, words } = order;
  if (stretch === undefined || order.input !== undefined) return undefined;
  const bounds = boundsOf(flags);
  const places = words.map((word) => ({
    word,
    place: parseChatPlace(word, undefined, { comments: true }),
  }));
  const whole = places.filter(({ place, word }) => isWhole({ kind: 'place', place, origin: word }));
  if (whole.length === 0 || !bounds) return undefined;
  const parts: Pick<Order, 'flags' | 'words'>[] = [];
  const others = words.filter((word) => !whole.some((each) => each.word === word));
  if (others.length > 0) parts.push({ flags, words: others });
  const client = await connect();
  try {
    for (const { word, place } of whole) {
      const chat = await resolveChat(client, place.chat, signal);
      const [newest] = await newestMessages(client, chat, 1, signal);
      for (const { from, to } of rangesOf(bounds, newest?.id ?? 0, stretch)) {
        const own = [
          ...(from === undefined ? [] : [`--from-id=${from}`]),
          ...(to === undefined ? [] : [`--to-id=${to}`]),
        ];
        parts.push({ flags: [...flags.filter((flag) => !BOUND.test(flag)), ...own], words: [word] });
      }
    }
  } finally {
    await client.close();
  }
  if (parts.length < 2) return undefined;
  const { stretch: _, refusals: __, ...rest } = order;
  return parts.map((part, index) => ({
    ...rest,
    ...part,
    parent: id,
    number: index + 1,
    of: parts.length,
  }));
}

interface Range {
  readonly from: number | undefined;
  readonly to: number | undefined;
}

const BOUND = /^--(?:from|to)-id=/;

/** Undefined for bounds that aren't plain ids. */
function boundsOf(flags: readonly string[]): Range | undefined {
  const of = (name: string): number | undefined => {
    const flag = flags.find((each) => each.startsWith(`--${name}=`));
    return flag === undefined ? undefined : Number(flag.slice(name.length + 3));
  };
  const bounds = { from: of('from-id'), to: of('to-id') };
  const isPlain = [bounds.from, bounds.to].every((id) => id === undefined || Number.isSafeInteger(id));
  return isPlain ? bounds : undefined;
}

/**
 * The first one begins, and the last one ends, where the request does: an older history and messages that come meanwhile are
 * in them.
 */
function rangesOf({ from, to }: Range, newest: number, stretch: number): readonly Range[] {
  const first = Math.max(from ?? 1, 1);
  const last = Math.min(to ?? newest, newest);
  const length = Math.max(stretch, Math.ceil((last - first + 1) / MOST_STRETCHES));
  const ranges: Range[] = [];
  for (let start = first; start <= last; start += length)
    ranges.push({ from: start, to: start + length - 1 });
  if (ranges.length === 0) return [{ from, to }];
  return ranges.map((range, index) => ({
    from: index === 0 ? from : range.from,
    to: index === ranges.length - 1 ? to : range.to,
  }));
}
