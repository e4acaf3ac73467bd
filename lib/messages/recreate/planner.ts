import type { PostDocument } from '../document/document.js';
import type { Media } from '../document/media.js';
import type { Means } from './means.js';
import type { Plan } from './plan.js';

/** Media of one kind, by the name that documents give it. */
export type MediaOf<Kind extends Media['kind']> = Media & { readonly kind: Kind };

/** Plans a message that holds media of one kind. */
export type Planner<Kind extends Media['kind']> = (
  media: MediaOf<Kind>,
  post: PostDocument,
  means: Means,
) => Plan;
