import { DockerfileParser, ModifiableInstruction, type Instruction as Parsed } from 'dockerfile-ast';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

export const DOCKERFILE = fileURLToPath(new URL('../../../Dockerfile', import.meta.url));

export interface Instruction {
  readonly keyword: string;
  /** Without flags, on one line, variables expanded. */
  readonly text: string;
  readonly flags: Readonly<Record<string, string>>;
}

export interface Stage {
  readonly from: string;
  readonly name: string | undefined;
  readonly instructions: readonly Instruction[];
}

/** The stages of our Dockerfile, with the defaults of its ARGs put in where the builder would. */
export function readDockerfile(path = DOCKERFILE): readonly Stage[] {
  const stages: { from: string; name: string | undefined; instructions: Instruction[] }[] = [];
  const globalArgs = new Map<string, string>();
  let variables = new Map<string, string>();
  for (const instruction of DockerfileParser.parse(readFileSync(path, 'utf8')).getInstructions()) {
    const keyword = instruction.getKeyword();
    const words = (instruction.getRawArgumentsContent() ?? '').replace(/\s*\\\n\s*/g, ' ').trim();
    if (keyword === 'FROM') {
      variables = new Map();
      const [, from = '', name] = /^(\S+)(?:\s+AS\s+(\S+))?$/i.exec(expand(words, globalArgs)) ?? [];
      stages.push({ from, name, instructions: [] });
      continue;
    }
    // A shell expands its own variables; the builder those of every other instruction.
    const text = keyword === 'RUN' ? words : expand(words, variables);
    if (keyword === 'ARG') (stages.length === 0 ? globalArgs : variables).set(...assignment(text));
    if (keyword === 'ENV') for (const each of text.split(/ +/)) variables.set(...assignment(each));
    stages.at(-1)?.instructions.push({ keyword, text, flags: flagsOf(instruction) });
  }
  return stages;
}

function flagsOf(instruction: Parsed): Record<string, string> {
  if (!(instruction instanceof ModifiableInstruction)) return {};
  return Object.fromEntries(instruction.getFlags().map((flag) => [flag.getName(), flag.getValue() ?? '']));
}

export function assignment(text: string): [string, string] {
  const at = text.indexOf('=');
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)];
}

function expand(text: string, variables: ReadonlyMap<string, string>): string {
  return text.replace(/\$\{(\w+)\}/g, (_, name: string) => {
    const value = variables.get(name);
    if (value === undefined) throw new Error(`the Dockerfile uses ${name}, which has no default`);
    return value;
  });
}
