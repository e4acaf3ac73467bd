/** How to reach an S3 server, by the variables that aws cli and rclone know. */
export interface S3Access {
  readonly accessKeyId?: string | undefined;
  readonly secretAccessKey?: string | undefined;
  readonly sessionToken?: string | undefined;
  readonly region?: string | undefined;
  /** Without the bucket; Amazon's own when undefined. */
  readonly endpoint?: string | undefined;
}
