import { cardOr } from './card.js';
import type { Planner } from './planner.js';

export const planLocation: Planner<'location'> = ({ point }, post, means) =>
  point ? { kind: 'place', point, losses: [] } : cardOr(means, 'location', 'place', post);

/** Where it was last seen: a copy that pretends to be live would show a place where nobody is. */
export const planLiveLocation: Planner<'live_location'> = ({ point }, post, means) =>
  point
    ? { kind: 'place', point, losses: ['live_place'] }
    : cardOr(means, 'live_location', 'live location', post);

export const planVenue: Planner<'venue'> = ({ point, ...venue }, post, means) =>
  point
    ? { ...venue, point, losses: [] }
    : cardOr(means, 'venue', `venue: ${[venue.title, venue.address].filter(Boolean).join(', ')}`, post);
