import type { Message } from './message.js';

/** Messages that were there before anything happened, each made from its place whenever it is asked for. */
export interface Past {
  readonly count: number;
  /** The message at a place from 0 to `count` - 1, always the same. Ids ascend with the places. */
  message(place: number): Message;
}

/**
 * A list that begins with a past, as an array that nobody holds: a million messages take no memory, only the added
 * and replaced ones do. Whatever reads the whole list makes all of them. It never gets shorter than its past.
 */
export function withPast(past: Past): Message[] {
  const replaced = new Map<number, Message>();
  const added: Message[] = [];
  const at = (place: number): Message | undefined =>
    place < past.count ? (replaced.get(place) ?? past.message(place)) : added[place - past.count];
  return new Proxy(added, {
    get(target, name) {
      if (name === 'length') return past.count + added.length;
      const place = placeOf(name);
      return place === undefined ? Reflect.get(target, name) : at(place);
    },
    has(target, name) {
      const place = placeOf(name);
      return place === undefined ? Reflect.has(target, name) : place < past.count + added.length;
    },
    set(target, name, value) {
      if (name === 'length') {
        added.length = atLeast(0, value - past.count);
        return true;
      }
      const place = placeOf(name);
      if (place === undefined) return Reflect.set(target, name, value);
      if (place < past.count) replaced.set(place, value);
      else added[place - past.count] = value;
      return true;
    },
    deleteProperty(_target, name) {
      const place = placeOf(name);
      return place !== undefined && delete added[atLeast(0, place - past.count)];
    },
  });
}

function placeOf(name: string | symbol): number | undefined {
  return typeof name === 'string' && /^\d+$/.test(name) ? Number(name) : undefined;
}

function atLeast(least: number, place: number): number {
  if (place < least) throw new RangeError('A list is never shorter than its past.');
  return place;
}
