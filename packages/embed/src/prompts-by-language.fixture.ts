/** Three prompts each on four topics, in languages (and code) that no embedder of these tests is fitted on. */
export const promptsByLanguage: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
  Chinese: {
    learning: ["请解释机器学习的基本原理", "机器学习和深度学习有什么区别", "初学者怎样学习机器学习的算法"],
    weather: ["明天北京的天气怎么样", "北京明天会不会下雨", "这周末北京的天气适合爬山吗"],
    cooking: ["红烧肉应该怎么做才好吃", "做红烧肉需要哪些调料", "家常红烧肉的做法步骤"],
    law: ["劳动合同到期公司不续签有赔偿吗", "公司解除劳动合同需要提前多久通知", "没有签劳动合同可以要求公司赔偿吗"],
  },
  German: {
    physics: [
      "Wie berechnet man die Geschwindigkeit eines fallenden Körpers?",
      "Erkläre die Berechnung der Fallgeschwindigkeit ohne Luftwiderstand.",
      "Welche Geschwindigkeit erreicht ein Körper nach drei Sekunden freiem Fall?",
    ],
    baking: [
      "Welche Gewürze gehören in traditionelles Weihnachtsgebäck?",
      "Gib mir ein Rezept für Weihnachtsgebäck mit Gewürzen.",
      "Wie lange hält sich selbst gebackenes Weihnachtsgebäck?",
    ],
    tenancy: [
      "Darf der Vermieter die Miete ohne Ankündigung erhöhen?",
      "Wie widerspreche ich einer Mieterhöhung meines Vermieters?",
      "Welche Frist gilt bei einer Mieterhöhung durch den Vermieter?",
    ],
    history: [
      "Warum scheiterte die Weimarer Republik?",
      "Fasse die Krisenjahre der Weimarer Republik zusammen.",
      "Welche Parteien regierten die Weimarer Republik?",
    ],
  },
  code: {
    graphs: [
      "for (const node of graphNodes) visitNeighbours(node, visitedNodes);",
      "graphNodes.forEach((node) => visitNeighbours(node, visitedNodes));",
      "function visitNeighbours(node, visitedNodes) { visitedNodes.add(node); }",
    ],
    invoices: [
      "SELECT customerName, unpaidAmount FROM invoiceTable WHERE unpaidAmount > 0;",
      "UPDATE invoiceTable SET unpaidAmount = 0 WHERE customerName = ?;",
      "SELECT SUM(unpaidAmount) FROM invoiceTable GROUP BY customerName;",
    ],
    parsing: [
      "let tokens = tokenizer.tokenize(source)?; let ast = parser.parse_expression(&tokens)?;",
      "fn parse_expression(&self, tokens: &[Token]) -> Result<Ast, ParseError>",
      "match parser.parse_expression(&tokens) { Ok(ast) => ast, Err(e) => return Err(e) }",
    ],
    training: [
      "optimizer.zero_grad(); loss = criterion(model(batch), labels); loss.backward()",
      "loss = criterion(model(batch), labels)\nloss.backward()\noptimizer.step()",
      "for batch, labels in dataloader: optimizer.zero_grad()",
    ],
  },
};
