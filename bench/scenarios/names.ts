import { SCENARIOS } from './catalogue.js';

/** The stages of a part's way, which need no server. */
export const MICRO = 'micro';

/** All that --scenario may name. */
export const SCENARIO_NAMES: readonly string[] = [...Object.keys(SCENARIOS), MICRO];
