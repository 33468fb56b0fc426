/** Words that point at a text beside the question; its languages are those of the fixtures and their neighbours. */
const REFERENCE = [
  // "which of the following" points at choices, not at a text
  /\b(?:below|attached|pasted|(?:the )?(?:above|(?<!of the |of )following) (?!questions?\b)\w+|this (?:text|article|e-?mail|mail|letter|log|output|error|trace|code|file|document|paper|transcript|contract|thread))\b/i,
  /\b(?:unten|angehängt|folgende[nrsm]? (?!fragen?\b)\p{L}+|obige[nrsm]?|(?:diese[nrsm]?|der|die|das|den|im) (?:text|artikel|e-?mail|mail|brief|log|fehler|vertrag|protokoll|dokument))\b/iu,
  /(?:以下|下面|上面|上述|上記|下記|次の文章|次のテキスト|前述|(?:这|這|此)(?:篇|段|封|份|个|個)|この(?:文章|記事|メール|ログ|エラー|文書|テキスト))/,
  /\b(?:siguiente|este (?:texto|artículo|correo|registro)|ci-dessous|ci-dessus|suivante?|cet? (?:article|texte|e?-?mail)|seguente)\b/i,
];
const IMPERATIVE = [
  /^(?:please |can you |could you |would you |kindly )?(?:summari[sz]e|translate|explain|rewrite|fix|analy[sz]e|extract|classify|review|reply|draft|proofread|correct|convert|debug|shorten|paraphrase)\b/i,
  /^(?:bitte |kannst du |können sie )?(?:fasse?|übersetze?|erkläre?|schreibe?|analysiere?|prüfe?|korrigiere?|beantworte?|kürze?)\b/i,
  /^(?:请|請|帮我|幫我|麻烦|总结|翻译|解释|分析|修改)|(?:ください|してほしい|お願いします|教えて|要約して|翻訳して)[。.！!]?$/,
  /^(?:por favor |s'il (?:te|vous) plaît )?(?:resume|resumen|traduce|explica|escribe|corrige|résume|traduis|explique|écris|corrige)/i,
];
const MAX_ASK = 600;

/** How surely a paragraph asks something: 0 not, 1 perhaps, 2 it points at another text or gives an order about one. */
export function askStrength(paragraph: string): 0 | 1 | 2 {
  const text = paragraph.trim();
  if (text === "" || text.length > MAX_ASK) return 0;
  if (REFERENCE.some((pattern) => pattern.test(text)) || IMPERATIVE.some((pattern) => pattern.test(text))) return 2;
  return /[?？]$/.test(text) ? 1 : 0;
}
