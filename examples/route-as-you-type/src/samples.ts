/** Prompts to start with, of kinds that ask for different models. */
export const samples = [
  { title: "A fact", text: "What is the capital of Australia?" },
  { title: "A proof", text: "Prove that the square root of 2 is irrational, and say where the argument breaks for 4." },
  {
    title: "A quiz",
    text: "A 2 kg block slides down a frictionless incline of 30° for 3 m. What is its speed at the bottom?\nA) 3.8 m/s\nB) 5.4 m/s\nC) 7.7 m/s\nD) 9.8 m/s",
  },
  {
    title: "Code",
    text: "Write a Python function that merges overlapping intervals, in O(n log n), with tests for the empty list and for touching ends.",
  },
  { title: "Letters", text: "Write a haiku about a compiler that has given up." },
  {
    title: "Law",
    text: "Is a promise without consideration enforceable under the doctrine of promissory estoppel? Answer for a layperson.",
  },
] as const;
