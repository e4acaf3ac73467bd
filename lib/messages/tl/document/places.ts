import type { Api } from 'telegram/tl/index.js';
import type { Point, Venue } from '../../document/places.js';
import { plain, present, real } from './fields.js';

/** A point; undefined for one that isn't anywhere. */
export function pointOf(geo: Api.TypeGeoPoint): Point | undefined {
  return geo.className === 'GeoPoint' ? pointAt(geo) : undefined;
}

/** A point as a request names it. */
export function inputPointOf(geo: Api.TypeInputGeoPoint): Point | undefined {
  return geo.className === 'InputGeoPoint' ? pointAt(geo) : undefined;
}

function pointAt(geo: Pick<Api.GeoPoint, 'lat' | 'long' | 'accuracyRadius'>): Point | undefined {
  if (!Number.isFinite(geo.lat) || !Number.isFinite(geo.long)) return undefined;
  return present<Point>({
    latitude: real(geo.lat),
    longitude: real(geo.long),
    accuracy: plain(geo.accuracyRadius),
  });
}

type VenueFields = Pick<
  Api.MessageMediaVenue,
  'geo' | 'title' | 'address' | 'provider' | 'venueId' | 'venueType'
>;

export function venueOf({ geo, title, address, provider, venueId, venueType }: VenueFields): Venue {
  return present<Venue>({
    point: pointOf(geo),
    title,
    address,
    provider,
    venue: venueId,
    venueKind: venueType,
  });
}
