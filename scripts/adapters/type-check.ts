import { writeFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import { root, type StrangerProject } from "./stranger-project.js";

export interface TypeCheckOptions {
  moduleResolution: "bundler" | "node16";
  /** Where `fetch` and the like have their types from: a browser's, or those of Node alone. */
  platform: "dom" | "node";
  skipLibCheck: boolean;
}

export interface TypeCheck {
  errors: string[];
  /** Declarations that were read of packages, by their paths below `node_modules` of the project. */
  declarations: string[];
}

// the compiler's own declarations, which are the same for every program
const parsed = new Map<string, ts.SourceFile | undefined>();

/** Checks one file in the project with the workspace's compiler. */
export function typeCheck(project: StrangerProject, source: string, options: TypeCheckOptions): TypeCheck {
  const path = join(project.folder, "checked.ts");
  writeFileSync(path, source);
  const bundler = options.moduleResolution === "bundler";
  const compilerOptions: ts.CompilerOptions = {
    target: ts.ScriptTarget.ES2022,
    module: bundler ? ts.ModuleKind.ESNext : ts.ModuleKind.Node16,
    moduleResolution: bundler ? ts.ModuleResolutionKind.Bundler : ts.ModuleResolutionKind.Node16,
    lib: options.platform === "dom" ? ["lib.es2022.d.ts", "lib.dom.d.ts"] : ["lib.es2022.d.ts"],
    typeRoots: [join(root, "node_modules", "@types")],
    types: options.platform === "node" ? ["node"] : [],
    // the strictest that callers have
    strict: true,
    exactOptionalPropertyTypes: true,
    skipLibCheck: options.skipLibCheck,
    // never those of the compiler itself
    skipDefaultLibCheck: true,
    noEmit: true,
  };
  const host = ts.createCompilerHost(compilerOptions);
  const read = host.getSourceFile;
  host.getCurrentDirectory = () => project.folder;
  host.getSourceFile = (file, ...rest) => {
    if (!/\/typescript\/lib\/lib\.[^/]*\.d\.ts$/.test(file)) return read(file, ...rest);
    if (!parsed.has(file)) parsed.set(file, read(file, ...rest));
    return parsed.get(file);
  };
  const program = ts.createProgram([path], compilerOptions, host);
  const modules = `${project.folder.replaceAll("\\", "/")}/node_modules/`;
  return {
    errors: ts.getPreEmitDiagnostics(program).map((diagnostic) => ts.formatDiagnostic(diagnostic, host)),
    declarations: program
      .getSourceFiles()
      .filter(({ fileName }) => fileName.startsWith(modules))
      .map(({ fileName }) => fileName.slice(modules.length)),
  };
}
