// Original file: proto/verdict/v1/feedback.proto

import type { Value as _google_protobuf_Value, Value__Output as _google_protobuf_Value__Output } from '../../google/protobuf/Value.ts';
import type { Timestamp as _google_protobuf_Timestamp, Timestamp__Output as _google_protobuf_Timestamp__Output } from '../../google/protobuf/Timestamp.ts';

/**
 * The first four fields of DecideRequest.
 */
export interface Event {
  'request_id'?: (string);
  'policy'?: (string);
  'event'?: ({[key: string]: _google_protobuf_Value});
  'occurred_at'?: (_google_protobuf_Timestamp | null);
}

/**
 * The first four fields of DecideRequest.
 */
export interface Event__Output {
  'request_id': (string);
  'policy': (string);
  'event': ({[key: string]: _google_protobuf_Value__Output});
  'occurred_at': (_google_protobuf_Timestamp__Output | null);
}
