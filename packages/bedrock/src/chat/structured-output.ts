/** How a schema of the answer travels: as the format of the text, or as a tool that has to be called. */
export type StructuredOutput = "format" | "tool";

/** The tool whose arguments are the answer's text. */
export const answerTool = "answer_as_json";
