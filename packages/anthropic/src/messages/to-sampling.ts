import type { ChatRequest, Warning } from "@onehead/provider";
import type { ModelTraits } from "./model-traits.js";

interface Sampling {
  temperature?: number | undefined;
  top_p?: number | undefined;
  top_k?: number | undefined;
}

/** @param thinking whether a budget for thinking is set, which leaves next to nothing of them */
export function toSampling(
  request: ChatRequest,
  traits: ModelTraits,
  thinking: boolean,
  warnings: Warning[],
): Sampling {
  for (const field of ["seed", "topLogprobs", "presencePenalty", "frequencyPenalty"] as const) {
    if (request[field] !== undefined) warnings.push({ field, message: "Claude does not have it" });
  }
  const leaveOut = (field: "temperature" | "topP" | "topK", message: string): undefined => {
    if (request[field] !== undefined) warnings.push({ field, message });
    return undefined;
  };
  if (!traits.sampling) {
    const message = "this model takes the default alone";
    leaveOut("temperature", message);
    leaveOut("topP", message);
    leaveOut("topK", message);
    return {};
  }
  const { temperature, topP, topK } = request;
  const besideThinking = "Claude takes it only where it does not think";
  if (thinking) {
    leaveOut("temperature", besideThinking);
    leaveOut("topK", besideThinking);
    return { top_p: topP !== undefined && topP >= 0.95 ? topP : leaveOut("topP", besideThinking) };
  }
  if (temperature === undefined) return { top_p: topP, top_k: topK };
  if (temperature > 1)
    warnings.push({ field: "temperature", message: `${temperature} is sent as 1, the most there is` });
  return {
    temperature: Math.min(1, temperature),
    top_p: leaveOut("topP", "Claude takes one of temperature and topP"),
    top_k: topK,
  };
}
