import { Api } from 'telegram/tl/index.js';
import { onlySet } from '../flags.js';
import { RpcError } from '../rpc.js';
import { FOUND } from '../text/kept.js';
import type { EntityKind, StyledText } from '../world/entity.js';
import type { PeerId } from '../world/peer-id.js';
import { type MediaKind, type Reading, refusal, type Showing } from './kind.js';

/** A to-do list. The copies of one message share it; a forwarded message has one of its own. */
export interface Checklist {
  readonly kind: 'checklist';
  readonly title: StyledText;
  readonly tasks: readonly Task[];
  readonly othersCanAppend?: boolean;
  readonly othersCanComplete?: boolean;
  /** Which tasks are done, by id. */
  readonly done: ReadonlyMap<number, Completion>;
}

export interface Task extends StyledText {
  readonly id: number;
}

interface Completion {
  readonly by: PeerId;
  /** Unix time in seconds. */
  readonly at: number;
}

export const checklist: MediaKind<Checklist> = {
  show: (scene, { title, tasks, othersCanAppend, othersCanComplete, done }) => {
    const completions = [...done].map(
      ([id, { by, at }]) => new Api.TodoCompletion({ id, completedBy: scene.peer(by), date: at }),
    );
    return new Api.MessageMediaToDo({
      todo: new Api.TodoList({
        ...onlySet({ othersCanAppend, othersCanComplete }),
        title: styled(scene, title),
        list: tasks.map((task) => tlTask(scene, task)),
      }),
      ...(completions.length > 0 ? { completions } : {}),
    });
  },
  peers: ({ done }) => [...done.values()].map(({ by }) => by),
};

export function tlTask(scene: Showing, { id, ...title }: Task): Api.TodoItem {
  return new Api.TodoItem({ id, title: styled(scene, title) });
}

/** help.getAppConfig: todo_items_max, todo_title_length_max, todo_item_length_max; lengths in UTF-16 units. */
const MOST_TASKS = 30;
const LONGEST = { title: 32, task: 64 } as const;

/**
 * A new checklist (core.telegram.org/api/todo): PREMIUM_ACCOUNT_REQUIRED, TODO_ITEMS_EMPTY, TODO_ITEMS_TOO_MUCH,
 * TODO_ITEM_DUPLICATE; MEDIA_INVALID in channels and their direct messages (TDLib), and for a title that is empty or
 * too long.
 */
export function readChecklist(scene: Reading, { todo }: Api.InputMediaTodo): Checklist {
  const { me, target } = scene;
  if (!me.premium) throw new RpcError(403, 'PREMIUM_ACCOUNT_REQUIRED');
  if (target.kind === 'broadcast' || target.kind === 'monoforum') throw refusal('MEDIA_INVALID');
  const { othersCanAppend, othersCanComplete } = todo;
  return {
    kind: 'checklist',
    title: named(scene, todo.title, LONGEST.title, FORMATS),
    tasks: readTasks(scene, todo.list, []),
    ...onlySet({ othersCanAppend, othersCanComplete }),
    done: new Map(),
  };
}

/** A checklist after an edit: tasks that stay are as done as before. MEDIA_PREV_INVALID, and the refusals of a new one. */
export function editChecklist(scene: Reading, before: Checklist, input: Api.TypeInputMedia): Checklist {
  if (!(input instanceof Api.InputMediaTodo)) throw refusal('MEDIA_PREV_INVALID');
  const after = readChecklist(scene, input);
  const kept = new Set(after.tasks.map(({ id }) => id));
  return { ...after, done: new Map([...before.done].filter(([id]) => kept.has(id))) };
}

/** Tasks to add to `known`. TODO_ITEMS_EMPTY, TODO_ITEMS_TOO_MUCH, TODO_ITEM_DUPLICATE. */
export function readTasks(
  scene: Reading,
  list: readonly Api.TypeTodoItem[],
  known: readonly Task[],
): readonly Task[] {
  if (list.length === 0) throw refusal('TODO_ITEMS_EMPTY');
  if (known.length + list.length > MOST_TASKS) throw refusal('TODO_ITEMS_TOO_MUCH');
  const ids = [...known, ...list].map(({ id }) => id);
  if (new Set(ids).size < ids.length || ids.some((id) => id < 1)) throw refusal('TODO_ITEM_DUPLICATE');
  return list.map(({ id, title }) => ({ id, ...named(scene, title, LONGEST.task, TASK_FORMATS) }));
}

/** The formats that titles and tasks may have; in tasks Telegram also marks what it finds, except commands (TDLib). */
const FORMATS: ReadonlySet<EntityKind> = new Set<EntityKind>([
  'bold',
  'italic',
  'underline',
  'strike',
  'spoiler',
  'customEmoji',
  'date',
]);
const TASK_FORMATS: ReadonlySet<EntityKind> = new Set<EntityKind>(
  [...FORMATS, ...FOUND].filter((kind) => kind !== 'botCommand'),
);

function named(
  scene: Reading,
  { text, entities }: Api.TypeTextWithEntities,
  longest: number,
  formats: ReadonlySet<EntityKind>,
): StyledText {
  if (text.trim() === '' || text.length > longest) throw refusal('MEDIA_INVALID');
  const { entities: kept } = scene.styled(text, entities);
  return { text, entities: kept.filter(({ kind }) => formats.has(kind)) };
}

function styled(scene: Showing, { text, entities }: StyledText): Api.TextWithEntities {
  return new Api.TextWithEntities({ text, entities: scene.entities(entities) });
}
