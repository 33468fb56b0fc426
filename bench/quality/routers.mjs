// The routers of the bench: what tables call them, which group they belong to, and what makes a kept result of theirs stale.
import { baselineNames } from "@onehead/baselines";

/** Networks of the bag of joint MLPs: as many as Onehead has opinions (two networks, kernel, clusters). */
export const bagMembers = 4;

/** Raised by hand when the predictions of all rivals, or of one, have changed: their kept units are then redone. */
const everyRival = 2;
const rivalVersions = {};

/** RouterBench's own routers, as published. */
export const routerBenchOwn = ["knn-5", "knn-10", "knn-40", "mlp-regressors", "mlp-regressors-2", "svm"];

/** Rivals that learn; "zero" is the zero router fitted on training rows, "single" and "random" are part of every replay. */
const notFitted = ["single", "random"];

/** Names of the rivals, as `--routers` takes them. */
export const rivalNames = baselineNames.filter((name) => !notFitted.includes(name));

/** What is told more than a router can know, here the task of a prompt: a line to look up to, never a baseline. */
export const referenceNames = ["true-task"];

/** Everything that is fitted. */
export const routerNames = ["onehead", ...rivalNames, ...referenceNames];

/** What tables call a router. */
const titles = {
  onehead: "Onehead (linear reward)",
  "onehead-exponential": "Onehead (exponential reward)",
  zero: "zero router, in hindsight",
  "zero-fitted": "zero router, fitted",
  oracle: "oracle (linear reward)",
  random: "random mix",
  "true-task": "true-task table, told the task",
  "knn-5": "kNN 5",
  "knn-10": "kNN 10",
  "knn-40": "kNN 40",
  svm: "linear SVR a model",
  "mlp-regressors": "MLP regressor a model",
  "mlp-regressors-2": "MLP regressor a model, two layers",
  carrot: "CARROT, kNN",
  "avengers-pro": "Avengers-Pro clusters",
  "routellm-sw": "RouteLLM similarity-weighted",
  "routellm-mf": "RouteLLM matrix factorisation",
  embedllm: "EmbedLLM matrix factorisation",
  irt: "item response theory",
  "uniroute-k-means": "UniRoute k-means",
  "uniroute-map": "UniRoute learned map",
  knn: "tuned kNN",
  ridge: "ridge",
  "kernel-ridge": "kernel ridge",
  mlp: "joint MLP",
  bag: "bag of joint MLPs",
};

export function titleOf(id) {
  return titles[id] ?? id;
}

/** The id of a router among the entries of a replay, where "zero" is what the replay adds by itself. */
export function entryIdOf(name) {
  return name === "zero" ? "zero-fitted" : name;
}

/** Names of a list as a command line gives it: "all", "rivals", or names. @throws for an unknown one */
export function parseRouterNames(list) {
  const names = list
    .split(",")
    .flatMap((name) => (name === "all" ? routerNames : name === "rivals" ? rivalNames : [name]));
  const unknown = names.filter((name) => !routerNames.includes(name));
  if (unknown.length > 0) {
    throw new Error(
      `quality: --routers: ${unknown.join(", ")}, expected all, rivals or some of ${routerNames.join(", ")}`,
    );
  }
  return routerNames.filter((name) => names.includes(name));
}

/**
 * What a router's predictions depend on besides rows, labels and embeddings.
 *
 * Onehead's: its settings and the built code that trains and serves it, so that a change redoes it by itself. A rival's: the
 * version above, because rivals take hours and change seldom.
 *
 * @param settings resolved training settings
 * @param codeHash of the packages that make up Onehead
 */
export function routerVersion(name, settings, codeHash) {
  if (name === "onehead") return JSON.stringify([settings, codeHash]);
  const version = rivalVersions[name] ?? everyRival;
  return JSON.stringify(name === "bag" ? [version, bagMembers] : [version]);
}
