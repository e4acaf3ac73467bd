import type { Media } from '../document/media.js';
import type { Story } from '../document/story.js';
import { cardOr } from './card.js';
import type { Means } from './means.js';
import type { Planner } from './planner.js';

/** A story is shared again as long as it is there for everybody; its picture is never copied. */
export const planStory: Planner<'story'> = ({ peer, id, story }, post, means) =>
  !means.refused && mayBeShared(story, means)
    ? { kind: 'story', peer, id, losses: [] }
    : cardOr(means, 'story', 'story that cannot be shared', post);

/** Telegram may have sent the reference alone: then it decides itself. */
function mayBeShared(story: Story<Media> | undefined, { now }: Means): boolean {
  switch (story?.kind) {
    case undefined:
      return true;
    case 'story':
      return story.public === true && !story.noForwards && (story.pinned === true || story.expires > now());
    case 'skipped':
      return !story.closeFriends && story.expires > now();
    case 'deleted':
    case 'unknown':
      return false;
  }
}
