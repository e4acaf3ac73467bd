/** Settings of S3 that nothing else looks like. */
export const S3_MARKS = {
  AWS_ACCESS_KEY_ID: 'S3-Key-Mark-41ab',
  AWS_SECRET_ACCESS_KEY: 'S3-Mark/8+d3',
  AWS_SESSION_TOKEN: 'S3-Token-Mark-e0//77==',
} as const;
