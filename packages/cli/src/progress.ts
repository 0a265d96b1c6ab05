/** Says how far a long command is: one line that changes on a terminal, now and then a line of its own elsewhere. */
export interface Progress {
  update(text: string): void;
  /** Leaves the last line as it is. */
  end(): void;
}

const TERMINAL_INTERVAL_MS = 80;
const LOG_INTERVAL_MS = 2000;

export function createProgress(stream: NodeJS.WriteStream = process.stderr): Progress {
  const intervalMs = stream.isTTY ? TERMINAL_INTERVAL_MS : LOG_INTERVAL_MS;
  let shownAtMs = performance.now() - (stream.isTTY ? intervalMs : 0);
  let open = false;
  return {
    update(text) {
      if (performance.now() - shownAtMs < intervalMs) return;
      shownAtMs = performance.now();
      stream.write(stream.isTTY ? `\r\u001B[K${text}` : `${text}\n`);
      open = stream.isTTY;
    },
    end() {
      if (open) stream.write('\r\u001B[K');
      open = false;
    },
  };
}
