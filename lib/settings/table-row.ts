/** The form of a value's text. */
export type SettingKind =
  | { readonly type: 'integer'; readonly min: number; readonly max: number }
  | { readonly type: 'number'; readonly min: number; readonly max: number }
  | { readonly type: 'boolean' }
  | { readonly type: 'choice'; readonly of: readonly string[] }
  /** Read without surrounding blanks. */
  | { readonly type: 'text' }
  /** Words with commas between them: its flag may be given several times. Read without surrounding blanks. */
  | { readonly type: 'list' }
  /** Rules, one a line: its flag may be given several times. Read as they are. */
  | { readonly type: 'lines' }
  /** Read as it is: a password may begin or end with a blank. */
  | { readonly type: 'verbatim' };

export interface SettingSpec {
  /** The name in the environment and in .env. */
  readonly name: string;
  /** The flag, without its dashes. A secret has none: the system's process list shows flags to everybody. */
  readonly flag?: string;
  readonly kind: SettingKind;
  /** Written as text, and parsed like any other value. */
  readonly default?: string;
  /** Never printed, logged or quoted in an error. */
  readonly secret: boolean;
  /** One clause for the help; .env.example says more. */
  readonly about: string;
}
