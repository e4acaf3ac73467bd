import type { SentKind } from '../../base/fingerprint.js';
import type { Media } from '../document/media.js';
import type { Point, Venue } from '../document/places.js';
import type { RichPage } from '../document/rich-page.js';
import type { FormattedText } from '../document/text.js';
import type { ContactPlan, PlannedMedia } from './plan.js';

/** By what a message without text or file is recognised: its kind, and facts that survive the way through the server. */
export interface Mark {
  readonly kind: SentKind;
  readonly facts: string;
}

/** What the copy of planned media will be recognised by. */
export function markOfPlan(plan: PlannedMedia): Mark {
  switch (plan.kind) {
    case 'place':
      return place(plan.point);
    case 'venue':
      return venue(plan);
    case 'contact':
      return contact(plan);
    case 'poll':
      return poll(plan.question, plan.answers);
    case 'checklist':
      return checklist(plan.title, plan.tasks);
    case 'story':
      return story(plan);
  }
}

/** What media of the target are recognised by; undefined for kinds that are never planned. */
export function markOfMedia(media: Media): Mark | undefined {
  const mark = MARKS[media.kind] as ((media: Media) => Mark | undefined) | 'unplanned';
  return mark === 'unplanned' ? undefined : mark(media);
}

/** How each kind of media is recognised; a kind that is missing doesn't compile. */
const MARKS: {
  readonly [Kind in Media['kind']]:
    | ((media: Extract<Media, { kind: Kind }>) => Mark | undefined)
    | 'unplanned';
} = {
  location: ({ point }) => point && place(point),
  venue,
  contact,
  poll: ({ question, answers }) =>
    poll(
      question,
      answers.flatMap((answer) => ('text' in answer ? [answer] : [])),
    ),
  checklist: ({ title, tasks }) => checklist(title, tasks),
  story,
  photo: 'unplanned',
  video: 'unplanned',
  round_video: 'unplanned',
  animation: 'unplanned',
  audio: 'unplanned',
  voice: 'unplanned',
  sticker: 'unplanned',
  custom_emoji: 'unplanned',
  file: 'unplanned',
  live_location: 'unplanned',
  dice: 'unplanned',
  game: 'unplanned',
  invoice: 'unplanned',
  giveaway: 'unplanned',
  giveaway_results: 'unplanned',
  paid_media: 'unplanned',
  web_page: 'unplanned',
  video_stream: 'unplanned',
  unknown: 'unplanned',
};

/** How much of a rich message's words is compared: a server may drop what comes late in a long one. */
const FIRST_WORDS = 256;

/**
 * What a rich message is recognised by: its first words, with neither layout nor what the server marks in them. All
 * that have no words look alike.
 */
export function markOfRich({ blocks }: Pick<RichPage, 'blocks'>): Mark {
  const said = [...wordsIn(blocks)].join('').replace(/\s+/g, '').slice(0, FIRST_WORDS);
  return { kind: 'rich', facts: said };
}

function* wordsIn(value: unknown): Generator<string> {
  if (typeof value !== 'object' || value === null) return;
  const { kind, text, alt } = value as Readonly<Record<'kind' | 'text' | 'alt', unknown>>;
  if (kind === 'plain' && typeof text === 'string') yield text;
  else if (kind === 'custom_emoji' && typeof alt === 'string') yield alt;
  else for (const each of Object.values(value)) yield* wordsIn(each);
}

function place({ latitude, longitude }: Point): Mark {
  return { kind: 'place', facts: `${coarse(latitude)} ${coarse(longitude)}` };
}

/**
 * A server may round coordinates. Places that look alike because of this are kept apart as two messages with the same
 * text are.
 */
function coarse(degrees: number): string {
  return (Math.round(degrees * 1000) / 1000 || 0).toFixed(3);
}

function venue({ title, address }: Pick<Venue, 'title' | 'address'>): Mark {
  return { kind: 'venue', facts: JSON.stringify([title.trim(), address.trim()]) };
}

/** A server may write the phone number without its plus sign and spaces. */
function contact({ phone, firstName, lastName }: Omit<ContactPlan, 'kind' | 'vcard' | 'hasAccount'>): Mark {
  const digits = phone.replace(/\D/g, '');
  return { kind: 'contact', facts: JSON.stringify([digits, firstName.trim(), lastName.trim()]) };
}

/** People may add answers before it is looked for, but the ones that were sent come first. */
function poll({ text }: FormattedText, [first, second]: readonly FormattedText[]): Mark {
  return { kind: 'poll', facts: words([text, first?.text, second?.text]) };
}

/** People may add tasks, too. */
function checklist({ text }: FormattedText, [first]: readonly FormattedText[]): Mark {
  return { kind: 'checklist', facts: words([text, first?.text]) };
}

function story({ peer, id }: { readonly peer: number; readonly id: number }): Mark {
  return { kind: 'story', facts: `${peer} ${id}` };
}

function words(texts: readonly (string | undefined)[]): string {
  return JSON.stringify(texts.map((text = '') => text.trim()));
}
