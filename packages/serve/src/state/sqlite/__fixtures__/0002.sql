CREATE TABLE schema_migrations (version INTEGER PRIMARY KEY, name TEXT NOT NULL, applied_ms REAL NOT NULL) STRICT;
CREATE TABLE calls (
  seq INTEGER PRIMARY KEY,
  id TEXT NOT NULL,
  request_id TEXT NOT NULL,
  time_ms REAL NOT NULL,
  surface TEXT NOT NULL,
  streamed INTEGER NOT NULL,
  requested_model TEXT NOT NULL,
  routed INTEGER NOT NULL,
  model TEXT NOT NULL,
  provider TEXT NOT NULL,
  conversation_id TEXT,
  input_tokens REAL NOT NULL,
  familiarity REAL,
  propensity REAL,
  predicted_quality REAL,
  predicted_cost_usd REAL,
  best_model TEXT,
  best_predicted_cost_usd REAL,
  at_most_usd REAL,
  overhead_us REAL NOT NULL,
  embed_us REAL NOT NULL,
  route_us REAL NOT NULL,
  owner TEXT,
  status TEXT NOT NULL,
  last_model TEXT NOT NULL,
  last_provider TEXT,
  begun_tries INTEGER NOT NULL,
  begun_at_most_usd REAL,
  scored INTEGER NOT NULL,
  ended_ms REAL,
  unresolved_tries REAL,
  unresolved_at_most_usd REAL,
  tries TEXT,
  cost_usd REAL,
  usage_input_tokens REAL,
  usage_cached_input_tokens REAL,
  usage_output_tokens REAL,
  usage_reasoning_tokens REAL,
  estimated INTEGER,
  cached INTEGER,
  first_content_ms REAL,
  latency_ms REAL,
  error_code TEXT,
  http_status REAL,
  response_id TEXT
) STRICT;
CREATE TABLE decisions (
  call_seq INTEGER PRIMARY KEY REFERENCES calls (seq) ON DELETE CASCADE,
  preference TEXT NOT NULL,
  ranking TEXT NOT NULL,
  excluded TEXT NOT NULL
) STRICT;
CREATE TABLE contents (
  call_seq INTEGER PRIMARY KEY REFERENCES calls (seq) ON DELETE CASCADE,
  question TEXT NOT NULL,
  request TEXT NOT NULL,
  answer TEXT
) STRICT;
CREATE TABLE feedback (
  seq INTEGER PRIMARY KEY,
  call_seq INTEGER NOT NULL REFERENCES calls (seq) ON DELETE CASCADE,
  time_ms REAL NOT NULL,
  score REAL NOT NULL CHECK (score BETWEEN 0 AND 1),
  source TEXT,
  comment TEXT
) STRICT;
CREATE TABLE usage_hours (
  start_ms REAL NOT NULL,
  model TEXT NOT NULL,
  calls REAL NOT NULL,
  answered REAL NOT NULL,
  failed REAL NOT NULL,
  cached REAL NOT NULL,
  cost_usd REAL NOT NULL,
  unresolved_tries REAL NOT NULL,
  unresolved_at_most_usd REAL NOT NULL,
  compared_calls REAL NOT NULL,
  compared_cost_usd REAL NOT NULL,
  compared_predicted_cost_usd REAL NOT NULL,
  compared_best_predicted_cost_usd REAL NOT NULL,
  predicted_quality_sum REAL NOT NULL,
  predicted_quality_calls REAL NOT NULL,
  feedback_sum REAL NOT NULL,
  feedback_scores REAL NOT NULL,
  familiarity_sum REAL NOT NULL,
  familiarity_calls REAL NOT NULL,
  input_tokens REAL NOT NULL,
  output_tokens REAL NOT NULL,
  latency_0 REAL NOT NULL,
  latency_1 REAL NOT NULL,
  latency_2 REAL NOT NULL,
  latency_3 REAL NOT NULL,
  latency_4 REAL NOT NULL,
  latency_5 REAL NOT NULL,
  latency_6 REAL NOT NULL,
  latency_7 REAL NOT NULL,
  latency_8 REAL NOT NULL,
  latency_9 REAL NOT NULL,
  latency_10 REAL NOT NULL,
  latency_11 REAL NOT NULL,
  latency_12 REAL NOT NULL,
  PRIMARY KEY (start_ms, model)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX calls_by_id ON calls (id);
CREATE INDEX calls_by_model ON calls (last_model);
CREATE INDEX calls_by_status ON calls (status) WHERE status <> 'answered';
CREATE INDEX calls_scored ON calls (scored) WHERE scored = 1;
CREATE INDEX calls_by_response ON calls (response_id) WHERE surface = 'responses';
CREATE INDEX feedback_by_call ON feedback (call_seq);
CREATE TABLE journal (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  applied INTEGER NOT NULL
) STRICT;
INSERT INTO schema_migrations VALUES (1, '0001-calls', 1795685236104.0);
INSERT INTO schema_migrations VALUES (2, '0002-journal', 1795685236104.0);
INSERT INTO calls VALUES (7238570803200000, '00000000-0000-4000-8000-000000000001', 'req_1', 1767229200000.0, 'responses', 0, '"auto"', 1, 'openai/small', 'openai', NULL, 12.5, 0.9, NULL, 0.7, 0.002, 'openai/large', 0.02, 0.01, 310.5, 120.0, 40.0, NULL, 'answered', 'openai/small', 'openai', 1, 0.01, 1, 1767229200300.0, 0.0, NULL, '[{"model":"openai/small","outcome":"answered","elapsedMs":299.5,"costUsd":0.003}]', 0.003, 13.0, 2.0, 40.0, NULL, 0, 0, 90.25, 300.0, NULL, 200.0, 'resp_1');
INSERT INTO calls VALUES (7238570803200001, '00000000-0000-4000-8000-000000000002', 'req_1', 1767229200000.0, 'chat-completions', 0, '"auto"', 1, 'openai/small', 'openai', NULL, 12.5, 0.9, NULL, 0.7, 0.002, 'openai/large', 0.02, 0.01, 310.5, 120.0, 40.0, NULL, 'failed', 'openai/small', 'openai', 1, 0.01, 0, 1767229200300.0, 0.0, NULL, '[{"model":"openai/small","outcome":"answered","elapsedMs":299.5,"costUsd":0.003}]', NULL, 13.0, 2.0, 40.0, NULL, 0, 0, 90.25, 300.0, 'http', 502.0, NULL);
INSERT INTO calls VALUES (7238570803200002, '00000000-0000-4000-8000-000000000003', 'req_1', 1767229200000.0, 'chat-completions', 0, '"auto"', 1, 'b', 'openai', NULL, 12.5, 0.9, NULL, 0.7, 0.002, 'openai/large', 0.02, 0.01, 310.5, 120.0, 40.0, NULL, 'open', 'b', NULL, 1, 0.01, 0, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO decisions VALUES (7238570803200000, '{"willingnessToPayUsd":0.01}', '[{"model":"openai/small","predictedQuality":0.7,"predictedCostUsd":0.002,"uncertainty":null,"reward":0.5,"profile":"measured"}]', '[{"model":"openai/tiny","reason":"context","detail":"4096 tokens"}]');
INSERT INTO decisions VALUES (7238570803200001, '{"willingnessToPayUsd":0.01}', '[{"model":"openai/small","predictedQuality":0.7,"predictedCostUsd":0.002,"uncertainty":null,"reward":0.5,"profile":"measured"}]', '[{"model":"openai/tiny","reason":"context","detail":"4096 tokens"}]');
INSERT INTO decisions VALUES (7238570803200002, '{"willingnessToPayUsd":0.01}', '[{"model":"openai/small","predictedQuality":0.7,"predictedCostUsd":0.002,"uncertainty":null,"reward":0.5,"profile":"measured"}]', '[{"model":"openai/tiny","reason":"context","detail":"4096 tokens"}]');
INSERT INTO contents VALUES (7238570803200000, '"why?"', '{"model":"auto"}', '"because"');
INSERT INTO feedback VALUES (1, 7238570803200000, 1767312000000.0, 0.75, '"ci"', '"fine"');
INSERT INTO usage_hours VALUES (1767229200000.0, 'openai/small', 2.0, 1.0, 1.0, 0.0, 0.003, 0.0, 0.0, 1.0, 0.003, 0.002, 0.02, 1.4, 2.0, 0.75, 1.0, 1.8, 2.0, 26.0, 80.0, 0.0, 0.0, 0.0, 2.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0);
INSERT INTO journal VALUES (1, 5);
