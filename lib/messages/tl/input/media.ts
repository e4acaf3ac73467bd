import { Api } from 'telegram/tl/index.js';
import type { Point } from '../../document/places.js';
import type { PlannedMedia } from '../../recreate/plan.js';

type Builders = {
  readonly [Kind in PlannedMedia['kind']]: (
    plan: Extract<PlannedMedia, { kind: Kind }>,
  ) => Api.TypeInputMedia;
};

/** Planned media as a request names them. A plan without a form doesn't compile. */
export function plannedInputMedia(plan: PlannedMedia): Api.TypeInputMedia {
  const build = BUILDERS[plan.kind] as (plan: PlannedMedia) => Api.TypeInputMedia;
  return build(plan);
}

const BUILDERS: Builders = {
  place: ({ point }) => new Api.InputMediaGeoPoint({ geoPoint: geoPoint(point) }),
  venue: ({ point, title, address, provider, venue, venueKind }) =>
    new Api.InputMediaVenue({
      geoPoint: geoPoint(point),
      title,
      address,
      provider,
      venueId: venue,
      venueType: venueKind,
    }),
  contact: ({ phone, firstName, lastName, vcard }) =>
    new Api.InputMediaContact({ phoneNumber: phone, firstName, lastName, vcard }),
};

function geoPoint({ latitude, longitude, accuracy }: Point): Api.InputGeoPoint {
  return new Api.InputGeoPoint({
    lat: latitude,
    long: longitude,
    ...(accuracy !== undefined && { accuracyRadius: accuracy }),
  });
}
