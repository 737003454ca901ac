/** Parts of the policy below that a case replaces; each is JSON text. */
export interface Parts {
  readonly leaf?: string;
  /** Instead of the whole conditions of the rule. */
  readonly conditions?: string;
  readonly outcome?: string;
  readonly type?: string;
  readonly reason?: string;
  readonly model?: string;
  readonly version?: string;
  readonly mode?: string;
  readonly given?: string;
  readonly missing?: string;
  readonly lists?: string;
  readonly reasons?: string;
  readonly fired?: string;
  /** In front of the rule. */
  readonly before?: string;
}

/** A small policy with everything that names something else. */
export function policyText({
  leaf = '{ "fact": "amount", "operator": "greaterThan", "value": 100 }',
  conditions = `{ "all": [${leaf}, { "condition": "busy" }] }`,
  outcome = '"decline"',
  type = '"review"',
  reason = '"R01"',
  model = '"card-fraud"',
  version = '"1"',
  mode = '"live"',
  given = '{ "amount": 120, "fraud_score": 0.5, "is_night": true }',
  missing = '{ "home": "timeout", "fraud_score": "error" }',
  lists = '{ "blocked_cards": ["c1"] }',
  reasons = '["R01"]',
  fired = '["large"]',
  before = "",
}: Parts = {}): string {
  return `{
  "$schema": "./schema/card-checks.json",
  "id": "card-checks",
  "outcomes": ["decline", "review", "approve"],
  "default": "approve",
  "models": { "fraud_score": {
    "model": ${model}, "version": ${version}, "description": "How likely it is fraud",
    "bands": [{ "gte": 0.9, "outcome": ${outcome}, "reason": "M01" }]
  } },
  "conditions": { "busy": {
    "name": "many purchases",
    "all": [{ "fact": "customer_tx_count_1d", "operator": "greaterThan", "value": 5 }]
  } },
  "rules": [${before}{
    "name": "large", "description": "Too large", "mode": ${mode}, "rollout": { "percent": 10, "by": "customer_id" },
    "conditions": ${conditions},
    "event": { "type": ${type}, "params": { "reason": ${reason} } }
  }],
  "reasons": {
    "R01": { "internal": "Amount is large", "customer": "Please call us" },
    "M01": { "internal": "The model says so" }
  },
  "tests": [{
    "name": "large ones are reviewed", "given": ${given}, "missing": ${missing}, "lists": ${lists},
    "expect": { "outcome": "review", "reasons": ${reasons}, "fired": ${fired} }
  }]
}`;
}
