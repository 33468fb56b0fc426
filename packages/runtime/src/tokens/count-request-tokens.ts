import { estimateTokens } from "@onehead/core";
import type { ChatRequest, Message } from "@onehead/provider";

/** Tokens of a text: an estimate, or the count of a tokenizer of one's own. */
export type CountTokens = (text: string) => number;

// what the separators of a turn come to
const tokensPerMessage = 4;
/** An image of about a megapixel; providers bill between some 250 and 1,600 by its size, which is not known here. */
const tokensPerImage = 1000;
/** A page of a document comes to some 2,000 tokens, and to some 50 kB. */
const bytesPerFileToken = 25;

/** Tokens of the whole request as it will be billed: every turn, tools and schema included. */
export function countRequestTokens(request: ChatRequest, count: CountTokens = estimateTokens): number {
  let tokens = 0;
  for (const message of request.messages) tokens += tokensPerMessage + countMessageTokens(message, count);
  for (const tool of request.tools ?? []) {
    tokens += count(`${tool.name} ${tool.description ?? ""} ${JSON.stringify(tool.parameters)}`);
  }
  const { responseFormat } = request;
  if (responseFormat?.type === "json-schema") tokens += count(JSON.stringify(responseFormat.schema));
  return Math.ceil(tokens);
}

function countMessageTokens({ content }: Message, count: CountTokens): number {
  if (typeof content === "string") return count(content);
  let tokens = 0;
  for (const part of content) {
    switch (part.type) {
      case "text":
      case "reasoning":
        tokens += count(part.text);
        break;
      case "tool-call":
        tokens += count(`${part.name} ${part.arguments}`);
        break;
      case "tool-result":
        tokens +=
          typeof part.content === "string"
            ? count(part.content)
            : part.content.reduce((sum, item) => sum + (item.type === "text" ? count(item.text) : tokensPerImage), 0);
        break;
      case "image":
        tokens += tokensPerImage;
        break;
      case "file":
        tokens += Math.ceil(bytesOf(part.data) / bytesPerFileToken);
        break;
    }
  }
  return tokens;
}

/** An address says nothing of the length of what it points to: taken for a page. */
function bytesOf(data: Uint8Array | string | URL): number {
  if (data instanceof Uint8Array) return data.byteLength;
  const isAddress = data instanceof URL || /^https?:/i.test(data);
  return isAddress ? 50_000 : (data.length * 3) / 4;
}
