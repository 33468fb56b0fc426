import { ProviderError, type TextPart, type ToolResultPart, type Warning } from "@onehead/provider";

/** Text of a system message, its parts on lines of their own. */
export function plainText(content: string | readonly TextPart[]): string {
  return typeof content === "string" ? content : content.map(({ text }) => text).join("\n");
}

/**
 * A tool's result for interfaces that take its text alone; that it is an error is a warning, since only its words say so then.
 *
 * @param interfaceName who takes no images there, for the error
 * @throws ProviderError "unsupported" for an image
 */
export function resultText(
  where: string,
  { content, isError }: ToolResultPart,
  interfaceName: string,
  warnings: Warning[],
): string {
  if (isError) {
    warnings.push({ field: `${where}.isError`, message: "the result is sent, but not that it is an error" });
  }
  if (typeof content === "string") return content;
  const texts = content.map((part) => {
    if (part.type === "text") return part.text;
    const found = `${where}: an image in a tool result, expected text`;
    throw new ProviderError("unsupported", `${found}: ${interfaceName} takes no other`);
  });
  return texts.join("\n");
}
