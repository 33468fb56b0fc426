import { promptsByLanguage } from "../../packages/embed/src/prompts-by-language.fixture.js";
import { wholeNumbers } from "./whole-numbers.js";

const fragments = [
  "Prove that the square root of 2 is irrational.",
  "Which of the following is a noble gas? A) Argon B) Oxygen C) Nitrogen D) Chlorine",
  "def quicksort(xs): return xs if len(xs) < 2 else quicksort([x for x in xs[1:] if x < xs[0]])",
  "Translate “how are you?” into Swahili, Tamil and Quechua.",
  "A train leaves at 14:05 and travels 312.5 km at 87 km/h; when does it arrive?",
  "Summarise the contract above in three bullet points for a layperson.",
  "\\int_0^\\infty e^{-x^2} \\, dx = \\frac{\\sqrt{\\pi}}{2}",
  '{"role": "system", "content": "You are a terse assistant.", "temperature": 0.7}',
  "| year | revenue | cost |\n| --- | --- | --- |\n| 2023 | 1,204.5 | −88 |",
  "What would happen to the tides if the Moon were twice as heavy?",
  "Write a haiku about a compiler that has given up.",
  "SELECT c.name, SUM(o.total) FROM customers c JOIN orders o ON o.cid = c.id GROUP BY 1 HAVING SUM(o.total) > 1e6;",
  "Is the plaintiff entitled to damages under the doctrine of promissory estoppel?",
  '#include <stdio.h>\nint main(void) { for (;;) printf("%d\\n", 0x7fffffff); }',
  "zyxlic qorvane blentish marnoth ostrevid",
  "Explain to a ten-year-old why the sky is blue!!!",
];

const nearlyNothing = [
  "",
  " ",
  "\n\n\t",
  "?",
  "a",
  "A",
  "0",
  "…",
  ".",
  "I",
  "the",
  "ok",
  "\u00a0",
  "\u200b",
  "\ufeff",
  "\0",
];

const unicode = [
  "漢字かな交じり文を英語に訳してください。",
  "Переведите это предложение на английский язык.",
  "اشرح قانون نيوتن الثاني مع مثال.",
  "הסבר את משפט פיתגורס בקצרה.",
  "एक छोटी कविता लिखो जो बारिश के बारे में हो।",
  "อธิบายการสังเคราะห์ด้วยแสงอย่างย่อ",
  "한국의 수도는 어디이며 인구는 얼마입니까?",
  "Giải thích định luật bảo toàn năng lượng.",
  "¿Cuál es la raíz cuadrada de 2, y por qué no es racional?",
  "Wer schrieb »Die Verwandlung«? Straße, STRASSE, ſ, ẞ.",
  "İstanbul'da ışık hızı nedir? I ı İ i",
  "👩‍👩‍👧‍👦 🏳️‍🌈 👍🏽 🇺🇦 1️⃣",
  "e\u0301 é ﬁ ﬀ Å Å \u1e9b\u0323",
  "lone \ud83d surrogate \ude00 reversed \ude00\ud83d",
  "\u202eright to left\u202c and \u2066isolated\u2069",
  "Z̷̡̛a̸l̵g̶o̷ t̸e̵x̶t̴ ï§ h̷e̴r̵e",
  "ＦＵＬＬ ｗｉｄｔｈ ①②③ ½ ² ₂ Ⅷ",
  "𝒜𝓃 𝕖𝕢𝕦𝕒𝕥𝕚𝕠𝕟: 𝑥² + 𝑦² = 𝑟²",
  "naïve\r\ncafé\u2028separated\u2029paragraph\u0085next",
];

const numbers = [
  "1e309 - 1e309 = ?",
  "-0, +0, 0.0 and NaN",
  "0.1 + 0.2 == 0.3",
  "99999999999999999999999999999999999999999999999999",
  "9007199254740993 is odd",
  "4.9406564584124654e-324",
  "0x1p-1074 0b1010 0o777 1_000_000",
  "1,234,567.89 or 1.234.567,89 or 12,34,567.89",
  "٣٤٥ + ६७८ = 〇一二三",
  "Infinity, -Infinity, 1/0, ∞",
  "3.14159265358979323846264338327950288419716939937510582097494459",
  "1".repeat(400),
  Array.from({ length: 300 }, (_, i) => i * i).join(" "),
  "(((((((((((1))))))))))) ^ -((2))",
];

function long(): string[] {
  const draw = wholeNumbers(3);
  const words = fragments.join(" ").split(/\s+/);
  const text = (count: number): string => Array.from({ length: count }, () => words[draw(words.length)]).join(" ");
  return [
    text(300),
    text(3_000),
    text(20_000),
    "again ".repeat(10_000),
    "x".repeat(50_000),
    "漢".repeat(5_000),
    "\n".repeat(5_000),
    `${fragments[2]}\n`.repeat(200),
    "{[(<".repeat(2_000),
  ];
}

/** One to four fragments, now and then shouted, cut in the middle or without spaces. */
function mixed(count: number): string[] {
  const draw = wholeNumbers(11);
  return Array.from({ length: count }, (_, i) => {
    const parts = Array.from({ length: 1 + draw(4) }, () => fragments[draw(fragments.length)]);
    const text = parts.join(["\n", " ", "\n\n---\n\n", ""][draw(4)]);
    if (i % 7 === 0) return text.toUpperCase();
    if (i % 7 === 1) return text.slice(draw(text.length));
    if (i % 7 === 2) return text.replaceAll(" ", "");
    return text;
  });
}

/** Prompts of every kind that a runtime might read in its own way, each with a name for a failure's message. */
export function decisionPrompts(): { name: string; prompt: string }[] {
  const languages = Object.values(promptsByLanguage).flatMap((topics) => Object.values(topics).flat());
  const kinds = { fragments, nearlyNothing, unicode, numbers, languages, long: long(), mixed: mixed(160) };
  return Object.entries(kinds).flatMap(([kind, prompts]) =>
    prompts.map((prompt, i) => ({ name: `${kind} ${i}`, prompt })),
  );
}
