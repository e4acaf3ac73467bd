import { Api } from 'telegram/tl/index.js';
import type { ChecklistPlan } from '../../recreate/plan.js';
import { tlText } from './entities.js';

/** A new checklist (inputMediaTodo); its tasks keep their ids. */
export function checklistInput({
  title,
  tasks,
  othersMayAdd,
  othersMayComplete,
}: ChecklistPlan): Api.InputMediaTodo {
  return new Api.InputMediaTodo({
    todo: new Api.TodoList({
      title: tlText(title),
      list: tasks.map((task) => new Api.TodoItem({ id: task.id, title: tlText(task) })),
      ...(othersMayAdd && { othersCanAppend: true }),
      ...(othersMayComplete && { othersCanComplete: true }),
    }),
  });
}
