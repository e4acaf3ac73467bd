import type { Api } from 'telegram/tl/index.js';
import type { ChecklistMedia, Task } from '../../document/checklist.js';
import { flag, maybeList, peer, present } from './fields.js';
import { textWithEntities } from './text.js';

export function checklistOf({ todo, completions }: Api.MessageMediaToDo): ChecklistMedia {
  return present<ChecklistMedia>({
    kind: 'checklist',
    title: textWithEntities(todo.title),
    tasks: todo.list.map(taskOf),
    done: maybeList(completions, ({ id, completedBy, date }) => ({ id, by: peer(completedBy), date })),
    othersMayAdd: flag(todo.othersCanAppend),
    othersMayComplete: flag(todo.othersCanComplete),
  });
}

export function taskOf({ id, title }: Api.TypeTodoItem): Task {
  return { id, ...textWithEntities(title) };
}
