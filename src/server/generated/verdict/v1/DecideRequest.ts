// Original file: proto/verdict/v1/decision.proto

import type { Value as _google_protobuf_Value, Value__Output as _google_protobuf_Value__Output } from '../../google/protobuf/Value.ts';
import type { Timestamp as _google_protobuf_Timestamp, Timestamp__Output as _google_protobuf_Timestamp__Output } from '../../google/protobuf/Timestamp.ts';

export interface DecideRequest {
  /**
   * Required, at most 128 bytes: the idempotency key. A retried event counts once in every aggregate.
   */
  'request_id'?: (string);
  /**
   * The id of the policy that decides.
   */
  'policy'?: (string);
  /**
   * The attributes of the event. Attributes that the policy does not use are ignored.
   */
  'event'?: ({[key: string]: _google_protobuf_Value});
  /**
   * When the event happened; default: now.
   */
  'occurred_at'?: (_google_protobuf_Timestamp | null);
  /**
   * Answer with every rule and with the whole explanation.
   */
  'explain'?: (boolean);
  /**
   * Decide only: no aggregate is written and no record kept.
   */
  'dry_run'?: (boolean);
  /**
   * Kept in the record, never evaluated.
   */
  'annotations'?: ({[key: string]: string});
}

export interface DecideRequest__Output {
  /**
   * Required, at most 128 bytes: the idempotency key. A retried event counts once in every aggregate.
   */
  'request_id': (string);
  /**
   * The id of the policy that decides.
   */
  'policy': (string);
  /**
   * The attributes of the event. Attributes that the policy does not use are ignored.
   */
  'event': ({[key: string]: _google_protobuf_Value__Output});
  /**
   * When the event happened; default: now.
   */
  'occurred_at': (_google_protobuf_Timestamp__Output | null);
  /**
   * Answer with every rule and with the whole explanation.
   */
  'explain': (boolean);
  /**
   * Decide only: no aggregate is written and no record kept.
   */
  'dry_run': (boolean);
  /**
   * Kept in the record, never evaluated.
   */
  'annotations': ({[key: string]: string});
}
