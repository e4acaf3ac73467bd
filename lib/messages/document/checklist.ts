import type { FormattedText } from './text.js';

export interface ChecklistMedia {
  readonly kind: 'checklist';
  readonly title: FormattedText;
  readonly tasks: readonly Task[];
  readonly done?: readonly TaskDone[];
  readonly othersMayAdd?: true;
  readonly othersMayComplete?: true;
}

export interface Task extends FormattedText {
  readonly id: number;
}

export interface TaskDone {
  readonly id: number;
  readonly by: number;
  /** Unix seconds. */
  readonly date: number;
}
