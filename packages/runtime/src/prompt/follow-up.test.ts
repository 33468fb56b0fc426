import { expect, it } from "vitest";
import { isFollowUp } from "./follow-up.js";

it.each([
  ...[
    "yes",
    "Yes, please!",
    "ok",
    "go on",
    "continue",
    "Please continue.",
    "and in Python?",
    "what about dogs?",
    "why?",
    "2",
    "b)",
  ],
  ...[
    "the second one",
    "shorter",
    "Make it shorter",
    "translate that to French",
    "?",
    "But why does it fail?",
    "option 2",
  ],
  ...["ja", "Ja, bitte!", "Und bei Vollkornmehl?", "weiter", "noch einmal", "¿y en invierno?", "oui", "продолжай"],
  ...["继续", "好的。", "那在冬天呢？", "はい、", "続けてください。", "では、英語では？", "네"],
])("%j says nothing alone", (text) => {
  expect(isFollowUp(text)).toBe(true);
});

it.each([
  "",
  "Why do cats purr?",
  "Yesterday I saw a comet.",
  "Android or iOS?",
  "And now for something else: write me a complete business plan for a small bakery in the Alps.",
  "continue\nwith the next chapter",
  "No country for old men: who directed it?",
  "Undine von Fouqué zusammenfassen",
  "那不勒斯的四部曲讲的是什么？作者是谁？为什么这么有名？",
])("%j is a question of its own", (text) => {
  expect(isFollowUp(text)).toBe(false);
});
