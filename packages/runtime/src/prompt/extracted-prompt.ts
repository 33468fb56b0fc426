/** A conversation taken apart for the router: the question is embedded, the rest is only priced. */
export interface ExtractedPrompt {
  /** What the user asks now; "" where nothing of the conversation is theirs. */
  question: string;
  /** System and developer text. */
  system: string;
  /** Earlier turns of the user and the assistant, oldest first, examples among them. */
  history: string[];
  /** Results of tools. */
  toolResults: string[];
  /** Long texts that the user, or a retrieval in their name, has put beside the question. */
  documents: string[];
  /** What a harness has written into the user's turns: reminders, environment, notices, the words of a template. */
  harness: string[];
  /**
   * What the harness asks for itself in the last turn, where it does: a title for the conversation, a summary of it, or another
   * errand (tags, search queries). `question` is then what the user asked before, and a small model is often enough.
   */
  chore?: Chore;
}

export type Chore = "title" | "summary" | "other";
