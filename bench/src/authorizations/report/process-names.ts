/** What the processes are called to which CPU and memory are put down; there may be others. */
export const PROCESS = {
  gateway: 'gateway',
  postgres: 'PostgreSQL',
  nullServer: 'null server',
  textbook: 'textbook',
  generator: 'load generator',
  /** Brokers, the kernel, and whoever else uses the machine. */
  rest: 'rest of the machine',
} as const;
