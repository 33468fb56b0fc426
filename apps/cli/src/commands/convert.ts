import { serializeArtifact } from "@onehead/core";
import { defineCommand } from "citty";
import { assertKeepsInputs } from "../files/assert-keeps-inputs.js";
import { artifactPath } from "../files/default-artifact.js";
import { parsePrecision, withEmbedderFor } from "../files/precision.js";
import { readArtifactFile } from "../files/read-input.js";
import { describeWeights, storedWeights } from "../files/stored-weights.js";
import { assertWritable, writeFileAtomically } from "../files/write-atomically.js";
import { printable } from "../output/printable.js";

export const convert = defineCommand({
  meta: {
    name: "convert",
    description: `Store a router in another precision

Examples:
  onehead convert router.onehead --precision int8 --out small.onehead
  onehead convert --precision int8 --out small.onehead                    the built-in one

float16 is half of float32 and int8 about a quarter; bench/results/precision.md has what either costs. As int8 the router
gets an embedder of its own, with an id of its own: embed again what was embedded with the one before. What rounding took away
does not come back in a wider precision, and held-out figures in the file stay those of the router that was converted.`,
  },
  args: {
    artifact: { type: "positional", description: "The router; the built-in one unless given", required: false },
    precision: { type: "string", description: "float32, float16 or int8", required: true },
    out: { type: "string", description: "Where the new artifact goes", required: true, valueHint: "FILE" },
    json: { type: "boolean", description: "Print one JSON object" },
  },
  async run({ args }) {
    const precision = parsePrecision("convert", args.precision);
    const path = artifactPath(args.artifact);
    // rounding loses digits: the router that has them is kept
    await assertKeepsInputs({ "--out": args.out }, { "the artifact": path });
    await assertWritable(args.out);
    const read = await readArtifactFile(path);
    const converted = withEmbedderFor(read.artifact, precision);
    const file = serializeArtifact(converted, { precision });
    await writeFileAtomically(args.out, file);

    const [before, after] = [storedWeights(read.bytes), storedWeights(file)];
    const embedder = { id: converted.manifest.embedder.id, before: read.artifact.manifest.embedder.id };
    if (args.json) {
      console.log(JSON.stringify({ artifact: args.out, ...after, from: { artifact: path, ...before }, embedder }));
      return;
    }
    console.log(`${args.out}: ${describeWeights(after)}`);
    console.log(`before: ${describeWeights(before)}`);
    if (embedder.id !== embedder.before) {
      console.log(
        printable(`embedder ${embedder.id}, before ${embedder.before}: vectors of the one do not fit the other`),
      );
    }
  },
});
