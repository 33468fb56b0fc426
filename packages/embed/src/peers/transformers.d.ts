/** Optional, and half a gigabyte: what is used of it is declared in transformers.ts, so that nobody needs it to compile. */
declare module "@huggingface/transformers";
