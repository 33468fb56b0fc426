/** A question of MMLU-Pro as the prompt that our files hold: the question, then its options, one a line. */
export function mmluProPrompt({ question, options }) {
  return [question, ...options.map((option, index) => `${String.fromCharCode(65 + index)}. ${option}`)].join("\n");
}
