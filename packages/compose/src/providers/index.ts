export { assertOperatorAddress } from "./assert-operator-address.js";
export { type Environment, type FoundProvider, findProviders, keyNames, type ReadSecret } from "./find-providers.js";
export { ollamaAddress } from "./ollama-address.js";
export { type ProviderKind, providerDefinitions } from "./provider-definitions.js";
