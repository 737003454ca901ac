// Original file: proto/verdict/v1/decision.proto


// Original file: proto/verdict/v1/decision.proto

export const _verdict_v1_Source_Status = {
  STATUS_UNSPECIFIED: 'STATUS_UNSPECIFIED',
  OK: 'OK',
  CACHED: 'CACHED',
  NOT_FOUND: 'NOT_FOUND',
  TIMEOUT: 'TIMEOUT',
  ERROR: 'ERROR',
  /**
   * A feature its key needs was missing.
   */
  SKIPPED: 'SKIPPED',
  /**
   * The answer was settled, or the deadline reached, before it came.
   */
  NOT_AWAITED: 'NOT_AWAITED',
} as const;

export type _verdict_v1_Source_Status =
  | 'STATUS_UNSPECIFIED'
  | 0
  | 'OK'
  | 1
  | 'CACHED'
  | 2
  | 'NOT_FOUND'
  | 3
  | 'TIMEOUT'
  | 4
  | 'ERROR'
  | 5
  /**
   * A feature its key needs was missing.
   */
  | 'SKIPPED'
  | 6
  /**
   * The answer was settled, or the deadline reached, before it came.
   */
  | 'NOT_AWAITED'
  | 7

export type _verdict_v1_Source_Status__Output = typeof _verdict_v1_Source_Status[keyof typeof _verdict_v1_Source_Status]

export interface Source {
  'name'?: (string);
  /**
   * `table`, `aggregate`, …
   */
  'kind'?: (string);
  'status'?: (_verdict_v1_Source_Status);
  /**
   * Since the request's arrival.
   */
  'start_ms'?: (number | string);
  'duration_ms'?: (number | string);
  /**
   * Its time on the critical path of this decision.
   */
  'contribution_ms'?: (number | string);
  /**
   * By how much earlier the features would have been complete had this source been instant.
   */
  'saving_ms'?: (number | string);
  /**
   * How much slower it could have been without harm.
   */
  'slack_ms'?: (number | string);
  'critical'?: (boolean);
  /**
   * For how long it alone was awaited: all else had ended or waited for it. At most saving_ms.
   */
  'sole_ms'?: (number | string);
}

export interface Source__Output {
  'name': (string);
  /**
   * `table`, `aggregate`, …
   */
  'kind': (string);
  'status': (_verdict_v1_Source_Status__Output);
  /**
   * Since the request's arrival.
   */
  'start_ms': (number);
  'duration_ms': (number);
  /**
   * Its time on the critical path of this decision.
   */
  'contribution_ms': (number);
  /**
   * By how much earlier the features would have been complete had this source been instant.
   */
  'saving_ms': (number);
  /**
   * How much slower it could have been without harm.
   */
  'slack_ms': (number);
  'critical': (boolean);
  /**
   * For how long it alone was awaited: all else had ended or waited for it. At most saving_ms.
   */
  'sole_ms': (number);
}
