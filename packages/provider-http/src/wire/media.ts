import { type FilePart, type ImagePart, invalidArgument } from "@onehead/provider";
import { toBase64 } from "./base64.js";

/** An image or file, as an address or as base64. */
export type Media = { kind: "url"; url: string } | { kind: "base64"; data: string; mediaType: string };

/** @throws ProviderError "invalid-argument" naming the field: an address that is not http(s), or no media type */
export function mediaOf(where: string, part: ImagePart | FilePart): Media {
  const { data, mediaType } = part;
  if (data instanceof URL || (typeof data === "string" && /^(https?|data):/i.test(data)))
    return fromAddress(where, data);
  if (mediaType === undefined || !/^[\w.+-]+\/[\w.+-]+$/.test(mediaType)) {
    throw invalidArgument(`${where}.mediaType`, mediaType, "a media type, such as image/png");
  }
  if (data instanceof Uint8Array) return { kind: "base64", data: toBase64(data), mediaType };
  if (typeof data === "string" && /^[A-Za-z0-9+/]*={0,2}$/.test(data)) return { kind: "base64", data, mediaType };
  throw invalidArgument(
    `${where}.data`,
    typeof data === "string" ? "text" : data,
    "bytes, base64 or an http(s) address",
  );
}

/** The address of an image, a data: one where it was given as bytes. */
export function mediaAddress(where: string, part: ImagePart | FilePart): string {
  const media = mediaOf(where, part);
  return media.kind === "url" ? media.url : `data:${media.mediaType};base64,${media.data}`;
}

function fromAddress(where: string, data: string | URL): Media {
  const address = String(data);
  const inline = /^data:([\w.+-]+\/[\w.+-]+);base64,([A-Za-z0-9+/]*={0,2})$/i.exec(address);
  if (inline) return { kind: "base64", mediaType: inline[1], data: inline[2] };
  if (/^https?:/i.test(address)) return { kind: "url", url: address };
  throw invalidArgument(`${where}.data`, "another address", "http(s), or data: with base64");
}
