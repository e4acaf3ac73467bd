import type { ChecklistMedia, Task } from '../../messages/document/checklist.js';
import type { Media } from '../../messages/document/media.js';
import type { PollAnswer, PollMedia } from '../../messages/document/poll.js';
import type { Fields, Json, JsonObject } from './json.js';
import type { DesktopScene } from './scene.js';
import { segmentedText } from './segments.js';

export function pollKeys(
  { question, closed, answers, results }: PollMedia<Media>,
  scene: DesktopScene,
): Fields {
  const counted = new Map((results.answers ?? []).map((each) => [each.option, each]));
  const written = answers.map((answer): JsonObject => {
    const option = 'option' in answer ? answer.option : undefined;
    const result = option === undefined ? undefined : counted.get(option);
    return {
      text: answerText(answer, scene),
      voters: result?.voters ?? 0,
      chosen: result?.chosen === true,
    };
  });
  return [
    [
      'poll',
      {
        question: segmentedText(question, scene).text,
        closed: closed === true,
        total_voters: results.voters ?? 0,
        answers: written,
      },
    ],
  ];
}

/** An answer of a newer kind has no text. */
export function answerText(answer: PollAnswer<Media>, scene: DesktopScene): Json {
  return 'text' in answer ? segmentedText(answer, scene).text : '';
}

export function checklistKeys(
  { title, tasks, othersMayAdd, othersMayComplete }: ChecklistMedia,
  scene: DesktopScene,
): Fields {
  return [
    [
      'todo_list',
      {
        title: segmentedText(title, scene).text,
        others_can_append: othersMayAdd === true,
        others_can_complete: othersMayComplete === true,
        answers: tasks.map((task) => taskOf(task, scene)),
      },
    ],
  ];
}

export function taskOf(task: Task, scene: DesktopScene): JsonObject {
  return { text: segmentedText(task, scene).text, id: task.id };
}
