/** How many messages a search shows unless --limit says so. */
export const SHOWN_UNLESS_SET = 50;
