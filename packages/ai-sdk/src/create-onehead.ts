import { invalidArgument, parseAutoModel, type RoutePreference } from "@onehead/provider";
import type { AnyLanguageModel, RoutedLanguageModel } from "./language-model.js";
import { type RoutedModelOptions, routedModel } from "./routed-model.js";

/** A provider of the AI SDK: by itself, or in a registry. */
export interface OneheadProvider<Model extends AnyLanguageModel> {
  /** As {@link OneheadProvider.languageModel}. */
  (modelId?: string): RoutedLanguageModel<Model>;
  readonly specificationVersion: Model["specificationVersion"];
  /**
   * `auto`, `auto:0.01` (a willingness to pay of 0.01 USD) or the id of a candidate, which is that model alone.
   *
   * @throws ProviderError "invalid-argument" for any other name
   */
  languageModel(modelId: string): RoutedLanguageModel<Model>;
  /** There are none. @throws ProviderError "invalid-argument" */
  embeddingModel(modelId: string): never;
  textEmbeddingModel(modelId: string): never;
  imageModel(modelId: string): never;
}

/** The router as a provider: `onehead("auto")`, or `createProviderRegistry({ onehead })` and "onehead:auto". */
export function createOnehead<Model extends AnyLanguageModel>(
  options: Omit<RoutedModelOptions<Model>, "modelId" | "decision">,
): OneheadProvider<Model> {
  const languageModel = (modelId = "auto"): RoutedLanguageModel<Model> => {
    const asked = parseAutoModel(modelId);
    if (asked !== null) return routedModel({ ...options, modelId, preference: over(options.preference, asked) });
    if (Object.hasOwn(options.models, modelId)) return options.models[modelId];
    const known = ["auto", "auto:<USD>", ...Object.keys(options.models)].join(", ");
    throw invalidArgument("onehead: model", modelId.slice(0, 60), `one of ${known}`);
  };
  const none = (kind: string) => (): never => {
    throw invalidArgument("onehead", kind, "a language model: it routes no others");
  };
  // fails here, not in the first call, when the models do not fit together
  const { specificationVersion } = languageModel();
  return Object.assign((modelId?: string) => languageModel(modelId), {
    specificationVersion,
    languageModel,
    embeddingModel: none("an embedding model"),
    textEmbeddingModel: none("an embedding model"),
    imageModel: none("an image model"),
  });
}

/** A knob of the name puts the other knob of the defaults away. */
function over(defaults: RoutePreference | undefined, asked: RoutePreference): RoutePreference {
  if (Object.keys(asked).length === 0) return { ...defaults };
  const { willingnessToPayUsd: _, costQuality: __, ...rest } = defaults ?? {};
  return { ...rest, ...asked };
}
