const measures = [
  ["aiq", "AIQ (paper), its 32 willingnesses to pay"],
  ["aiqFine", "AIQ (paper), 67 values of λ"],
  ["aiqRepository", "AIQ (repository; depends on the set of routers)"],
  ["bestQuality", "Maximum performance"],
];

/** Markdown tables, a line a router and a column a family, the mean over families last. */
export function protocolTables(results) {
  const names = Object.keys(results).filter((name) => results[name].routers.length > 0);
  const counts = names.map((name) => `${name}: ${results[name].trainRows} train, ${results[name].testRows} test`);
  const tables = measures.map(([field, title]) => {
    const ids = results[names[0]].routers.map(({ id }) => id);
    const lines = ids.map((id, k) => {
      const values = names.map((name) => results[name].routers[k][field]);
      const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
      const label = id === "Onehead" ? "**Onehead**" : id;
      return `| ${[label, ...[...values, mean].map((value) => value.toFixed(4))].join(" | ")} |`;
    });
    const header = `| ${["router", ...names, "mean of families"].join(" | ")} |`;
    return [`### ${title}`, "", header, `|${" --- |".repeat(names.length + 2)}`, ...lines].join("\n");
  });
  return `${[...tables, `Prompts: ${counts.join("; ")}.`].join("\n\n")}\n`;
}
