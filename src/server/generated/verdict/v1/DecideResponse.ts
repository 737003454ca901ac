// Original file: proto/verdict/v1/decision.proto

import type { Reason as _verdict_v1_Reason, Reason__Output as _verdict_v1_Reason__Output } from '../../verdict/v1/Reason.ts';
import type { Score as _verdict_v1_Score, Score__Output as _verdict_v1_Score__Output } from '../../verdict/v1/Score.ts';
import type { Rule as _verdict_v1_Rule, Rule__Output as _verdict_v1_Rule__Output } from '../../verdict/v1/Rule.ts';
import type { PolicyVersion as _verdict_v1_PolicyVersion, PolicyVersion__Output as _verdict_v1_PolicyVersion__Output } from '../../verdict/v1/PolicyVersion.ts';
import type { Completeness as _verdict_v1_Completeness, Completeness__Output as _verdict_v1_Completeness__Output } from '../../verdict/v1/Completeness.ts';
import type { Source as _verdict_v1_Source, Source__Output as _verdict_v1_Source__Output } from '../../verdict/v1/Source.ts';
import type { Struct as _google_protobuf_Struct, Struct__Output as _google_protobuf_Struct__Output } from '../../google/protobuf/Struct.ts';

export interface DecideResponse {
  /**
   * UUIDv7.
   */
  'decision_id'?: (string);
  'request_id'?: (string);
  /**
   * One of the outcomes that the policy declares.
   */
  'outcome'?: (string);
  'reasons'?: (_verdict_v1_Reason)[];
  'scores'?: (_verdict_v1_Score)[];
  /**
   * Rules that fired or are unknown; every rule with `explain`.
   */
  'rules'?: (_verdict_v1_Rule)[];
  'policy'?: (_verdict_v1_PolicyVersion | null);
  'completeness'?: (_verdict_v1_Completeness);
  /**
   * Names of the features the policy needs that were missing, or stood in for by a default; `<feature> in <list>` where a
   * list that has to be fetched did not answer.
   */
  'missing_features'?: (string)[];
  /**
   * True if the answer was given before every source had answered, because none could change it any more.
   */
  'settled_early'?: (boolean);
  'sources'?: (_verdict_v1_Source)[];
  /**
   * From the request's arrival in the engine to the decision.
   */
  'elapsed_ms'?: (number | string);
  /**
   * W3C trace id, 32 hexadecimal digits.
   */
  'trace_id'?: (string);
  /**
   * Only with `explain`: {features: {name: {value, state, origin, …}}, rules: {name: tree}}.
   */
  'explanation'?: (_google_protobuf_Struct | null);
}

export interface DecideResponse__Output {
  /**
   * UUIDv7.
   */
  'decision_id': (string);
  'request_id': (string);
  /**
   * One of the outcomes that the policy declares.
   */
  'outcome': (string);
  'reasons': (_verdict_v1_Reason__Output)[];
  'scores': (_verdict_v1_Score__Output)[];
  /**
   * Rules that fired or are unknown; every rule with `explain`.
   */
  'rules': (_verdict_v1_Rule__Output)[];
  'policy': (_verdict_v1_PolicyVersion__Output | null);
  'completeness': (_verdict_v1_Completeness__Output);
  /**
   * Names of the features the policy needs that were missing, or stood in for by a default; `<feature> in <list>` where a
   * list that has to be fetched did not answer.
   */
  'missing_features': (string)[];
  /**
   * True if the answer was given before every source had answered, because none could change it any more.
   */
  'settled_early': (boolean);
  'sources': (_verdict_v1_Source__Output)[];
  /**
   * From the request's arrival in the engine to the decision.
   */
  'elapsed_ms': (number);
  /**
   * W3C trace id, 32 hexadecimal digits.
   */
  'trace_id': (string);
  /**
   * Only with `explain`: {features: {name: {value, state, origin, …}}, rules: {name: tree}}.
   */
  'explanation': (_google_protobuf_Struct__Output | null);
}
