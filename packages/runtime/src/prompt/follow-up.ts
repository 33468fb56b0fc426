/** Whole messages that say nothing alone. */
const ALONE = new RegExp(
  `^(?:${[
    // English
    "y|yes|yep|yeah|yup|no|nope|ok(?:ay)?|sure|right|correct|exactly|please|please do|do it|do that|go|go on|go ahead|continue|proceed",
    "(?:yes|ok(?:ay)?|sure|no|please),? (?:please|do it|do that|go on|go ahead|continue|proceed|that'?s right|sounds good)",
    "(?:please )?(?:continue|go on|keep going|carry on|try again|retry|redo it|more|more please|next|again|once more)|sounds good|perfect|great",
    "why|why not|how|how so|how come|really|what|are you sure|and|then|and then|so|anything else|what else|finish it|fix it|fix this",
    "(?:shorter|longer|simpler|in more detail|more details?|elaborate|explain|explain more|example|an example|show me|rewrite it)(?:,? please)?",
    "(?:the )?(?:first|second|third|last|former|latter|both|all|none|option|number)(?: one| of them)?(?: [a-d1-9])?|[a-d1-9][.)]?",
    // German
    "ja|jo|nein|genau|richtig|gerne?|bitte|ja,? (?:bitte|gerne?|genau|mach das)|weiter|bitte weiter|mach (?:bitte )?weiter|fahr(?:e)? fort|mach das|nochmal|noch einmal|warum|wieso|wie|wirklich|und|und dann|mehr|kürzer|länger|einverstanden|passt|beispiel",
    // Spanish, French, Portuguese, Italian
    "sí|si|no|claro|vale|sigue|continúa|adelante|más|por qué|oui|non|d'accord|continue[zs]?|vas-y|encore|pourquoi|sim|não|continue|por quê|sì|continua|vai avanti|perché",
    // Russian, Chinese, Japanese, Korean
    "да|нет|хорошо|продолжай|дальше|ещё|почему|是|是的|对|好|好的|可以|行|不|不是|继续|請繼續|请继续|繼續|接着说|然后呢|还有吗|为什么|為什麼|再来一次|举个例子",
    "はい|いいえ|うん|続けて|続けてください|続き|お願いします|お願い|もっと|なぜ|なんで|もう一度|例は|네|예|아니요|계속|계속해|왜",
  ].join("|")})$`,
  "iu",
);
/** Beginnings of messages that go on with what was asked. */
const CONNECTED =
  /^(?:and|but|or|also|then|now|so|what about|how about|what if|same|the same|instead|in (?:python|java|rust|go|english|german|french)|und|aber|oder|auch|jetzt|dann|was ist mit|wie (?:ist|wäre|sieht) es mit|y|pero|et|mais|e|ma|а|и|но)(?=[ ,?])/iu;
const CONNECTED_CJK =
  /^(?:那|那么|那麼|还有|另外|如果|用|换成|では|じゃあ|それでは|それを|これを|あと|次は|그럼|그리고)/u;
/** Words of an answer to it. */
const POINTS_BACK =
  /^(?:(?:can|could) you )?(?:make|do|translate|rewrite|shorten|explain|change|convert|put|write) (?:it|that|this|them)\b/iu;

const MAX_WORDS = 8;
const MAX_CHARACTERS = 80;
const MAX_CJK = 16;

/** Whether `text` is so short and so bound to what came before that it says nothing alone. */
export function isFollowUp(text: string): boolean {
  const trimmed = text.trim();
  if (trimmed === "" || trimmed.length > MAX_CHARACTERS || trimmed.includes("\n")) return false;
  const bare = trimmed.replace(/[\s.!?,;:…。！？、，]+$/u, "").replace(/^[\s¿¡]+/u, "");
  // punctuation alone: "?", "…"
  if (bare === "" || ALONE.test(bare)) return true;
  if (CONNECTED_CJK.test(bare)) return bare.length <= MAX_CJK;
  return bare.split(/\s+/).length <= MAX_WORDS && (CONNECTED.test(bare) || POINTS_BACK.test(bare));
}
