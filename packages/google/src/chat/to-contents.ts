import {
  type AssistantMessage,
  type AssistantPart,
  type FilePart,
  type ImagePart,
  invalidArgument,
  type Message,
  ProviderError,
  type ToolMessage,
  type ToolResultPart,
  type UserMessage,
  type Warning,
} from "@onehead/provider";
import { defined, mediaOf, requireArguments, type Wire } from "@onehead/provider-http";
import { checksSignatures, takesBudgets } from "../model-name.js";

interface Content {
  role: "user" | "model";
  parts: Wire[];
}

/** Google's own word for a call that another model has made: its signature is not asked for. */
const foreignSignature = "skip_thought_signature_validator";

/**
 * The conversation in Gemini's form: system text apart, the results of one turn's calls together, as many as there were calls.
 *
 * @throws ProviderError "unsupported" or "invalid-argument" naming the field
 */
export function toContents(
  model: string,
  messages: readonly Message[],
  warnings: Warning[],
): { systemInstruction?: { parts: Wire[] }; contents: Content[] } {
  const system: Wire[] = [];
  const contents: Content[] = [];
  let before: Message["role"] | undefined;
  for (const [i, message] of messages.entries()) {
    const where = `messages[${i}]`;
    switch (message.role) {
      case "system":
        if (contents.length > 0) {
          warnings.push({
            field: where,
            message: "Gemini has system text before the conversation only: it is sent there",
          });
        }
        for (const text of typeof message.content === "string"
          ? [message.content]
          : message.content.map((part) => part.text)) {
          system.push({ text });
        }
        continue;
      case "user":
        contents.push({ role: "user", parts: userParts(message, where, warnings) });
        break;
      case "assistant": {
        const parts = assistantParts(message, where, model, warnings);
        // a turn that has nothing to say is refused
        if (parts.length > 0) contents.push({ role: "model", parts });
        break;
      }
      case "tool": {
        const parts = resultParts(message, where, model);
        if (before === "tool") contents[contents.length - 1].parts.push(...parts);
        else contents.push({ role: "user", parts });
      }
    }
    before = message.role;
  }
  return { ...(system.length > 0 ? { systemInstruction: { parts: system } } : {}), contents };
}

function userParts({ content }: UserMessage, where: string, warnings: Warning[]): Wire[] {
  if (typeof content === "string") return [{ text: content }];
  return content.map((part, i) => {
    const at = `${where}.content[${i}]`;
    if (part.type === "text") return { text: part.text };
    if (part.type === "file" && part.filename !== undefined) {
      warnings.push({ field: `${at}.filename`, message: "Gemini is not told names of files" });
    }
    return mediaPart(part, at);
  });
}

function mediaPart(part: ImagePart | FilePart, where: string): Wire {
  const media = mediaOf(where, part);
  if (media.kind === "base64") return { inlineData: { data: media.data, mimeType: media.mediaType } };
  if (part.mediaType === undefined) {
    throw new ProviderError(
      "unsupported",
      `${where}: an address without a mediaType, expected one: Gemini takes no address without it`,
    );
  }
  return { fileData: { fileUri: media.url, mimeType: part.mediaType } };
}

function assistantParts({ content }: AssistantMessage, where: string, model: string, warnings: Warning[]): Wire[] {
  if (typeof content === "string") return content === "" ? [] : [{ text: content }];
  // of several calls in one turn the first has the signature
  const firstCall = content.find(({ type }) => type === "tool-call");
  return content.flatMap((part, i) => {
    const at = `${where}.content[${i}]`;
    if (part.type === "text") return part.text === "" ? [] : [{ text: part.text }];
    if (part.type === "reasoning") return reasoningParts(part, at, warnings);
    const { id, name, signature = part === firstCall && checksSignatures(model) ? foreignSignature : undefined } = part;
    const functionCall = { id, args: requireArguments(at, part.arguments), name };
    return [defined({ functionCall, thoughtSignature: signature })];
  });
}

/** A signature without text came with the answer, not with a thought, and goes back so. */
function reasoningParts(
  { text, signature, redacted }: Extract<AssistantPart, { type: "reasoning" }>,
  where: string,
  warnings: Warning[],
): Wire[] {
  if (redacted || (signature !== undefined && !/^[\w+/-]+={0,2}$/.test(signature))) {
    warnings.push({
      field: where,
      message: "reasoning of another provider, which Gemini would refuse; it is left out",
    });
    return [];
  }
  if (text === "" && signature === undefined) return [];
  return [defined({ text, thought: text === "" ? undefined : true, thoughtSignature: signature })];
}

function resultParts({ content }: ToolMessage, where: string, model: string): Wire[] {
  const results: Wire[] = [];
  const after: Wire[] = [];
  for (const [i, part] of content.entries()) {
    const at = `${where}.content[${i}]`;
    if (part.type !== "tool-result") throw invalidArgument(at, typeof part, "a tool result");
    if (!part.name) throw invalidArgument(`${at}.name`, part.name, "the name of the tool");
    const images = imagesOf(part, at);
    // only models since Gemini 3 take them within the result
    const within = images.length > 0 && !takesBudgets(model);
    if (!within) after.push(...images);
    const { id, name, isError } = part;
    const response = { [isError ? "error" : "output"]: textOf(part) };
    results.push({ functionResponse: { id, name, response, ...(within ? { parts: images } : {}) } });
  }
  return [...results, ...after];
}

function textOf({ content }: ToolResultPart): string {
  if (typeof content === "string") return content;
  return content.flatMap((part) => (part.type === "text" ? [part.text] : [])).join("\n");
}

function imagesOf({ content }: ToolResultPart, where: string): Wire[] {
  if (typeof content === "string") return [];
  return content.flatMap((part, i) => {
    if (part.type !== "image") return [];
    const at = `${where}.content[${i}]`;
    if (mediaOf(at, part).kind === "base64") return [mediaPart(part, at)];
    throw new ProviderError(
      "unsupported",
      `${at}: an image by its address in a tool result, expected its bytes: Gemini takes no other`,
    );
  });
}
