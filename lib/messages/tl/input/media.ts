import { Api } from 'telegram/tl/index.js';
import type { Point } from '../../document/places.js';
import type { PlacePlan, PlannedMedia, Spot, VenuePlan } from '../../recreate/plan.js';
import { checklistInput } from './checklist.js';
import { pollInput } from './poll.js';

/** What a request refers to besides the plan itself. */
export interface References {
  /** A file of the message that has been carried over; undefined if it couldn't be. */
  readonly file: (spot: Spot) => Api.TypeInputMedia | undefined;
  /** A chat or person that the message names, by its marked id. */
  readonly peer: (markedId: number) => Api.TypeInputPeer;
}

type Builders = {
  readonly [Kind in PlannedMedia['kind']]: (
    plan: Extract<PlannedMedia, { kind: Kind }>,
    references: References,
  ) => Api.TypeInputMedia;
};

/** Planned media as a request names them. A plan without a form doesn't compile. */
export function plannedInputMedia(plan: PlannedMedia, references: References): Api.TypeInputMedia {
  const build = BUILDERS[plan.kind] as (plan: PlannedMedia, references: References) => Api.TypeInputMedia;
  return build(plan, references);
}

const BUILDERS: Builders = {
  place: placeInput,
  venue: venueInput,
  contact: ({ phone, firstName, lastName, vcard }) =>
    new Api.InputMediaContact({ phoneNumber: phone, firstName, lastName, vcard }),
  poll: (plan, { file }) =>
    pollInput(plan, (attached) => {
      if (attached.kind === 'file') return file(attached.spot);
      return attached.kind === 'place' ? placeInput(attached) : venueInput(attached);
    }),
  checklist: checklistInput,
  story: ({ peer, id }, references) => new Api.InputMediaStory({ peer: references.peer(peer), id }),
};

function placeInput({ point }: PlacePlan): Api.InputMediaGeoPoint {
  return new Api.InputMediaGeoPoint({ geoPoint: geoPoint(point) });
}

function venueInput({ point, title, address, provider, venue, venueKind }: VenuePlan): Api.InputMediaVenue {
  return new Api.InputMediaVenue({
    geoPoint: geoPoint(point),
    title,
    address,
    provider,
    venueId: venue,
    venueType: venueKind,
  });
}

function geoPoint({ latitude, longitude, accuracy }: Point): Api.InputGeoPoint {
  return new Api.InputGeoPoint({
    lat: latitude,
    long: longitude,
    ...(accuracy !== undefined && { accuracyRadius: accuracy }),
  });
}
