/** The costs of a request, counted against an account's budgets. */
export interface Cost {
  readonly messages: number;
  /** How many @names are looked up. */
  readonly names: number;
  /** Bytes of files, requested or sent. */
  readonly bytes: number;
  /** The group or channel that a send goes to. */
  readonly slowmodePeer: string | undefined;
}

const FREE: Cost = { messages: 0, names: 0, bytes: 0, slowmodePeer: undefined };

/** Reads a request structurally: the fields are those of its TL method. */
export function costOf(method: string, request: unknown): Cost {
  const fields = request as Record<string, unknown>;
  switch (method) {
    case 'messages.SendMessage':
    case 'messages.SendMedia':
    case 'messages.SendInlineBotResult':
      return send(fields['peer'], 1);
    case 'messages.SendMultiMedia':
      return send(fields['peer'], lengthOf(fields['multiMedia']));
    case 'messages.ForwardMessages':
      return send(fields['toPeer'], lengthOf(fields['id']));
    // A new topic posts a service message.
    case 'messages.CreateForumTopic':
    case 'channels.CreateForumTopic':
      return { ...FREE, messages: 1 };
    case 'contacts.ResolveUsername':
      return { ...FREE, names: 1 };
    case 'upload.GetFile':
      return { ...FREE, bytes: Number(fields['limit']) };
    case 'upload.SaveFilePart':
    case 'upload.SaveBigFilePart':
      return { ...FREE, bytes: lengthOf(fields['bytes']) };
    default:
      return FREE;
  }
}

function send(peer: unknown, messages: number): Cost {
  const { channelId, chatId } = (peer ?? {}) as { channelId?: unknown; chatId?: unknown };
  const id = channelId ?? chatId;
  return { ...FREE, messages, slowmodePeer: id === undefined ? undefined : String(id) };
}

function lengthOf(value: unknown): number {
  return (value as { length?: number } | undefined)?.length ?? 0;
}
