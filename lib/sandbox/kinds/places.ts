import { Api } from 'telegram/tl/index.js';
import { toLong } from '../tl.js';
import { type MediaKind, type Reading, refusal } from './kind.js';

/** A point on the map, in degrees. */
interface Point {
  readonly latitude: number;
  readonly longitude: number;
  /** How far off it may be, in metres. */
  readonly accuracy?: number;
}

export interface Geo extends Point {
  readonly kind: 'geo';
}

/** A place that moves for `period` seconds after the message's date. */
export interface GeoLive extends Point {
  readonly kind: 'geoLive';
  /** In seconds; 2,147,483,647: for ever. */
  readonly period: number;
  /** In degrees from north, 1 to 360. */
  readonly heading?: number;
  /** In metres. */
  readonly proximity?: number;
}

export interface Venue extends Point {
  readonly kind: 'venue';
  readonly title: string;
  readonly address: string;
  readonly provider?: string;
  readonly venueId?: string;
  readonly venueType?: string;
}

export const geo: MediaKind<Geo> = {
  show: (_scene, media) => new Api.MessageMediaGeo({ geo: tlPoint(media) }),
};

export const geoLive: MediaKind<GeoLive> = {
  show: (_scene, media) =>
    new Api.MessageMediaGeoLive({
      geo: tlPoint(media),
      period: media.period,
      ...(media.heading === undefined ? {} : { heading: media.heading }),
      ...(media.proximity === undefined ? {} : { proximityNotificationRadius: media.proximity }),
    }),
};

export const venue: MediaKind<Venue> = {
  show: (_scene, media) => new Api.MessageMediaVenue({ geo: tlPoint(media), ...venueFacts(media) }),
};

export function readGeo(_scene: Reading, input: Api.InputMediaGeoPoint): Geo {
  return { kind: 'geo', ...pointOf(input.geoPoint) };
}

const FOR_EVER = 2 ** 31 - 1;
const DAY_SECONDS = 86_400;

/** GEO_POINT_INVALID; MEDIA_INVALID for a period outside 60 s to a day, a heading outside 1 to 360, a radius over 100 km. */
export function readGeoLive(_scene: Reading, input: Api.InputMediaGeoLive): GeoLive {
  const { period, heading, proximityNotificationRadius: proximity } = input;
  const lasts = period === FOR_EVER || (period !== undefined && period >= 60 && period <= DAY_SECONDS);
  const turned = heading === undefined || heading === null || (heading >= 0 && heading <= 360);
  const near = proximity === undefined || proximity === null || (proximity >= 0 && proximity <= 100_000);
  if (input.stopped || !lasts || !turned || !near) throw refusal('MEDIA_INVALID');
  return {
    kind: 'geoLive',
    ...pointOf(input.geoPoint),
    period,
    ...(heading ? { heading } : {}),
    ...(proximity ? { proximity } : {}),
  };
}

/**
 * A live place of that date after an edit (core.telegram.org/api/live-location): it moves, or stops where it is, as long as
 * it is live, however long that is (TDLib: can_edit_message). MESSAGE_EDIT_TIME_EXPIRED, MEDIA_PREV_INVALID for an edit
 * that would make something else of it.
 */
export function moveGeoLive(
  scene: Reading,
  before: GeoLive,
  date: number,
  input: Api.TypeInputMedia,
): GeoLive {
  if (!(input instanceof Api.InputMediaGeoLive)) throw refusal('MEDIA_PREV_INVALID');
  const isOver = before.period !== FOR_EVER && date + before.period <= scene.now;
  if (isOver) throw refusal('MESSAGE_EDIT_TIME_EXPIRED');
  if (input.stopped) {
    const { heading: _, proximity: __, ...place } = before;
    const last = input.geoPoint instanceof Api.InputGeoPoint ? pointOf(input.geoPoint) : {};
    return { ...place, ...last, period: Math.max(scene.now - date, 0) };
  }
  input.period ??= before.period;
  return readGeoLive(scene, input);
}

export function readVenue(_scene: Reading, input: Api.InputMediaVenue): Venue {
  const { title, address, provider, venueId, venueType } = input;
  return {
    kind: 'venue',
    ...pointOf(input.geoPoint),
    title,
    address,
    ...(provider ? { provider } : {}),
    ...(venueId ? { venueId } : {}),
    ...(venueType ? { venueType } : {}),
  };
}

function venueFacts({ title, address, provider = '', venueId = '', venueType = '' }: Venue) {
  return { title, address, provider, venueId, venueType };
}

function tlPoint({ latitude: lat, longitude: long, accuracy: accuracyRadius }: Point): Api.GeoPoint {
  return new Api.GeoPoint({
    lat,
    long,
    accessHash: toLong(0),
    ...(accuracyRadius === undefined ? {} : { accuracyRadius }),
  });
}

/** MEDIA_EMPTY for no point, GEO_POINT_INVALID for one that isn't on the globe. */
function pointOf(point: Api.TypeInputGeoPoint): Point {
  if (!(point instanceof Api.InputGeoPoint)) throw refusal('MEDIA_EMPTY');
  const { lat: latitude, long: longitude, accuracyRadius: accuracy } = point;
  if (!(Math.abs(latitude) <= 90 && Math.abs(longitude) <= 180)) throw refusal('GEO_POINT_INVALID');
  return { latitude, longitude, ...(accuracy ? { accuracy } : {}) };
}
