import { Api } from 'telegram/tl/index.js';
import { peersOf, tlOf } from '../kinds/tl-data.js';
import { Cast } from './cast.js';
import { badRequest, type Call, type MethodContext, type MethodGroup } from './context.js';
import { peerOf } from './peers.js';
import { showingOf } from './showing.js';

/** Stories on the pages of their owners. */
export function storyMethods(context: MethodContext): MethodGroup {
  return {
    usersOnly: {
      'stories.GetStoriesByID': (request: Api.stories.GetStoriesByID, call) => byId(context, request, call),
    },
  };
}

/**
 * core.telegram.org/method/stories.getStoriesByID: the ones that the account may still see. STORY_ID_EMPTY,
 * STORIES_NEVER_CREATED for an owner without any.
 */
function byId(
  context: MethodContext,
  { peer, id }: Api.stories.GetStoriesByID,
  { me }: Call,
): Api.stories.Stories {
  const { world } = context;
  if (id.length === 0) throw badRequest('STORY_ID_EMPTY');
  const owner = peerOf(world, me, peer);
  const all = world.state.stories?.get(owner);
  if (!all) throw badRequest('STORIES_NEVER_CREATED');
  const now = world.nowSeconds();
  const lasting = id
    .flatMap((each) => all.get(each) ?? [])
    .filter((story) => {
      return story['pinned'] === true || Number(story['expireDate'] ?? 0) > now || owner === me.id;
    });
  const showing = showingOf(context, me, undefined);
  return new Api.stories.Stories({
    count: lasting.length,
    stories: lasting.map((story) => tlOf(showing, story)),
    ...new Cast(world, me).add(...peersOf(lasting)).lists(),
  });
}
