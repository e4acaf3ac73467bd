import type { ChecklistMedia } from '../document/checklist.js';
import type { FormattedText } from '../document/text.js';
import type { Reduction } from '../losses.js';
import { concat, covered, join, plainText } from '../text/edit.js';
import { lostEmoji, lostInside } from './emoji.js';
import type { Planner } from './planner.js';

/**
 * Only accounts with Premium may send a checklist, and not into channels or their direct messages (td_api,
 * inputMessageChecklist); elsewhere it becomes lines of text. Who completed a task, and when, is lost in either case.
 */
export const planChecklist: Planner<'checklist'> = (checklist, post, means) => {
  const { title, tasks, done = [] } = checklist;
  const completions: Reduction[] = done.length > 0 ? ['completions'] : [];
  const { target, premium, refused } = means;
  if (!premium || refused || target === 'channel' || target === 'direct_messages') {
    const text = join([linesOf(checklist), post], '\n\n');
    return {
      kind: 'written',
      text,
      losses: ['checklist_as_text', ...completions, ...lostEmoji([title, ...tasks], means)],
    };
  }
  const completed = new Set(done.map(({ id }) => id));
  return {
    kind: 'checklist',
    title,
    tasks,
    othersMayAdd: checklist.othersMayAdd === true,
    othersMayComplete: checklist.othersMayComplete === true,
    completes: tasks.flatMap(({ id }) => (completed.has(id) ? [id] : [])),
    losses: [...completions, ...lostInside([title, ...tasks], means)],
  };
};

function linesOf({ title, tasks, done = [] }: ChecklistMedia): FormattedText {
  const completed = new Set(done.map(({ id }) => id));
  const bold = {
    text: title.text,
    entities: [...covered(title.text, { kind: 'bold' }).entities, ...title.entities],
  };
  const lines = tasks.map(({ id, text, entities }) =>
    concat(plainText(completed.has(id) ? '☑ ' : '☐ '), { text, entities }),
  );
  return join([bold, ...lines], '\n');
}
