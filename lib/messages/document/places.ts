/** A point on the map in degrees; absent if Telegram doesn't say. */
export interface Point {
  readonly latitude: number;
  readonly longitude: number;
  /** In metres. */
  readonly accuracy?: number;
}

export interface GeoMedia {
  readonly kind: 'location';
  readonly point?: Point;
}

export interface LiveLocationMedia {
  readonly kind: 'live_location';
  /** The latest one. */
  readonly point?: Point;
  /** For how many seconds it is shared; 2,147,483,647 for ever. */
  readonly period: number;
  /** Where its owner is heading, 1 to 360 degrees. */
  readonly heading?: number;
  /** The owner is notified when somebody comes this close, in metres. */
  readonly proximity?: number;
}

export interface VenueMedia extends Venue {
  readonly kind: 'venue';
}

export interface Venue {
  readonly point?: Point;
  readonly title: string;
  readonly address: string;
  /** The service that knows the place, and the place's name and kind there. */
  readonly provider: string;
  readonly venue: string;
  readonly venueKind: string;
}
