// The public surface of the command line: the command itself, for tests and embedders.
export { createProgram } from './program.ts';
