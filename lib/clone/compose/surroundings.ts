import type { Surroundings } from '../../messages/transform/attribution.js';
import type { Run } from '../run.js';
import { messageLink } from './chat-links.js';

/** What a document of the source doesn't hold itself, for the message with this id. */
export function surroundingsOf({ source, client }: Pick<Run, 'source' | 'client'>, id: number): Surroundings {
  const link = messageLink(source, id);
  return { nameOf: (peer) => client.users.nameOf(peer), ...(link !== undefined && { link }) };
}
