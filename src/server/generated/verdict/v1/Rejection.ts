// Original file: proto/verdict/v1/feedback.proto

import type { Long } from '@grpc/proto-loader';

export interface Rejection {
  /**
   * Position in the stream, from 0.
   */
  'index'?: (number | string | Long);
  'request_id'?: (string);
  /**
   * As in google.rpc.ErrorInfo.
   */
  'reason'?: (string);
  'message'?: (string);
}

export interface Rejection__Output {
  /**
   * Position in the stream, from 0.
   */
  'index': (number);
  'request_id': (string);
  /**
   * As in google.rpc.ErrorInfo.
   */
  'reason': (string);
  'message': (string);
}
