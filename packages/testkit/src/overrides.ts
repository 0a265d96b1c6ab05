/** Members to replace in a built value; `undefined` takes an optional member away. */
export type Overrides<T> = { readonly [Key in keyof T]?: T[Key] | undefined };

export function override<T extends object>(base: T, overrides: Overrides<T>): T {
  const merged = { ...base, ...overrides };
  return Object.fromEntries(Object.entries(merged).filter(([, value]) => value !== undefined)) as T;
}
