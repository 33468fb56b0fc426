import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { completeSentences } from "./complete-sentences.js";

const everyMs = 3000;

/** The answer for readers of the screen: whole sentences, a few seconds' worth at a time, instead of every token. */
export function SpokenAnswer(props: { text: string; running: boolean; phase: string }): JSX.Element {
  const [parts, setParts] = useState<string[]>([]);
  const spoken = useRef(0);
  const text = useRef(props.text);
  text.current = props.text;

  useEffect(() => {
    // a new run begins
    if (!props.running) return;
    spoken.current = 0;
    setParts([]);
    const say = (next: string): void => {
      if (next.trim() === "") return;
      spoken.current += next.length;
      setParts((last) => [...last, next]);
    };
    const timer = setInterval(() => say(completeSentences(text.current.slice(spoken.current))), everyMs);
    return () => {
      clearInterval(timer);
      say(text.current.slice(spoken.current));
    };
  }, [props.running]);

  return (
    <>
      <div class="hidden" role="log" aria-label="Answer as it comes">
        {parts.map((part, index) => (
          <p key={index}>{part}</p>
        ))}
      </div>
      <p class="hidden" role="status">
        {props.phase}
      </p>
    </>
  );
}
