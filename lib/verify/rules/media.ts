import type { ChecklistMedia } from '../../messages/document/checklist.js';
import type {
  GameMedia,
  GiveawayMedia,
  GiveawayResultsMedia,
  InvoiceMedia,
  PaidMedia,
} from '../../messages/document/commerce.js';
import type { ContactMedia, DiceMedia, FileMedia, Media, PhotoMedia } from '../../messages/document/media.js';
import type { GeoMedia, LiveLocationMedia, VenueMedia } from '../../messages/document/places.js';
import type { StoryMedia } from '../../messages/document/story.js';
import type { KnownWebPage, WebPage, WebPageMedia } from '../../messages/document/web-page.js';
import { file, photo } from './file.js';
import { compareRight, pollRules } from './poll.js';
import {
  compareFields,
  difference,
  ignored,
  type Place,
  present,
  type Rule,
  type Rules,
  same,
} from './rule.js';
import { stable } from './stable.js';

/** The media of a message and of its copy. */
export const media: Rule<Media> = {
  compare(source, copy, at) {
    if (!source || !copy) {
      const kind = (source ?? copy)?.kind === 'web_page' ? 'preview' : 'kind';
      if (source || copy) at.found.push(difference(kind, at.path, source?.kind, copy?.kind));
    } else if (source.kind !== copy.kind) {
      at.found.push(difference('kind', `${at.path}.kind`, source.kind, copy.kind));
    } else compareByKind(source, copy, at);
  },
};

const KIND = ignored('Compared before: both are of this kind.');
const EXACT = same('attributes');
const NAME = ignored('It names a thing at Telegram, and a copy is another one.');
/** Compared without the names of its files. */
const whole = <Value>(): Rule<Value> => same<Value>('attributes', stable);

const PHOTO: Rules<PhotoMedia> = {
  kind: KIND,
  photo,
  clip: file,
  live: EXACT,
  spoiler: EXACT,
  selfDestructs: EXACT,
};

const FILE: Rules<FileMedia> = {
  kind: KIND,
  file,
  alternatives: ignored('Telegram makes them.'),
  cover: photo,
  startsAt: EXACT,
  spoiler: EXACT,
  noPremium: ignored('The table of kinds leaves it out of every copy.'),
  selfDestructs: EXACT,
};

const LOCATION: Rules<GeoMedia> = { kind: KIND, point: EXACT };

const LIVE_LOCATION: Rules<LiveLocationMedia> = {
  kind: KIND,
  point: EXACT,
  period: EXACT,
  heading: EXACT,
  proximity: EXACT,
};

const VENUE: Rules<VenueMedia> = {
  kind: KIND,
  point: EXACT,
  title: EXACT,
  address: EXACT,
  provider: EXACT,
  venue: EXACT,
  venueKind: EXACT,
};

const CONTACT: Rules<ContactMedia> = {
  kind: KIND,
  phone: EXACT,
  firstName: EXACT,
  lastName: EXACT,
  vcard: EXACT,
  user: EXACT,
};

const DICE: Rules<DiceMedia> = { kind: KIND, emoji: EXACT, value: EXACT, game: EXACT };

const GAME: Rules<GameMedia> = {
  kind: KIND,
  id: EXACT,
  accessHash: NAME,
  name: EXACT,
  title: EXACT,
  description: EXACT,
  photo,
  animation: file,
};

const INVOICE: Rules<InvoiceMedia<Media>> = {
  kind: KIND,
  title: EXACT,
  description: EXACT,
  price: EXACT,
  photo: whole(),
  receipt: ignored("It is the buyer's own."),
  start: EXACT,
  shippingAddress: EXACT,
  test: EXACT,
  content: whole(),
};

const GIVEAWAY: Rules<GiveawayMedia> = {
  kind: KIND,
  months: EXACT,
  stars: EXACT,
  description: EXACT,
  until: EXACT,
  onlyNewSubscribers: EXACT,
  channels: EXACT,
  countries: EXACT,
  quantity: EXACT,
  winnersShown: EXACT,
};

const GIVEAWAY_RESULTS: Rules<GiveawayResultsMedia> = {
  kind: KIND,
  months: EXACT,
  stars: EXACT,
  description: EXACT,
  until: EXACT,
  onlyNewSubscribers: EXACT,
  channel: EXACT,
  launch: ignored('The message that started it has another id.'),
  winners: EXACT,
  winnerCount: EXACT,
  unclaimedCount: EXACT,
  otherChannels: EXACT,
  refunded: EXACT,
};

const PAID: Rules<PaidMedia<Media>> = { kind: KIND, stars: EXACT, items: whole() };

const CHECKLIST: Rules<ChecklistMedia> = {
  kind: KIND,
  title: EXACT,
  tasks: EXACT,
  done: same('attributes', (done) => done.map(({ id }) => id).sort((one, other) => one - other)),
  othersMayAdd: EXACT,
  othersMayComplete: EXACT,
};

const STORY: Rules<StoryMedia<Media>> = {
  kind: KIND,
  peer: EXACT,
  id: EXACT,
  mention: ignored("It is this account's own state."),
  story: ignored('It is the same story, or one that Telegram did not send along.'),
};

const PREVIEW: Rules<WebPageMedia<Media>> = {
  kind: KIND,
  page: {
    compare(source, copy, { path, found }) {
      const known = { path, found };
      if (isKnown(source) && isKnown(copy)) compareFields(PAGE, source, copy, known);
    },
  },
  large: same('preview'),
  small: same('preview'),
  manual: ignored('It says how the preview was sent, and nobody sees it.'),
  safe: ignored('Telegram decides it.'),
};

const READ_BY_TELEGRAM = ignored('Telegram reads it from the page, at another time for a copy.');

const PAGE: Rules<KnownWebPage<Media>> = {
  kind: KIND,
  id: NAME,
  url: same('preview'),
  shownUrl: READ_BY_TELEGRAM,
  type: READ_BY_TELEGRAM,
  siteName: READ_BY_TELEGRAM,
  title: READ_BY_TELEGRAM,
  description: READ_BY_TELEGRAM,
  author: READ_BY_TELEGRAM,
  photo: READ_BY_TELEGRAM,
  file: READ_BY_TELEGRAM,
  embed: READ_BY_TELEGRAM,
  duration: READ_BY_TELEGRAM,
  canBeLarge: READ_BY_TELEGRAM,
  videoCover: READ_BY_TELEGRAM,
  attributes: READ_BY_TELEGRAM,
  instantView: READ_BY_TELEGRAM,
};

function isKnown(page: WebPage<Media> | undefined): page is KnownWebPage<Media> {
  return page?.kind === 'page';
}

type MediaOf<Kind extends Media['kind']> = Kind extends FileMedia['kind']
  ? FileMedia
  : Extract<Media, { kind: Kind }>;

/** A kind of media without a line here doesn't compile. */
const BY_KIND: { readonly [Kind in Media['kind']]: Rules<MediaOf<Kind>> } = {
  photo: PHOTO,
  video: FILE,
  round_video: FILE,
  animation: FILE,
  audio: FILE,
  voice: FILE,
  sticker: FILE,
  custom_emoji: FILE,
  file: FILE,
  location: LOCATION,
  live_location: LIVE_LOCATION,
  venue: VENUE,
  contact: CONTACT,
  dice: DICE,
  game: GAME,
  invoice: INVOICE,
  giveaway: GIVEAWAY,
  giveaway_results: GIVEAWAY_RESULTS,
  paid_media: PAID,
  poll: pollRules({ compare: (source, copy, at) => media.compare(source, copy, at) }),
  checklist: CHECKLIST,
  story: STORY,
  web_page: PREVIEW,
  video_stream: { kind: KIND, call: present('attributes'), rtmp: EXACT },
  unknown: { kind: KIND, name: EXACT, id: EXACT, tl: ignored('It holds ids, and nobody can read it.') },
};

function compareByKind(source: Media, copy: Media, at: Place): void {
  compareFields(BY_KIND[source.kind] as Rules<Media>, source, copy, at);
  if (source.kind === 'poll' && copy.kind === 'poll') compareRight(source, copy, at);
}
