import type { SentKind } from '../../base/fingerprint.js';
import type { Media } from '../document/media.js';
import type { Point, Venue } from '../document/places.js';
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
  }
}

/** What media of the target are recognised by; undefined for kinds that are never planned. */
export function markOfMedia(media: Media): Mark | undefined {
  switch (media.kind) {
    case 'location':
      return media.point && place(media.point);
    case 'venue':
      return venue(media);
    case 'contact':
      return contact(media);
    default:
      return undefined;
  }
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
function contact({ phone, firstName, lastName }: Omit<ContactPlan, 'kind' | 'vcard'>): Mark {
  const digits = phone.replace(/\D/g, '');
  return { kind: 'contact', facts: JSON.stringify([digits, firstName.trim(), lastName.trim()]) };
}
