import type { ServiceDocument } from '../../../messages/document/document.js';
import type { Unknown } from '../../../messages/document/unknown.js';
import type { Fields } from '../json.js';
import type { DesktopScene } from '../scene.js';
import { type Action, type ActionTable, acted } from './action-keys.js';
import { CHAT_ACTIONS } from './chat.js';
import { MONEY_ACTIONS } from './money.js';
import { CALL_ACTIONS, MEMBER_ACTIONS, PERSONAL_ACTIONS } from './people.js';

/** The keys of what a service message says. */
export function actionKeys(note: ServiceDocument, scene: DesktopScene): Fields {
  const { action } = note;
  const write = ACTIONS[action.kind] as (
    action: Action,
    scene: DesktopScene,
    note: ServiceDocument,
  ) => Fields;
  return write(action, scene, note);
}

/** How each action is written; an action that is missing doesn't compile. */
const ACTIONS: ActionTable<Action['kind']> = {
  ...CHAT_ACTIONS,
  ...MEMBER_ACTIONS,
  ...CALL_ACTIONS,
  ...MONEY_ACTIONS,
  ...PERSONAL_ACTIONS,
  unknown: (action, scene, note) => acted(nameOfUnknown(action), scene, note),
};

/** `MessageActionSomeThing` as `some_thing`. */
function nameOfUnknown({ name, id }: Unknown): string {
  const words = (name ?? '').replace(/^MessageAction/, '').match(/[A-Z]+(?![a-z])|[A-Z]?[a-z0-9]+/g);
  return words ? words.join('_').toLowerCase() : `unknown_${id}`;
}
