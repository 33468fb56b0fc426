import { jsBackend } from "./backend.js";
import { describeBackendContract } from "./contract/backend-contract.js";

describeBackendContract("js", jsBackend);
