import { type FilePart, type ImagePart, ProviderError } from "@onehead/provider";
import { mediaOf } from "@onehead/provider-http";
import { Base64Bytes } from "./base64-bytes.js";

const imageFormats: Readonly<Record<string, string>> = {
  "image/png": "png",
  "image/jpeg": "jpeg",
  "image/jpg": "jpeg",
  "image/gif": "gif",
  "image/webp": "webp",
};

const documentFormats: Readonly<Record<string, string>> = {
  "application/pdf": "pdf",
  "application/msword": "doc",
  "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "docx",
  "application/vnd.ms-excel": "xls",
  "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "xlsx",
  "text/csv": "csv",
  "text/html": "html",
  "text/markdown": "md",
  "text/plain": "txt",
};

/** @throws ProviderError "unsupported" for other formats, and for addresses but s3:// */
export function imageBlock(part: ImagePart, where: string): object {
  const [source, mediaType] = sourceOf(part, where);
  return { image: { format: formatOf(imageFormats, mediaType, where), source } };
}

/** @param name how the document is called, as no other of the request */
export function documentBlock(part: FilePart, where: string, name: string): object {
  const [source, mediaType] = sourceOf(part, where);
  return { document: { format: formatOf(documentFormats, mediaType, where), name, source } };
}

/** Names of documents, each as Bedrock takes it and given once. */
export class DocumentNames {
  readonly #given = new Set<string>();

  /** Letters, digits, single spaces and hyphens of the file's name, without its extension. */
  nameFor(filename: string | undefined): string {
    const own = (filename ?? "")
      .replace(/\.[^.]*$/, "")
      .replace(/[^A-Za-z0-9-]+/g, " ")
      .trim()
      .slice(0, 180);
    const base = own === "" ? "document" : own;
    let name = base;
    for (let n = 2; this.#given.has(name); n++) name = `${base} ${n}`;
    this.#given.add(name);
    return name;
  }
}

function sourceOf(part: ImagePart | FilePart, where: string): [source: object, mediaType: string | undefined] {
  const { data } = part;
  if (!(data instanceof Uint8Array) && /^s3:\/\//i.test(String(data))) {
    return [{ s3Location: { uri: String(data) } }, part.mediaType];
  }
  const media = mediaOf(where, part);
  if (media.kind === "url") {
    throw new ProviderError(
      "unsupported",
      `${where}: an http address, expected bytes or s3://: Bedrock fetches no other`,
    );
  }
  return [{ bytes: new Base64Bytes(media.data) }, media.mediaType];
}

function formatOf(formats: Readonly<Record<string, string>>, mediaType: string | undefined, where: string): string {
  const format = Object.hasOwn(formats, mediaType ?? "") ? formats[mediaType ?? ""] : undefined;
  if (format !== undefined) return format;
  const expected = Object.keys(formats).join(", ");
  throw new ProviderError("unsupported", `${where}.mediaType: ${mediaType?.slice(0, 80)}, expected one of ${expected}`);
}
