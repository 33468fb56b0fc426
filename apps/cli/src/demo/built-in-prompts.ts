/** A dozen prompts of unlike kinds, for a first look at what a router does with them. */
export const builtInPrompts: ReadonlyArray<{ kind: string; prompt: string }> = [
  { kind: "small talk", prompt: "Hi! How was your weekend?" },
  { kind: "trivia", prompt: "What is the capital of Australia?" },
  {
    kind: "school maths",
    prompt:
      "A baker sells 24 rolls a day at $0.75 each and gives a 10% discount on Fridays. How much does she earn from Monday to Friday?",
  },
  {
    kind: "hard maths",
    prompt:
      "Let $S$ be the set of positive integers $n$ below 1000 such that $n^2 + n + 1$ is divisible by 7 but not by 49. Find the number of elements of $S$ and prove your answer.",
  },
  {
    kind: "code",
    prompt:
      "Fix this Python function so that it runs in O(n):\n\ndef two_sum(nums, target):\n    for i in range(len(nums)):\n        for j in range(i + 1, len(nums)):\n            if nums[i] + nums[j] == target:\n                return [i, j]",
  },
  {
    kind: "SQL",
    prompt:
      "Write a SQL query that lists the three best-selling products of every region in 2024, from orders(id, region, product, amount, created_at).",
  },
  {
    kind: "law",
    prompt:
      "A landlord enters a tenant's flat without notice to show it to buyers. Under common law, which remedy does the tenant have?\nA. Specific performance\nB. Damages for breach of quiet enjoyment\nC. Rescission of the lease\nD. None",
  },
  {
    kind: "medicine",
    prompt:
      "A 54-year-old man has crushing chest pain, ST elevation in II, III and aVF, and a blood pressure of 85/50. Which artery is most likely occluded, and which drug must be avoided?",
  },
  {
    kind: "physics",
    prompt:
      "A cylinder rolls without slipping down an incline of 30 degrees. What is its acceleration in terms of g, and how does it change for a hollow cylinder?",
  },
  { kind: "German", prompt: "Erkläre mir bitte in drei Sätzen, warum der Himmel abends rot wird." },
  { kind: "Chinese", prompt: "请用简单的语言解释什么是通货膨胀，并举一个生活中的例子。" },
  { kind: "creative", prompt: "Write a short, melancholic poem about a lighthouse keeper who has never seen the sea." },
];
