/** A file that can be ticked. Its words come from outside: they are made safe where they are shown. */
export interface PickItem {
  /** Unix seconds. */
  readonly date: number;
  readonly kind: string;
  /** Bytes. */
  readonly size: number;
  readonly name: string;
  readonly chat: string;
  /** Whether a copy of it is known already. */
  readonly there: boolean;
}

/** The files of a list, what they sum up to, and how they are searched. */
export class PickList {
  readonly items: readonly PickItem[];
  readonly bytes: number;
  /** Whether they are of several chats. */
  readonly severalChats: boolean;
  readonly anyThere: boolean;
  /** In characters. */
  readonly widestKind: number;
  /** What each is searched by; made once, at the first search. */
  #searched: readonly string[] | undefined;

  constructor(items: readonly PickItem[]) {
    this.items = items;
    this.bytes = items.reduce((sum, { size }) => sum + size, 0);
    this.severalChats = items.some(({ chat }) => chat !== items[0]?.chat);
    this.widestKind = items.reduce((most, { kind }) => Math.max(most, kind.length), 0);
    this.anyThere = items.some(({ there }) => there);
  }

  /**
   * The places, ascending, of the items in whose date, kind, name or chat each word of `filter` occurs. `before`: what an earlier
   * search found, in which it looks only when the new filter can't find anything else.
   */
  search(filter: string, before?: { readonly filter: string; readonly shown: Uint32Array }): Uint32Array {
    const wanted = folded(filter);
    const among = before && wanted.startsWith(folded(before.filter)) ? before.shown : this.all();
    const words = wanted.split(/\s+/u).filter((word) => word !== '');
    if (words.length === 0) return among;
    this.#searched ??= this.items.map(searchedText);
    const texts = this.#searched;
    return among.filter((place) => words.every((word) => texts[place]?.includes(word)));
  }

  /** All places. */
  all(): Uint32Array {
    return Uint32Array.from(this.items.keys());
  }
}

/** Date and time of an item, UTC, as the names of files have them: `2024-03-05 18:30`. */
export function dateOf({ date }: PickItem): string {
  return new Date(date * 1000).toISOString().slice(0, 16).replace('T', ' ');
}

/** A line break keeps a word from matching across two fields. */
function searchedText(item: PickItem): string {
  return folded([dateOf(item), item.kind, item.name, item.chat].join('\n'));
}

function folded(text: string): string {
  return text.normalize('NFC').toLowerCase();
}
