import { Api } from 'telegram/tl/index.js';

/** The user as this account may refer to them in a request, or undefined when it has no access hash. */
export type KnownUser = (userId: bigint) => Promise<Api.TypeInputUser | undefined>;

export interface InputEntities {
  readonly entities: Api.TypeMessageEntity[];
  /**
   * How many mentions by id (messageEntityMentionName) of users that this account can't refer to are lost: their text
   * stays.
   */
  readonly lostMentions: number;
}

/**
 * A message's entities in the form that a send accepts: mentions by id become inputMessageEntityMentionName, entities
 * that only a server makes, or finds in the text by itself, are left out, all others (custom emoji too) stay as they
 * are. Offsets are UTF-16 units of the same text.
 */
export async function inputEntities(
  entities: readonly Api.TypeMessageEntity[] | undefined | null,
  knownUser: KnownUser,
): Promise<InputEntities> {
  const result: Api.TypeMessageEntity[] = [];
  let lostMentions = 0;
  for (const entity of entities ?? []) {
    if (NEVER_SET.some((kind) => entity instanceof kind)) continue;
    if (!(entity instanceof Api.MessageEntityMentionName)) {
      result.push(entity);
      continue;
    }
    const userId = await knownUser(BigInt(String(entity.userId)));
    if (!userId) {
      lostMentions += 1;
      continue;
    }
    const { offset, length } = entity;
    result.push(new Api.InputMessageEntityMentionName({ offset, length, userId }));
  }
  return { entities: result, lostMentions };
}

/**
 * What only a server makes: what it finds in every text, marks of its text editor (core.telegram.org/api/ai), and what
 * is unknown.
 */
const NEVER_SET = [
  Api.MessageEntityMention,
  Api.MessageEntityHashtag,
  Api.MessageEntityCashtag,
  Api.MessageEntityBotCommand,
  Api.MessageEntityUrl,
  Api.MessageEntityEmail,
  Api.MessageEntityPhone,
  Api.MessageEntityBankCard,
  Api.MessageEntityUnknown,
  Api.MessageEntityDiffInsert,
  Api.MessageEntityDiffReplace,
  Api.MessageEntityDiffDelete,
] as const;

/** The entities without mentions by id, for a target that refuses them. */
export function withoutMentions(entities: readonly Api.TypeMessageEntity[]): Api.TypeMessageEntity[] {
  return entities.filter((entity) => !(entity instanceof Api.InputMessageEntityMentionName));
}
