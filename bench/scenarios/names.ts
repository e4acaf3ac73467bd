import { SCENARIOS } from './catalogue.js';

/** All that --scenario may name. */
export const SCENARIO_NAMES: readonly string[] = Object.keys(SCENARIOS);
