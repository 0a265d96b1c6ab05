const NAME = /^[\w-][\w.-]*$/;

/** Whether `name` can be that of a result: no path, no hidden file. */
export function isResultName(name: string): boolean {
  return NAME.test(name);
}
