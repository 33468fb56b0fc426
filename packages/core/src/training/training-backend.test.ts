import { describeTrainingContract } from "./contract/training-contract.js";
import { jsTrainingBackend } from "./training-backend.js";

describeTrainingContract("js", jsTrainingBackend);
