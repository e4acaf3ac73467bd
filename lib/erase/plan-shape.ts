/** The first and the last of ids that follow one another. */
export type PlanRun = readonly [first: number, last: number];

type Fields = Readonly<Record<string, unknown>>;

/** What is wrong with the form of a plan without its hash, as a clause; undefined when nothing is. */
export function shapeFaultOf(plan: Fields): string | undefined {
  for (const [name, isRight] of Object.entries(FIELDS)) {
    if (!isRight(plan[name])) return `\`${name}\` is not as it should be`;
  }
  const stray = Object.keys(plan).find((name) => !(name in FIELDS));
  if (stray !== undefined) return `\`${stray}\` does not belong into it`;
  return faultOfSums(plan as unknown as Checked);
}

interface Checked {
  readonly chat: { readonly id: string; readonly older?: string };
  readonly counts: {
    readonly messages: number;
    readonly own: number;
    readonly others: number;
    readonly by_kind: Readonly<Record<string, number>>;
  };
  readonly others: boolean;
  readonly messages: readonly { readonly chat: string; readonly ids: readonly PlanRun[] }[];
}

function faultOfSums({ chat, counts, others, messages }: Checked): string | undefined {
  const chats = messages.map((each) => each.chat);
  if (chats.some((id) => id !== chat.id && id !== chat.older)) return 'it has messages of another chat';
  if (new Set(chats).size < chats.length) return 'it has one chat twice';
  const ids = messages.flatMap((each) => each.ids).reduce((sum, [first, last]) => sum + last - first + 1, 0);
  const kinds = Object.values(counts.by_kind).reduce((sum, each) => sum + each, 0);
  if (ids !== counts.messages || kinds !== ids || counts.own + counts.others !== ids)
    return 'its counts do not fit its messages';
  return !others && counts.others > 0 ? 'it counts messages of others, which it does not allow' : undefined;
}

const FIELDS: Readonly<Record<string, (value: unknown) => boolean>> = {
  telepi_erase_plan: isCount,
  made: (value) =>
    isText(value) && !Number.isNaN(Date.parse(value)) && new Date(value).toISOString() === value,
  server: (value) => value === null || isText(value),
  account: (value) => isText(value) && /^[1-9]\d{0,18}$/.test(value),
  chat: isChat,
  for_everyone: isFlag,
  others: isFlag,
  unarchived: isFlag,
  selection: isText,
  counts: isCounts,
  messages: (value) => Array.isArray(value) && value.every(isMessages),
};

function isChat(value: unknown): boolean {
  if (!hasOnly(value, ['id', 'title', 'type'], ['older'])) return false;
  const { id, title, type, older } = value;
  return isMarkedId(id) && isText(title) && isText(type) && (older === undefined || isMarkedId(older));
}

function isCounts(value: unknown): boolean {
  if (!hasOnly(value, ['messages', 'own', 'others', 'by_kind'])) return false;
  const { by_kind: kinds, ...sums } = value;
  return Object.values(sums).every(isCount) && isObject(kinds) && Object.values(kinds).every(isCount);
}

function isMessages(value: unknown): boolean {
  if (!hasOnly(value, ['chat', 'ids'])) return false;
  const { chat, ids } = value;
  if (!isMarkedId(chat) || !Array.isArray(ids) || ids.length === 0) return false;
  let before = 0;
  return ids.every((run: unknown) => {
    if (!Array.isArray(run) || run.length !== 2 || !run.every(isCount)) return false;
    const [first, last] = run as [number, number];
    const isRight = first > before && last >= first && last <= LARGEST_ID;
    before = last;
    return isRight;
  });
}

/** Telegram's ids of messages are 32-bit. */
const LARGEST_ID = 2 ** 31 - 1;

function hasOnly(
  value: unknown,
  needed: readonly string[],
  optional: readonly string[] = [],
): value is Fields {
  if (!isObject(value)) return false;
  const names = Object.keys(value);
  return (
    needed.every((name) => names.includes(name)) &&
    names.every((name) => needed.includes(name) || optional.includes(name))
  );
}

function isObject(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isMarkedId(value: unknown): value is string {
  return isText(value) && /^-?[1-9]\d{0,18}$/.test(value);
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}

function isFlag(value: unknown): value is boolean {
  return typeof value === 'boolean';
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}
