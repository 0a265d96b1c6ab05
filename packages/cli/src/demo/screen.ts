/** Where the demo speaks to a person: in place on a terminal, line by line elsewhere. */
export interface Screen {
  /** A line that stays. */
  say(line: string): void;
  /** A line that the next one replaces, on a terminal; elsewhere only every tenth per cent would be noise: it is left out. */
  progress(line: string): void;
  /** A block that the next one replaces. */
  draw(lines: readonly string[]): void;
  readonly isTerminal: boolean;
}

export function createScreen(out: NodeJS.WriteStream): Screen {
  const isTerminal = out.isTTY === true;
  let drawn = 0;

  /** Back to the first line of what is to be replaced. */
  function erase(): void {
    if (drawn > 0) out.write(`\u001b[${drawn}A\r\u001b[J`);
    drawn = 0;
  }

  return {
    isTerminal,
    say(line) {
      erase();
      out.write(`${line}\n`);
    },
    progress(line) {
      if (!isTerminal) return;
      erase();
      out.write(`${line}\n`);
      drawn = 1;
    },
    draw(lines) {
      erase();
      out.write(`${lines.join('\n')}\n`);
      if (isTerminal) drawn = lines.length;
    },
  };
}
