// Writes dist/index.d.ts: the type of a configuration, spelt out. The schema's own type would need zod's, which is bundled and so not there.
import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import ts from "typescript";

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const source = here("../src/config/config-schema.ts");
const { config } = ts.readConfigFile(here("../tsconfig.json"), ts.sys.readFile);
const { options } = ts.parseJsonConfigFileContent(config, ts.sys, here(".."));
const program = ts.createProgram([source], options);
const checker = program.getTypeChecker();
const input = checker
  .getExportsOfModule(checker.getSymbolAtLocation(program.getSourceFile(source)))
  .find(({ name }) => name === "ConfigInput");
const { NoTruncation, InTypeAlias, UseAliasDefinedOutsideCurrentScope, MultilineObjectLiterals } = ts.TypeFormatFlags;
const flags = NoTruncation | InTypeAlias | UseAliasDefinedOutsideCurrentScope | MultilineObjectLiterals;
const text = checker.typeToString(checker.getDeclaredTypeOfSymbol(input), undefined, flags);
if (/\bimport\(|\bZod|\bany\b/.test(text)) throw new Error(`a type of another package is left: ${text.slice(0, 400)}`);
writeFileSync(
  here("../dist/index.d.ts"),
  `/** A configuration as it is written: what has a default may be left out. */
export type ConfigInput = ${text};

/** Types a configuration in \`onehead.config.ts\`; it is the value as it is. */
export declare function defineConfig(config: ConfigInput): ConfigInput;
`,
);
