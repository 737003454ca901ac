// Original file: proto/verdict/v1/feedback.proto

import type { Rejection as _verdict_v1_Rejection, Rejection__Output as _verdict_v1_Rejection__Output } from '../../verdict/v1/Rejection.ts';
import type { Long } from '@grpc/proto-loader';

export interface ReportLabelsResponse {
  'accepted'?: (number | string | Long);
  'duplicates'?: (number | string | Long);
  'rejected'?: (number | string | Long);
  /**
   * The first few rejected.
   */
  'rejections'?: (_verdict_v1_Rejection)[];
}

export interface ReportLabelsResponse__Output {
  'accepted': (number);
  'duplicates': (number);
  'rejected': (number);
  /**
   * The first few rejected.
   */
  'rejections': (_verdict_v1_Rejection__Output)[];
}
