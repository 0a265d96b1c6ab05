/** One thing that was looked at. */
export interface Check {
  readonly name: string;
  /** `ask`: nothing is wrong with it, but somebody must want it so. */
  readonly state: 'ok' | 'failed' | 'not_checked' | 'ask';
  /** What was found: never a secret. */
  readonly found: string;
  /** What to do about it. */
  readonly advice?: string;
}

export interface CheckGroup {
  readonly about: string;
  readonly checks: readonly Check[];
}

export const passed = (name: string, found: string): Check => ({ name, state: 'ok', found });

export const fails = (name: string, found: string, advice: string): Check => ({ name, state: 'failed', found, advice });

export const notChecked = (name: string, found: string, advice: string): Check => ({
  name,
  state: 'not_checked',
  found,
  advice,
});
