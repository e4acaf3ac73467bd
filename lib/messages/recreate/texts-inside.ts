import type { FormattedText } from '../document/text.js';
import type { PlannedMedia } from './plan.js';

/** Changes a text; `most`: how many characters Telegram accepts there. */
export type ChangeText = <Text extends FormattedText>(text: Text, most: number) => Text;

/**
 * A poll or checklist with other texts (help.getAppConfig has the limits of checklists: todo_title_length_max,
 * todo_item_length_max; td_api, inputMessagePoll, those of polls). Other media as they are.
 */
export function withTexts(plan: PlannedMedia, change: ChangeText): PlannedMedia {
  if (plan.kind === 'checklist') {
    const { title, tasks } = plan;
    return { ...plan, title: change(title, 32), tasks: tasks.map((task) => change(task, 64)) };
  }
  if (plan.kind !== 'poll') return plan;
  const { question, answers, quiz } = plan;
  const { solution } = quiz ?? {};
  return {
    ...plan,
    question: change(question, 255),
    answers: answers.map((answer) => change(answer, 100)),
    ...(quiz && { quiz: { ...quiz, ...(solution && { solution: change(solution, 200) }) } }),
  };
}
