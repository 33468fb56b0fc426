/** Words that point at a text beside the question; its languages are those of the fixtures and their neighbours. */
const REFERENCE = [
  /\b(?:below|above|following|attached|pasted|this (?:text|article|e?-?mail|mail|letter|log|output|error|trace|code|file|document|paper|transcript|contract|thread))\b/i,
  /\b(?:unten|oben|folgende[nrsm]?|angehängt|(?:diese[nrsm]?|der|die|das|den|im) (?:text|artikel|e-?mail|mail|brief|log|fehler|vertrag|protokoll|dokument))\b/i,
  /(?:以下|下面|上面|上述|上記|下記|次の|前述|(?:这|這|此)(?:篇|段|封|份|个|個)|この(?:文章|記事|メール|ログ|エラー|文書|テキスト))/,
  /\b(?:siguiente|este (?:texto|artículo|correo|registro)|ci-dessous|ci-dessus|suivante?|cet? (?:article|texte|e?-?mail)|seguente)\b/i,
];
const IMPERATIVE = [
  /^(?:please |can you |could you |would you |kindly )?(?:summari[sz]e|translate|explain|rewrite|write|fix|find|analy[sz]e|extract|classify|review|answer|reply|draft|compare|list|tell|give|check|proofread|correct|convert|debug|describe)\b/i,
  /^(?:bitte |kannst du |können sie )?(?:fasse?|übersetze?|erkläre?|schreibe?|finde?|analysiere?|prüfe?|korrigiere?|beantworte?|nenne?|liste|was|warum|wie|wer|wann|welche[rns]?)\b/i,
  /^(?:请|請|帮我|幫我|麻烦|总结|翻译|解释|分析|写|修改)|(?:ください|してほしい|お願いします|教えて|要約して|翻訳して)[。.！!]?$/,
  /^(?:por favor |s'il (?:te|vous) plaît )?(?:resume|resumen|traduce|explica|escribe|corrige|résume|traduis|explique|écris|corrige)/i,
];
const MAX_ASK = 600;

/** How surely a paragraph asks something: 0 not, 1 perhaps, 2 it points at another text or commands. */
export function askStrength(paragraph: string): 0 | 1 | 2 {
  const text = paragraph.trim();
  if (text === "" || text.length > MAX_ASK) return 0;
  if (REFERENCE.some((pattern) => pattern.test(text)) || IMPERATIVE.some((pattern) => pattern.test(text))) return 2;
  return /[?？:：]$/.test(text) ? 1 : 0;
}
