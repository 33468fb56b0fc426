export { describeContract } from "./contract/describe-contract.js";
export { type Outcome, outcomes } from "./contract/outcomes.js";
export type { ContractCase, ContractSubject, ModelOptions } from "./contract/subject.js";
export {
  bigTextLength,
  bytesOf,
  type Fault,
  type FaultServer,
  faults,
  type ReceivedRequest,
  startFaultServer,
} from "./faults/fault-server.js";
export { runStorm, type StormOptions, type StormReport } from "./storm/run-storm.js";
export { answerText, type Frame, sseFrame, type WireFormat } from "./wire-format.js";
