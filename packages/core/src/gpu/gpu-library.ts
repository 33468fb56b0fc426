import { invalidArgument } from "../errors/invalid-argument.js";
import { OneheadError } from "../errors/onehead-error.js";

/** A kernel of gpu.js: called with its arguments, it gives numbers, a texture, or a promise of either. */
export interface GpuKernel {
  (...values: ReadonlyArray<unknown>): unknown;
  destroy(): void;
}

/** What is used of an instance of gpu.js's `GPU`. Its own types are not named: the package is an optional peer. */
export interface GpuInstance {
  readonly mode: string;
  /** The WebGL context, where there is one. */
  readonly context: unknown;
  createKernel(source: string, settings: object): GpuKernel;
  destroy(): Promise<void>;
}

/** What is used of gpu.js's class `GPU`. */
export interface GpuConstructor {
  new (settings: { mode: GpuMode }): GpuInstance;
  readonly isWebGL2Supported: boolean;
  isWebGPUAvailable(): Promise<boolean>;
}

/** Modes of gpu.js that the kernels here are written for; the last two compute on the processor, for tests. */
export type GpuMode = "webgl2" | "webgpu" | "cpu" | "webasm";

/** What a GPU is, and what it allows. */
export interface GpuDevice {
  mode: GpuMode;
  /** As the driver calls it; where pages are not told, "unknown". */
  name: string;
  /** Drawn by the processor, or by none: agrees with a GPU and is slower than plain JavaScript. */
  software: boolean;
  /** Texels that a texture may be wide and high. */
  maxTextureSize: number;
}

/** An instance of gpu.js with what was found out of its device. */
export interface OpenGpu {
  gpu: GpuInstance;
  device: GpuDevice;
  /** Whether what was computed since the last call can be trusted: a lost context computes zeros. */
  isLost(): boolean;
  /** Ends what was opened here: an instance that was handed in is its owner's. */
  close(): Promise<void>;
}

const modes: ReadonlyArray<string> = ["webgl2", "webgpu", "cpu", "webasm"] satisfies GpuMode[];
/** What WebGPU and the modes without textures are held to: no kernel here comes near it. */
const boundless = 2 ** 20;

/**
 * Opens a GPU through gpu.js.
 *
 * @param given the class `GPU`, an instance of it, or nothing: the package is then imported
 * @param mode  for the class; WebGL2 or else WebGPU when left out
 * @returns null where there is neither
 * @throws OneheadError "missing-package" where nothing is given and gpu.js is not installed; "invalid-argument" for what is no GPU
 */
export async function openGpu(
  given: GpuConstructor | GpuInstance | undefined,
  mode: GpuMode | undefined,
): Promise<OpenGpu | null> {
  if (mode !== undefined && !modes.includes(mode)) throw invalidArgument("openGpu: mode", mode, modes.join(", "));
  const source = given ?? (await importGpu());
  if (typeof source !== "function") {
    if (typeof source?.createKernel === "function") return describe(source, async () => {});
    throw invalidArgument("openGpu: gpu", source, "the class GPU of gpu.js or an instance of it");
  }
  const chosen = mode ?? (await availableMode(source));
  if (chosen === null) return null;
  let gpu: GpuInstance;
  try {
    gpu = new source({ mode: chosen });
  } catch {
    return null;
  }
  return describe(gpu, () => gpu.destroy());
}

async function availableMode(GPU: GpuConstructor): Promise<GpuMode | null> {
  if (GPU.isWebGL2Supported) return "webgl2";
  return (await GPU.isWebGPUAvailable()) ? "webgpu" : null;
}

async function importGpu(): Promise<GpuConstructor> {
  try {
    return (await import("gpu.js")).GPU as GpuConstructor;
  } catch (cause) {
    const code = String((cause as { code?: unknown } | null)?.code ?? "it failed to load");
    throw new OneheadError(
      "missing-package",
      `openGpu: needs an optional package: ${code}, expected the result of npm install gpu.js`,
      { cause },
    );
  }
}

async function describe(gpu: GpuInstance, close: () => Promise<void>): Promise<OpenGpu> {
  const context = contextOf(gpu);
  if (context !== null) {
    const mode = "webgl2";
    const name = rendererOf(context);
    const maxTextureSize = Number(context.getParameter(context.MAX_TEXTURE_SIZE));
    return {
      gpu,
      device: { mode, name, software: isSoftware(name), maxTextureSize },
      isLost: () => context.isContextLost(),
      close,
    };
  }
  if (!modes.includes(gpu.mode)) throw invalidArgument("openGpu: gpu.mode", gpu.mode, modes.join(", "));
  const mode = gpu.mode as GpuMode;
  const device = mode === "webgpu" ? await webGpuDevice() : { name: mode, software: true };
  return { gpu, device: { mode, ...device, maxTextureSize: boundless }, isLost: () => false, close };
}

/** The first kernel of an instance brings its context; null where it is none of WebGL2. */
function contextOf(gpu: GpuInstance): WebGL2RenderingContext | null {
  if (!gpu.context) gpu.createKernel("function () { return 0; }", { output: [1] });
  const context = gpu.context as Partial<WebGL2RenderingContext> | null;
  return typeof context?.texStorage2D === "function" ? (context as WebGL2RenderingContext) : null;
}

function rendererOf(context: WebGL2RenderingContext): string {
  const extension = context.getExtension("WEBGL_debug_renderer_info");
  const parameter = extension === null ? context.RENDERER : extension.UNMASKED_RENDERER_WEBGL;
  return String(context.getParameter(parameter) ?? "unknown");
}

interface AdapterInfo {
  vendor?: string;
  architecture?: string;
  description?: string;
  isFallbackAdapter?: boolean;
}

async function webGpuDevice(): Promise<{ name: string; software: boolean }> {
  type Adapter = { info?: AdapterInfo } | null;
  const { navigator } = globalThis as { navigator?: { gpu?: { requestAdapter(): Promise<Adapter> } } };
  const info = (await navigator?.gpu?.requestAdapter())?.info ?? {};
  const { vendor = "", architecture = "", description = "" } = info;
  const name = [vendor, architecture, description].filter((part) => part !== "").join(" ") || "unknown";
  return { name, software: info.isFallbackAdapter === true || isSoftware(name) };
}

const isSoftware = (name: string): boolean =>
  /swiftshader|llvmpipe|softpipe|software|basic render|\bwarp\b/i.test(name);
