import { UsageError } from '../base/errors.js';
import { isDefault, type RawValues } from './sources.js';
import { SETTINGS, type SettingKey } from './table.js';

/** @throws UsageError CONTRADICTION for settings that exclude one another, or of which one would change nothing. */
export function refuseContradictions(
  raw: RawValues,
  values: ReadonlyMap<SettingKey, string | number | boolean>,
): void {
  const refuse = (message: string): never => {
    throw new UsageError('CONTRADICTION', message);
  };
  if (raw.has('targetTopic') && values.get('autoCreateTopics') === true) {
    refuse(
      'TARGET_TOPIC puts every message into one topic and AUTO_CREATE_TOPICS keeps each in its own: set only one of them.',
    );
  }
  if (raw.has('server') && values.get('testDc') === true) {
    refuse('TG_SERVER and TG_TEST_DC name two different servers: set only one of them.');
  }
  for (const key of ['serverKey', 'dc'] as const) {
    if (raw.has(key) && !raw.has('server')) {
      refuse(
        `${SETTINGS[key].name} belongs to TG_SERVER, which is not set: set TG_SERVER or leave both out.`,
      );
    }
  }
  refuseIdle(raw, values, refuse);
}

/**
 * What would change nothing is refused: a template when nobody has said whether there is to be an attribution, and a
 * flag that concerns a program which isn't started. In a settings file, a deadline may wait for a run that has one.
 */
function refuseIdle(
  raw: RawValues,
  values: ReadonlyMap<SettingKey, string | number | boolean>,
  refuse: (message: string) => never,
): void {
  const isUndecided = values.get('attribution') === 'none' && isDefault(raw.get('attribution'));
  if (raw.has('attributionTemplate') && isUndecided) {
    refuse(
      'ATTRIBUTION_TEMPLATE says what an attribution contains, and ATTRIBUTION is not set: add --attribution header or --attribution footer, or leave the template out.',
    );
  }
  const deadline = raw.get('pipeDeadline');
  if (deadline?.origin.startsWith('--') && !raw.has('pipe')) {
    refuse(
      '--pipe-deadline belongs to --pipe, and there is no program: add --pipe, or leave the deadline out.',
    );
  }
}
