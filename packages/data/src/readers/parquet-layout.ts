import { type FileMetaData, parquetSchema, type SchemaTree } from "hyparquet";

/**
 * The names of a Parquet file's top-level columns, after checking that every row group holds exactly the schema's leaf
 * columns in the schema's order, as the format demands.
 *
 * hyparquet starts to decode the columns of a group before it has placed them all; one that it cannot place, or that
 * shares its name with another, would reject where nobody listens and end the process.
 *
 * @throws Error of no particular kind, as hyparquet does on damage
 * Source: apache/parquet-format, `RowGroup.columns`
 */
export function topLevelColumns(metadata: FileMetaData): string[] {
  const tree = parquetSchema(metadata);
  const names = tree.children.map((child) => child.element.name);
  if (new Set(names).size !== names.length) throw new Error("a column name comes twice");
  const leaves: string[] = [];
  collectLeaves(tree, leaves);
  for (const { columns } of metadata.row_groups) {
    const paths = columns.map((column) => pathKey(column.meta_data?.path_in_schema ?? []));
    if (paths.length !== leaves.length || paths.some((path, index) => path !== leaves[index])) {
      throw new Error("a row group's columns are not the schema's");
    }
  }
  return names;
}

function collectLeaves(node: SchemaTree, leaves: string[]): void {
  for (const child of node.children) {
    if (child.children.length === 0) leaves.push(pathKey(child.path));
    else collectLeaves(child, leaves);
  }
}

/** A path as one string that no other path gives, whatever characters its names hold. */
function pathKey(path: readonly string[]): string {
  return JSON.stringify(path);
}
