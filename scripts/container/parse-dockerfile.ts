/** One instruction of a Dockerfile, with what its line goes on with. */
export interface Instruction {
  name: string;
  /** As it is written, in one line. */
  text: string;
  /** Words of the JSON form, for a command without a shell; undefined for one that a shell runs. */
  words: string[] | undefined;
}

/** From one FROM to the next. */
export interface Stage {
  image: string;
  name: string | undefined;
  instructions: Instruction[];
}

/** The stages of a Dockerfile. @throws Error for what this reader does not know: it judges our file, not all */
export function parseDockerfile(text: string): Stage[] {
  const stages: Stage[] = [];
  const lines = text
    .split("\n")
    .filter((line) => !/^\s*(#|$)/.test(line))
    .join("\n")
    .replace(/\\\n\s*/g, "")
    .split("\n");
  for (const line of lines) {
    const [, name, rest] = /^([A-Z]+) (.+)$/.exec(line) ?? [];
    if (name === undefined) throw new Error(`parseDockerfile: no instruction: ${line}`);
    if (name === "FROM") {
      const [, image, stage] = /^(\S+)(?: AS (\S+))?$/.exec(rest) ?? [];
      stages.push({ image, name: stage, instructions: [] });
      continue;
    }
    const last = stages.at(-1);
    if (last === undefined) throw new Error(`parseDockerfile: ${name} before FROM`);
    const json = /\[.*\]$/.exec(rest)?.[0];
    last.instructions.push({ name, text: rest, words: json === undefined ? undefined : JSON.parse(json) });
  }
  return stages;
}

/** The last instruction of a name, which is the one that holds. @throws Error where there is none */
export function instructionOf({ instructions }: Stage, name: string): Instruction {
  const found = instructions.findLast((instruction) => instruction.name === name);
  if (found === undefined) throw new Error(`instructionOf: no ${name}`);
  return found;
}
