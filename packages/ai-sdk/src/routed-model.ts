import {
  invalidArgument,
  outcomeToJson,
  ProviderError,
  type RouteDecision,
  type RoutedCall,
  type RoutePreference,
  type Router,
  readPreference,
  runRoute,
} from "@onehead/provider";
import { type HeldStream, holdStream, settlingStream } from "./held-stream.js";
import {
  type AnyLanguageModel,
  type CallOptions,
  type Fields,
  isFields,
  type RoutedLanguageModel,
  type SupportedUrls,
} from "./language-model.js";
import { SdkErrors } from "./sdk-errors.js";
import { toChatRequest } from "./to-chat-request.js";
import { toUsage } from "./to-usage.js";

export interface RoutedModelOptions<Model extends AnyLanguageModel> {
  router: Router;
  /** The model of each candidate, all of one version of the SDK's interface; candidates that are not named are not taken. */
  models: Readonly<Record<string, Model>>;
  /** What calls that state nothing in `providerOptions.onehead` prefer. */
  preference?: RoutePreference | undefined;
  /** Name of the model in logs. Default "auto". */
  modelId?: string | undefined;
  /** A decision that was made already: only made good here, with its fallbacks. */
  decision?: RouteDecision | undefined;
}

/**
 * A language model that is another one for each call. It is of its candidates' `specificationVersion`, so that it goes where they
 * go; `providerMetadata.onehead` carries the decision, what was tried and what it cost.
 *
 * Until the first content of a stream another candidate can take over; after it, and after an abort, none does.
 *
 * @throws ProviderError "invalid-argument" without models, or for models of several versions
 */
export function routedModel<Model extends AnyLanguageModel>(
  options: RoutedModelOptions<Model>,
): RoutedLanguageModel<Model> {
  const models = Object.values(options.models);
  if (typeof options.router?.route !== "function") {
    throw invalidArgument("routedModel: router", options.router, "an object with route()");
  }
  if (models.length === 0) throw invalidArgument("routedModel: models", "none", "at least one candidate");
  const versions = [...new Set(models.map((model) => model?.specificationVersion))];
  if (versions.length > 1 || typeof versions[0] !== "string") {
    throw invalidArgument(
      "routedModel: models",
      `versions ${versions.map(String).join(", ")}`,
      "models of one version",
    );
  }
  const routed = {
    specificationVersion: versions[0],
    provider: "onehead",
    modelId: options.modelId ?? "auto",
    get supportedUrls() {
      return commonUrls(models);
    },
    async doGenerate(callOptions: CallOptions): Promise<object> {
      const errors = new SdkErrors();
      const call = await callRouted(options, callOptions, errors, async (model, own) => model.doGenerate(own));
      const result = call.value as Fields;
      call.settle(toUsage(result["usage"]));
      const metadata = isFields(result["providerMetadata"]) ? result["providerMetadata"] : {};
      return { ...result, providerMetadata: { ...metadata, onehead: outcomeToJson(call.outcome) } };
    },
    async doStream(callOptions: CallOptions): Promise<object> {
      const errors = new SdkErrors();
      const call = await callRouted<Model, HeldStream>(
        options,
        callOptions,
        errors,
        async (model, own) => holdStream(await model.doStream(own)),
        ({ reader }) => void reader.cancel().catch(() => {}),
      );
      return { ...call.value.result, stream: settlingStream(call, errors, callOptions.abortSignal) };
    },
  };
  // of the candidates' own interface, whichever version that is
  return routed as unknown as RoutedLanguageModel<Model>;
}

async function callRouted<Model extends AnyLanguageModel, T>(
  { router, models, preference, decision: made }: RoutedModelOptions<Model>,
  callOptions: CallOptions,
  errors: SdkErrors,
  attempt: (model: Model, options: never) => Promise<T>,
  discard?: (value: T) => void,
): Promise<RoutedCall<T>> {
  const { abortSignal } = callOptions;
  const asked = readPreference("providerOptions.onehead", callOptions.providerOptions?.["onehead"]);
  const request = toChatRequest(callOptions);
  const decision = made ?? (await router.route({ ...preference, ...asked, request, models: Object.keys(models) }));
  try {
    return await runRoute(
      router,
      decision,
      async ({ model, signal }) => {
        try {
          return await attempt(candidateOf(models, model), { ...callOptions, abortSignal: signal } as never);
        } catch (error) {
          throw errors.toProviderError(error, model, signal);
        }
      },
      { ...(abortSignal === undefined ? {} : { signal: abortSignal }), ...(discard === undefined ? {} : { discard }) },
    );
  } catch (error) {
    // the SDK's own functions know an abort by the reason of its signal
    throw abortSignal?.aborted ? abortSignal.reason : errors.toSdkError(error);
  }
}

/** Own names only, and a router may name candidates that nobody has a model for. @throws ProviderError "unsupported" */
function candidateOf<Model>(models: Readonly<Record<string, Model>>, id: string): Model {
  if (Object.hasOwn(models, id)) return models[id];
  throw new ProviderError("unsupported", `${id}: it is not among the models`, { model: id });
}

/** Addresses that every candidate fetches by itself: the SDK downloads the others before the call. */
async function commonUrls(models: readonly AnyLanguageModel[]): Promise<SupportedUrls> {
  const all = await Promise.all(models.map((model) => model.supportedUrls));
  const [first = {}, ...others] = all.map((urls) => urls ?? {});
  const common: SupportedUrls = {};
  for (const [mediaType, patterns] of Object.entries(first)) {
    const shared = patterns.filter((pattern) =>
      others.every((urls) =>
        urls[mediaType]?.some((other) => other.source === pattern.source && other.flags === pattern.flags),
      ),
    );
    if (shared.length > 0) common[mediaType] = shared;
  }
  return common;
}
