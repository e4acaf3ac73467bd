import type { Point } from '../document/places.js';
import { cardOr } from './card.js';
import type { Planner } from './planner.js';

export const planLocation: Planner<'location'> = ({ point }, post, means) =>
  point && !means.refused
    ? { kind: 'place', point, losses: [] }
    : cardOr(means, 'location', placeWords('place', point), post);

/** Where it was last seen: a copy that pretends to be live would show a place where nobody is. */
export const planLiveLocation: Planner<'live_location'> = ({ point }, post, means) =>
  point && !means.refused
    ? { kind: 'place', point, losses: ['live_place'] }
    : cardOr(means, 'live_location', placeWords('live location', point), post);

export const planVenue: Planner<'venue'> = ({ point, ...venue }, post, means) =>
  point && !means.refused
    ? { ...venue, point, losses: [] }
    : cardOr(means, 'venue', `venue: ${[venue.title, venue.address].filter(Boolean).join(', ')}`, post);

function placeWords(what: string, point: Point | undefined): string {
  return point ? `${what}: ${point.latitude}, ${point.longitude}` : what;
}
