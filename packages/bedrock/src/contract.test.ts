import { describeContract } from "@onehead/provider-contract";
import { subjects } from "./contract-subjects.fixture.js";

for (const subject of subjects) describeContract(subject);
