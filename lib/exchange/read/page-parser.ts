import { createReadStream } from 'node:fs';
import { Parser } from 'htmlparser2';
import type { FormattedText } from '../../messages/document/text.js';
import { PageText } from './page-text.js';

/** A message of a page, as far as the page says. */
export interface PageMessage {
  readonly id: number;
  readonly isService: boolean;
  /** `05.03.2024 12:00:00 UTC+01:00`; older pages have no zone, and notes no date at all. */
  date?: string;
  /** Who wrote it; of messages that follow each other, only the first says so. */
  from?: string;
  isJoined: boolean;
  forwardedFrom?: string;
  forwardedDate?: string;
  replyTo?: number;
  signature?: string;
  /** What its picture or file is, by the page's own word: photo, video_file, sticker, voice_message, call, … */
  media?: string;
  /** Of its file, in the export's folder. */
  path?: string;
  /** What the page says of its file: its name, and its size or why it is missing. */
  title?: string;
  description?: string;
  status?: string;
  text: FormattedText;
}

/** What a page says before its messages, and each of them. */
export interface PageEvents {
  onTitle(title: string): void;
  onMessage(message: PageMessage): void;
}

/** Reads a page of Telegram Desktop piece by piece. Returns after each piece, so that what was read can be taken. */
export async function* readPage(path: string, events: PageEvents): AsyncGenerator<void> {
  const reader = new PageReader(events);
  const parser = new Parser(
    {
      onopentag: (name, attributes) => reader.open(name, attributes),
      ontext: (text) => reader.text(text),
      onclosetag: (name) => reader.close(name),
    },
    { decodeEntities: true },
  );
  for await (const piece of createReadStream(path, { encoding: 'utf8', highWaterMark: 2 ** 18 })) {
    parser.write(String(piece));
    yield;
  }
  parser.end();
}

type Attributes = Readonly<Record<string, string>>;

interface Open {
  readonly tag: string;
  readonly classes: readonly string[];
}

/** Places of a message whose text is taken. */
const PLACES = ['from_name', 'signature', 'title', 'description', 'status'] as const;
type Place = (typeof PLACES)[number];

class PageReader {
  readonly #events: PageEvents;
  readonly #stack: Open[] = [];
  #message: PageMessage | undefined;
  /** How many tags are open around the message. */
  #depth = 0;
  #text: { readonly text: PageText; readonly depth: number } | undefined;
  /** A place whose words are gathered. */
  #words: { readonly place: Place | 'header' | 'note'; readonly depth: number; text: string } | undefined;

  constructor(events: PageEvents) {
    this.#events = events;
  }

  open(tag: string, attributes: Attributes): void {
    const classes = (attributes['class'] ?? '').split(/\s+/);
    if (tag === 'br' || tag === 'img' || tag === 'meta' || tag === 'link' || tag === 'input') {
      if (tag === 'br') this.#text?.text.openTag(tag, attributes);
      return;
    }
    this.#stack.push({ tag, classes });
    if (this.#text) this.#text.text.openTag(tag, attributes);
    else if (!this.#message) this.#outside(classes, attributes);
    else this.#inside(this.#message, tag, classes, attributes);
  }

  text(text: string): void {
    if (this.#text) this.#text.text.add(text);
    // Only what stands in the place itself: within a name there may be a date, or a bot.
    else if (this.#words && this.#stack.length === this.#words.depth) this.#words.text += text;
  }

  close(tag: string): void {
    if (this.#stack.at(-1)?.tag !== tag) return;
    const depth = this.#stack.length;
    this.#stack.pop();
    if (this.#text) {
      if (depth > this.#text.depth) this.#text.text.closeTag(tag);
      else {
        if (this.#message) this.#message.text = this.#text.text.finish();
        this.#text = undefined;
      }
    }
    if (this.#words && depth === this.#words.depth) this.#endWords();
    if (this.#message && depth === this.#depth) {
      this.#events.onMessage(this.#message);
      this.#message = undefined;
    }
  }

  #outside(classes: readonly string[], attributes: Attributes): void {
    const id = /^message(\d+)$/.exec(attributes['id'] ?? '')?.[1];
    if (classes.includes('message') && id !== undefined) {
      this.#depth = this.#stack.length;
      this.#message = {
        id: Number(id),
        isService: classes.includes('service'),
        isJoined: classes.includes('joined'),
        text: { text: '', entities: [] },
      };
    } else if (classes.includes('text') && this.#isWithin('page_header')) this.#gather('header');
  }

  #inside(message: PageMessage, tag: string, classes: readonly string[], attributes: Attributes): void {
    const { href, title } = attributes;
    if (classes.includes('date') && title) {
      if (this.#isWithin('from_name')) message.forwardedDate = title;
      else message.date ??= title;
    } else if (tag === 'a' && this.#isWithin('reply_to')) {
      const id = /#go_to_message(\d+)$/.exec(href ?? '')?.[1];
      if (id !== undefined) message.replyTo = Number(id);
    } else if (this.#isWithin('media_wrap')) this.#media(message, classes, href);
    else if (message.isService && classes.includes('body')) this.#gather('note');
    else if (classes.includes('text')) this.#text = { text: new PageText(), depth: this.#stack.length };
    else this.#gatherAny(classes);
  }

  #media(message: PageMessage, classes: readonly string[], href: string | undefined): void {
    const [kind] = classes.flatMap(
      (each) => /^(?:media_(\w+)|(\w+)_wrap)$/.exec(each)?.slice(1).find(Boolean) ?? [],
    );
    if (kind !== undefined && kind !== 'wrap') {
      message.media ??= kind;
      // Places and people lead to pages of others, and files to the export's folder.
      if (href && !/^[a-z][a-z0-9+.-]+:/i.test(href)) message.path ??= decoded(href);
    }
    this.#gatherAny(classes);
  }

  #gatherAny(classes: readonly string[]): void {
    const place = PLACES.find((each) => classes.includes(each));
    if (place) this.#gather(place);
  }

  #gather(place: Place | 'header' | 'note'): void {
    this.#words ??= { place, depth: this.#stack.length, text: '' };
  }

  #endWords(): void {
    const { place, text } = this.#words ?? { place: 'note', text: '' };
    this.#words = undefined;
    const words = text.replace(/\s+/g, ' ').trim();
    const message = this.#message;
    if (words === '') return;
    if (!message) this.#events.onTitle(words);
    else if (place === 'note') message.text = { text: words, entities: [] };
    else if (place === 'from_name' && this.#isWithin('forwarded')) message.forwardedFrom = words;
    else if (place === 'from_name') message.from = words;
    else if (place !== 'header') message[place] ??= words;
  }

  #isWithin(name: string): boolean {
    return this.#stack.some(({ classes }) => classes.includes(name));
  }
}

/** A path within a link, where some bytes are written as %XX. */
function decoded(href: string): string {
  try {
    return decodeURIComponent(href);
  } catch {
    return href;
  }
}
