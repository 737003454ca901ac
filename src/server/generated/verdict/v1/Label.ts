// Original file: proto/verdict/v1/feedback.proto

import type { Value as _google_protobuf_Value, Value__Output as _google_protobuf_Value__Output } from '../../google/protobuf/Value.ts';
import type { Timestamp as _google_protobuf_Timestamp, Timestamp__Output as _google_protobuf_Timestamp__Output } from '../../google/protobuf/Timestamp.ts';

export interface Label {
  'request_id'?: (string);
  /**
   * A boolean or a finite number; true counts as 1, false as 0.
   */
  'label'?: (_google_protobuf_Value | null);
  /**
   * When the truth became known; default: now. Of two labels for one event the later one holds.
   */
  'reported_at'?: (_google_protobuf_Timestamp | null);
}

export interface Label__Output {
  'request_id': (string);
  /**
   * A boolean or a finite number; true counts as 1, false as 0.
   */
  'label': (_google_protobuf_Value__Output | null);
  /**
   * When the truth became known; default: now. Of two labels for one event the later one holds.
   */
  'reported_at': (_google_protobuf_Timestamp__Output | null);
}
