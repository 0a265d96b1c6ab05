/** Fills the gaps of a text that was taken apart once: `@name@` stands for the value of that name. */
export type Template<Slot extends string> = (values: Readonly<Record<Slot, string>>) => string;

/** `slots` are those that the text may have; any other `@name@` is a fault of the text. */
export function createTemplate<Slot extends string>(text: string, slots: readonly Slot[]): Template<Slot> {
  const parts = text.split(/@(\w+)@/);
  const first = parts[0] ?? '';
  const names: Slot[] = [];
  const followers: string[] = [];
  for (let index = 1; index < parts.length; index += 2) {
    const name = slots.find((slot) => slot === parts[index]);
    if (name === undefined) throw new Error(`a template asks for ${parts[index]}`);
    names.push(name);
    followers.push(parts[index + 1] ?? '');
  }
  return (values) => {
    let filled = first;
    for (let index = 0; index < names.length; index++) filled += values[names[index] as Slot] + followers[index];
    return filled;
  };
}
