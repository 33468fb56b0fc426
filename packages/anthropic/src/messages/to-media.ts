import { type FilePart, type ImagePart, ProviderError } from "@onehead/provider";
import { defined, fromBase64, type Media, mediaOf } from "@onehead/provider-http";
import type { Block } from "./translation.js";

const imageTypes = new Set(["image/jpeg", "image/png", "image/gif", "image/webp"]);

/** @throws ProviderError "unsupported" for an image of another kind; "invalid-argument" naming the field */
export function toImage(where: string, part: ImagePart | FilePart): Block {
  const media = mediaOf(where, part);
  if (media.kind === "url") return { type: "image", source: { type: "url", url: media.url } };
  const type = media.mediaType.toLowerCase().replace("image/jpg", "image/jpeg");
  if (!imageTypes.has(type)) throw unsupported(where, media.mediaType, "image/jpeg, png, gif or webp");
  return { type: "image", source: { type: "base64", media_type: type, data: media.data } };
}

/** @throws ProviderError "unsupported" for a file that is neither PDF, text nor image; "invalid-argument" naming the field */
export function toDocument(where: string, part: FilePart): Block {
  const media = mediaOf(where, part);
  const mediaType = (media.kind === "base64" ? media.mediaType : part.mediaType).toLowerCase();
  if (mediaType.startsWith("image/")) return toImage(where, part);
  return defined({ type: "document", source: sourceOf(where, media, mediaType), title: part.filename });
}

function sourceOf(where: string, media: Media, mediaType: string): Block {
  if (mediaType === "application/pdf") {
    if (media.kind === "url") return { type: "url", url: media.url };
    return { type: "base64", media_type: mediaType, data: media.data };
  }
  if (!isText(mediaType)) throw unsupported(where, mediaType, "application/pdf, a text or an image");
  if (media.kind === "url") throw unsupported(where, `${mediaType} by its address`, "its bytes: only PDFs are fetched");
  return { type: "text", media_type: "text/plain", data: new TextDecoder().decode(fromBase64(media.data)) };
}

function isText(mediaType: string): boolean {
  return /^text\/|^application\/(json|xml|yaml|x-yaml|toml|javascript|x-ndjson)$|\+(json|xml)$/.test(mediaType);
}

function unsupported(where: string, found: string, expected: string): ProviderError {
  return new ProviderError("unsupported", `${where}: ${found}, expected ${expected}`);
}
